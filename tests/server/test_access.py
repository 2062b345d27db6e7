"""Who may do what: readers on this machine, writers and readers from elsewhere with the token."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from film_server import film_server
from served_app import TOKEN, Client, ServedApp, bearer, serving_home, settings_of
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.server.app import films_api
from sparkle_motion_dagster.server.attempts import Attempts
from sparkle_motion_dagster.server.tokens import new_session, server_token
from studio import Studio

COOKIE = "sparkle_session_7077"


def written() -> list[tuple[str, str]]:
    """Return all that changes something: methods and paths."""
    paths = films_api(settings_of(Path("/nowhere"))).openapi()["paths"]
    asked = [(method.upper(), path) for path, item in paths.items() for method in item]
    return [(method, path) for method, path in asked if method not in {"GET", "HEAD"}]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApp]:
    with serving_home(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApp]:
    """One that is reached from elsewhere, too."""
    with serving_home(tmp_path_factory.mktemp("home"), "0.0.0.0") as server:  # noqa: S104
        yield server


def named(path: str) -> str:
    """Return a path whose parameters have values."""
    return re.sub(r"\{[^}]+\}", "one", path)


def test_whoever_is_on_this_machine_reads_without_a_token(server: ServedApp) -> None:
    assert server.get("/runs").json["films"] == []
    assert server.get("/session").json == {"may_write": False}


def test_whoever_writes_presents_the_token(server: ServedApp) -> None:
    for method, path in written():
        refused = server.ask(method, named(path), {"Content-Type": "application/json"}, b"{}")
        if (method, path) == ("DELETE", "/session"):
            assert refused.status == 204  # it only forgets the cookie
            continue
        assert refused.status == 401, (method, path)
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert "server.token of $SPARKLE_HOME" in refused.json["detail"]
        by_token = server.ask(method, named(path), bearer(), b"{}")
        assert by_token.status not in {401, 403}, (method, path)


@pytest.mark.parametrize(
    "presented",
    [
        *("Bearer", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}"),
        *(f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN.upper()}", f"Bearer {TOKEN} {TOKEN}"),
    ],
)
def test_another_token_is_refused_whatever_is_asked(presented: str, tmp_path: Path) -> None:
    with serving_home(tmp_path) as server:
        for method, path in (("POST", "/session"), ("GET", "/runs"), ("GET", "/session")):
            refused = server.ask(method, path, {"Authorization": presented})
            assert refused.status == 401
            assert "The server's token is another one." in refused.json["detail"]


def test_two_tokens_are_none(tmp_path: Path) -> None:
    with serving_home(tmp_path) as server:
        twice = [*bearer().items(), *bearer("wrong").items()]
        assert server.ask("POST", "/session", twice).status == 401
        assert server.ask("POST", "/session", list(reversed(twice))).status == 401


def test_the_scheme_is_written_in_any_case(server: ServedApp) -> None:
    for scheme in ("bearer", "BEARER", "Bearer "):
        assert server.get("/session", authorization=f"{scheme} {TOKEN}").json["may_write"]


@pytest.mark.parametrize("target", [f"/session?token={TOKEN}", f"/session?access_token={TOKEN}"])
def test_an_address_presents_nothing(server: ServedApp, target: str) -> None:
    assert not server.get(target).json["may_write"]
    assert server.ask("POST", target).status == 401


def test_a_browser_has_a_cookie_that_does_instead(server: ServedApp) -> None:
    begun = server.ask("POST", "/session", bearer())
    assert (begun.status, begun.body) == (204, b"")
    value, *attributes = begun.headers["Set-Cookie"].split("; ")
    assert sorted(attributes) == ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=strict"]
    assert value.startswith(f"{COOKIE}=")
    assert TOKEN not in value
    assert server.get("/session", cookie=value).json == {"may_write": True}
    assert server.ask("POST", "/session", {"Cookie": value}).status == 204
    ended = server.ask("DELETE", "/session", {"Cookie": value})
    assert f'{COOKIE}=""' in ended.headers["Set-Cookie"]
    assert "Max-Age=0" in ended.headers["Set-Cookie"]


def test_behind_https_the_cookie_is_for_https_alone(tmp_path: Path) -> None:
    with serving_home(tmp_path, allowed=("films.example",)) as server:
        asked = {"Host": "films.example", "Origin": "https://films.example"} | bearer()
        assert "Secure" in server.ask("POST", "/session", asked).headers["Set-Cookie"]
        # What anybody can write into a request says nothing.
        said = {"X-Forwarded-Proto": "https", "Forwarded": "proto=https"} | bearer()
        assert "Secure" not in server.ask("POST", "/session", said).headers["Set-Cookie"]


def test_a_cookie_that_ended_or_was_forged_is_none(server: ServedApp) -> None:
    end, _, signature = new_session(TOKEN).partition(".")
    others = new_session("another-token-that-nobody-guesses")
    forged = [
        *(f"{int(end) + 1}.{signature}", f"{end}.{signature[:-1]}", f"{end}.", f".{signature}"),
        *(
            signature,
            end,
            "",
            TOKEN,
            others,
            f"{end}.{signature}.{signature}",
            f"-{end}.{signature}",
        ),
    ]
    for value in forged:
        assert not server.get("/session", cookie=f"{COOKIE}={value}").json["may_write"], value
        assert server.ask("POST", "/session", {"Cookie": f"{COOKIE}={value}"}).status == 401


def test_a_session_ends(server: ServedApp, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now - 31 * 24 * 3600)
        old = new_session(TOKEN)
    assert not server.get("/session", cookie=f"{COOKIE}={old}").json["may_write"]


def test_whoever_reads_from_elsewhere_presents_the_token(open_server: ServedApp) -> None:
    here = {"Host": "192.168.1.7:7077"}
    for path in ("/runs", "/ready", "/schemas", "/openapi.json", "/runs/one/final", "/films/one"):
        assert open_server.ask("GET", path, here).status == 401
    assert open_server.ask("GET", "/runs", here | bearer()).status == 200
    assert open_server.ask("HEAD", "/artifacts/a/b/c/d", here).status == 401
    # What one needs to present it tells nothing of films.
    for path in ("/healthz", "/session", "/", "/static/page.css"):
        assert open_server.ask("GET", path, here).status in {200, 404}
    for path in ("/healthz/", "/sessions", "/static", "/static/../runs", "/static/%2e%2e/runs"):
        assert open_server.ask("GET", path, here).status in {400, 401}


def test_people_from_elsewhere_are_led_to_where_the_token_is_asked_for(
    open_server: ServedApp,
) -> None:
    browser = {"Host": "10.0.0.7:7077", "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    led = open_server.ask("GET", "/films/harbour_light", browser)
    assert (led.status, led.headers["Location"]) == (303, "/#next=%2Ffilms%2Fharbour_light")


def test_whoever_guesses_tokens_has_to_wait(tmp_path: Path) -> None:
    with serving_home(tmp_path) as server:
        cookie = server.ask("POST", "/session", bearer()).headers["Set-Cookie"].partition(";")[0]
        tried = [server.ask("POST", "/session", bearer("wrong")).status for _ in range(12)]
        assert tried == [401] * 10 + [429] * 2
        late = server.ask("POST", "/session", bearer())
        assert (late.status, late.json["title"]) == (429, "Busy")
        assert 1 <= int(late.headers["Retry-After"]) <= 60
        spoofed = bearer() | {"X-Forwarded-For": "10.1.2.3"}
        assert server.ask("POST", "/session", spoofed).status == 429
        # Nobody else is kept out, and neither is who has shown the token before.
        assert server.ask("POST", "/session", bearer(), client="127.0.0.2").status == 204
        assert server.get("/session", cookie=cookie).json["may_write"]
        assert server.get("/runs").status == 200


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 30)), max_size=60))
def test_nobody_tries_more_than_ten_tokens_in_a_minute(tries: list[tuple[str, float]]) -> None:
    now = 0.0
    attempts = Attempts(clock=lambda: now)
    tried: dict[str, list[float]] = {"a": [], "b": []}
    for client, later in tries:
        now += later
        recent = [one for one in tried[client] if now - one < 60]
        wait = attempts.wait_s(client)
        assert (wait > 0) == (len(recent) >= 10)
        if wait:
            assert now + wait >= recent[-10] + 60
        else:
            attempts.note(client)
            tried[client].append(now)


def test_of_clients_without_number_the_latest_are_remembered() -> None:
    attempts = Attempts(clock=lambda: 0.0)
    for client in ("guesser", *map(str, range(4095))):
        for _ in range(10):
            attempts.note(client)
    assert attempts.wait_s("guesser")
    attempts.note("one more")
    assert not attempts.wait_s("guesser")
    assert attempts.wait_s("4094")


def test_no_log_tells_the_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving_home(tmp_path, log_level="trace") as server:
        cookie = server.ask("POST", "/session", bearer()).headers["Set-Cookie"].partition(";")[0]
        assert server.get("/session", cookie=cookie).json["may_write"]
        assert server.get("/runs", authorization="Bearer wrong-but-a-secret").status == 401
    assert caplog.records
    for secret in (TOKEN, cookie.partition("=")[2], "wrong-but-a-secret"):
        assert secret not in caplog.text
    assert TOKEN not in repr(settings_of(tmp_path))


def test_as_it_is_started_it_neither_names_itself_nor_trusts_what_a_proxy_says(
    studio: Studio,
) -> None:
    with film_server(studio) as started:
        (port,) = re.findall(r":(\d+)$", started.address)
        here = Client(int(port))
        answer = here.get("/healthz")
        assert answer.status == 200
        assert "Server" not in answer.headers
        lies = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.8.7"}
        begun = here.ask("POST", "/session", started.bearer | lies)
        assert "Secure" not in begun.headers["Set-Cookie"]
        for at in range(11):
            tried = here.ask("POST", "/session", bearer() | {"X-Forwarded-For": f"10.9.8.{at}"})
        assert tried.status == 429
    assert started.token not in (studio.root / "serve.log").read_text().replace("#token=", "")


def test_all_that_start_at_once_have_one_token_which_is_its_owners_alone(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path / "home")
    with ThreadPoolExecutor(8) as starting:
        tokens = set(starting.map(server_token, [home] * 8))
    assert tokens == {home.server_token.read_text()}
    assert home.server_token.stat().st_mode & 0o777 == 0o600
    assert [*home.root.iterdir()] == [home.server_token]


def test_a_token_for_which_there_is_no_room_leaves_no_file(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from sparkle_motion_dagster.artifacts.home import SparkleHome\n"
        "from sparkle_motion_dagster.server.tokens import server_token\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8, 8))\n"
        "server_token(SparkleHome(Path(sys.argv[1])))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "File too large" in refused.stderr
    assert [*tmp_path.iterdir()] == []
