"""Whatever a path is written like, nothing outside the store is served; bodies have an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI

from served_app import ServedApp, bearer, served, serving_home, settings_of
from sparkle_motion_dagster.server.app import films_api
from sparkle_motion_dagster.server.problems import answer_with_problems
from sparkle_motion_dagster.server.sanity import LONGEST_BODY, Sanity
from sparkle_motion_dagster.units import Record
from studio import Gallery

SECRET = "what nobody may read"  # noqa: S105 - it only lies where it must not be served from

OUTSIDE = [
    *("..", ".", "../..", "../../..", "..\\..", "....//", "./"),
    *("%2e%2e", "%2E%2e", ".%2e", "%2e", "%2e%2e%2f%2e%2e", "..%2f..", "..%5c..", "%5c", "\\"),
    *("%252e%252e", "%252e%252e%252f", "%25252e%25252e", "..%252f", "%c0%ae%c0%ae", "%c0%af"),
    *("%00", "film%00.mp4", "%0a", "%0d%0aX-Injected:1", "%7f", "%ff", "%e2%80%ae", "..%00/"),
    *("..;", "..%3b", "%2fetc%2fpasswd", "//etc/passwd", "server.token", "file:%2f%2f%2fetc"),
    *("~", "~root", "$HOME", "CON", "state.json", ".held", "%uff0e%uff0e", "%ef%bc%8e%ef%bc%8e"),
]
"""Names that would lead out of a folder, or to what is not for all, if somebody let them."""


@pytest.fixture(scope="module")
def read() -> list[str]:
    """The paths that are read, with a place for each parameter."""
    paths = films_api(settings_of(Path("/nowhere"))).openapi()["paths"]
    return [path for path, item in paths.items() if "get" in item]


@pytest.fixture(scope="module")
def server(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApp]:
    """One with a film, and with secrets all around it."""
    home = gallery.short_film().copy(tmp_path_factory.mktemp("studio")).home
    for secret in (home.root / "server.token", home.root.parent / "secret", home.runs / "secret"):
        secret.write_text(SECRET)
    with serving_home(home.root) as server:
        yield server


@pytest.mark.parametrize("outside", OUTSIDE)
def test_nothing_outside_is_served_in_whatever_segment_it_is_asked_for(
    server: ServedApp, read: list[str], outside: str
) -> None:
    for path in read:
        for at in range(1 + path.count("{")):
            target = filled(path, outside, at)
            if path == "/runs/{run_id}/events":
                continue
            asked = server.get(target)
            assert asked.status in {400, 404, 405, 409, 422}, (target, asked.status)
            assert asked.headers["Content-Type"] == "application/problem+json"
            assert SECRET.encode() not in asked.body
            assert b"root:x" not in asked.body
            assert "X-Injected" not in asked.headers


def filled(path: str, outside: str, at: int) -> str:
    """Return a path with a name that leads outside in one place: a parameter's, or its end."""
    good = {"run_id": "film", "stage": "video_final", "item": "film", "name": "film"}
    names = re.findall(r"\{([^}:]+)[^}]*\}", path)
    values = [outside if one == at else good.get(name, "one") for one, name in enumerate(names)]
    whole = re.sub(r"\{[^}]+\}", "{}", path).format(*values)
    return f"{whole.rstrip('/')}/{outside}" if at == len(names) else whole


def test_a_whole_address_in_place_of_a_path_names_nothing_else(server: ServedApp) -> None:
    for target in ("http://evil.example/../../etc/passwd", "*", "//evil.example/runs", "runs"):
        assert server.get(target).status in {400, 403, 404}


class Sent(Record):
    """What is sent in a test."""

    text: str


@pytest.fixture(scope="module")
def taking() -> Iterator[ServedApp]:
    """A server that takes JSON, and sends back how much that was."""
    app = FastAPI()
    answer_with_problems(app)

    @app.post("/texts")
    def texts(sent: Sent) -> dict[str, int]:
        return {"length": len(sent.text)}

    @app.post("/broken")
    def broken(_: Annotated[Any, Body()] = None) -> None:
        raise RuntimeError("the answer must not tell of this")

    with served(Sanity(app)) as server:
        yield server


JSON = {"Content-Type": "application/json"}


def test_a_body_may_be_as_long_as_a_plan_and_no_longer(taking: ServedApp) -> None:
    around = len(b'{"text":""}')
    longest = b'{"text":"%b"}' % (b"x" * (LONGEST_BODY - around))
    assert taking.ask("POST", "/texts", JSON, longest).json == {"length": LONGEST_BODY - around}
    for body in (longest + b" ", (b" " * 65536 for _ in range(100))):
        refused = taking.ask("POST", "/texts", JSON, body)
        assert (refused.status, refused.json["title"]) == (413, "Too large")
        assert "longer than 4 MiB" in refused.json["detail"]
    lying = JSON | {"Content-Length": "9999999999"}
    assert taking.ask("POST", "/texts", lying).status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_what_is_no_json_is_not_taken_for_it(taking: ServedApp, kind: str) -> None:
    refused = taking.ask("POST", "/texts", {"Content-Type": kind}, b'{"text":"x"}')
    assert refused.status == 415
    assert "send application/json" in refused.json["detail"]
    for good in ("application/json; charset=utf-8", "application/vnd.films+json"):
        assert taking.ask("POST", "/texts", {"Content-Type": good}, b'{"text":"x"}').status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"text":1}', "body.text"),
        (b"{}", "body.text"),
        (b'{"text":"x","more":1}', "body.more"),
        (b"{", "body.1"),
        (b"", "body"),
        (b"\xff", "body"),
        (b'{"text":"' + b"[" * 100_000, "body"),
    ],
)
def test_what_is_wrong_with_json_is_said_field_by_field(
    taking: ServedApp, body: bytes, field: str
) -> None:
    refused = taking.ask("POST", "/texts", JSON, body)
    assert refused.status in {400, 422}
    if refused.status == 422:
        assert refused.json["problems"][0]["field"].startswith(field)


def test_what_the_server_fails_at_is_a_problem_that_tells_nothing(taking: ServedApp) -> None:
    failed = taking.ask("POST", "/broken", JSON, b"1")
    assert failed.status == 500
    assert failed.headers["Content-Type"] == "application/problem+json"
    assert failed.json["type"] == "urn:sparkle-motion:problem:failed"
    assert b"must not tell" not in failed.body


def test_every_answer_tells_browsers_to_take_it_for_what_it_is(server: ServedApp) -> None:
    asked = [
        server.get("/runs"),
        server.get("/nothing"),
        server.get("/runs/.."),
        server.get("/runs", host="evil.example"),
        server.ask("POST", "/session"),
        server.ask("POST", "/session", bearer()),
        server.get("/films/film"),
    ]
    assert [one.status for one in asked] == [200, 404, 400, 403, 401, 204, 200]
    for one in asked:
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Cross-Origin-Resource-Policy"] == "same-site"
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert one.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert one.headers["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in one.headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "CONNECT"])
def test_what_it_cannot_be_asked_by_is_said(server: ServedApp, method: str) -> None:
    assert server.ask(method, "/runs", bearer()).status in {400, 404, 405}


OTHER_SITES = ["http://evil.example", "null", "https://127.0.0.1", "http://localhost.evil.example"]


@pytest.mark.parametrize("origin", OTHER_SITES)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_pages_of_other_sites_change_nothing_not_even_with_the_token(
    server: ServedApp, method: str, origin: str
) -> None:
    refused = server.ask(method, "/session", bearer() | {"Origin": origin})
    assert refused.status == 403
    assert refused.json["type"] == "urn:sparkle-motion:problem:other-site"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_where_a_browser_names_no_origin_it_says_whose_page_asked(
    server: ServedApp, site: str
) -> None:
    assert server.ask("POST", "/session", bearer() | {"Sec-Fetch-Site": site}).status == 403
    for ours in ("same-origin", "none"):
        assert server.ask("POST", "/session", bearer() | {"Sec-Fetch-Site": ours}).status == 204
    own = {"Sec-Fetch-Site": "same-origin", "Origin": server.address}
    assert server.ask("POST", "/session", bearer() | own).status == 204


def test_no_page_of_another_site_may_ask_beforehand(server: ServedApp) -> None:
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    assert server.ask("OPTIONS", "/session", asked).status == 403
