"""Pages as they are sent: only their own scripts run in them, and nobody keeps an old one."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from served_app import ServedApp, bearer, serving_home
from sparkle_motion_dagster.pages.places import STATIC
from studio import Gallery

PAGES = ["/", "/films/film", "/films/none"]


@pytest.fixture(scope="module")
def server(gallery: Gallery) -> Iterator[ServedApp]:
    with serving_home(gallery.short_film().home.root) as server:
        yield server


def policy_of(server: ServedApp, path: str) -> dict[str, list[str]]:
    policy = server.get(path, Accept="text/html").headers["Content-Security-Policy"]
    directives = (directive.split() for directive in policy.split(";"))
    return {name: values for name, *values in directives}


@pytest.mark.parametrize("path", PAGES)
def test_only_the_pages_own_scripts_run(server: ServedApp, path: str) -> None:
    page = server.get(path, Accept="text/html").body.decode()
    policy = policy_of(server, path)
    assert policy["default-src"] == ["'none'"]
    assert policy["style-src"] == policy["connect-src"] == ["'self'"]
    (inline,) = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", page)
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    assert policy["script-src"] == ["'self'", f"'sha256-{digest}'"]
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)


@pytest.mark.parametrize("path", PAGES)
def test_all_that_a_page_names_is_there(server: ServedApp, path: str) -> None:
    page = server.get(path, Accept="text/html").body.decode()
    named = re.findall(r'(?:src|href)="(/[^"]*)"', page) + re.findall(r'":"(/static/[^"]+)"', page)
    assert len(named) > 5
    assert {name: server.get(name).status for name in named} == dict.fromkeys(named, 200)


def test_every_script_can_be_imported_by_its_name(server: ServedApp) -> None:
    page = server.get("/").body.decode()
    for script in STATIC.rglob("*.js"):
        name = script.relative_to(STATIC).with_suffix("").as_posix()
        assert f'"sparkle/{name}":"/static/{name}.js"' in page
        imported = re.findall(r'from "([^"]+)"|^import "([^"]+)"', script.read_text("utf-8"), re.M)
        for one in map("".join, imported):
            assert f'"{one}":' in page, f"{script} imports {one}, which is not there"


@pytest.mark.parametrize("path", ["/", "/films/film", "/static/page.css", "/static/front.js"])
def test_a_page_that_has_not_changed_is_not_sent_again(server: ServedApp, path: str) -> None:
    first = server.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = server.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert server.get(path, If_None_Match='"another"').body == first.body


def test_where_there_is_no_film_people_read_so_on_a_page(server: ServedApp) -> None:
    page = server.get("/films/no_such_film", Accept="text/html,*/*;q=0.8")
    assert page.status == 404
    assert page.headers["Content-Type"].startswith("text/html")
    assert "no_such_film" in page.body.decode()


def test_where_there_is_no_film_programs_get_the_problem(server: ServedApp) -> None:
    problem = server.get("/films/no_such_film", Accept="application/json")
    assert (problem.status, problem.json["status"]) == (404, 404)


@pytest.mark.parametrize("name", ["%3Cimg%20src=x%3E", "%22onload%3D%22x"])
def test_no_name_becomes_markup(server: ServedApp, name: str) -> None:
    page = server.get(f"/films/{name}", Accept="text/html")
    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"<img" not in page.body
    assert b'"onload="' not in page.body


def test_strangers_are_led_to_where_they_sign_in(gallery: Gallery) -> None:
    home: Path = gallery.short_film().home.root
    with serving_home(home, "0.0.0.0") as server:  # noqa: S104
        assert server.get("/").status == server.get("/static/front.js").status == 200
        led = server.get("/films/film", Accept="text/html")
        assert led.headers["Location"] == "/#next=%2Ffilms%2Ffilm"
        assert server.get("/films/film", Accept="text/html", **bearer()).status == 200
