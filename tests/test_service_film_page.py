"""A film's page of the server in a real headless browser: comments, reviews, and live work."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from film_pages import FilmPage
from film_server import FilmServer, film_server, rendering_film_server
from page_browser import DESK, LOOKS, PageBrowser, Scheme, page_browser
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.pages.film_view import film_view
from studio import Gallery, Studio, short_film
from waiting import until
from web_ui import chromium

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(
        chromium() is None and not os.environ.get("CI"),
        reason="Chromium and its driver are not installed: apt-get install chromium "
        "chromium-driver",
    ),
]


@pytest.fixture(scope="module")
def server(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilmServer]:
    studio = gallery.short_film().copy(tmp_path_factory.mktemp("served"))
    with film_server(studio) as server:
        yield server


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageBrowser]:
    with page_browser(tmp_path_factory.mktemp("chromium")) as chrome:
        yield chrome


def address_of(server: FilmServer, film: str = "film") -> str:
    return f"{server.address}/films/{film}#token={server.token}"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_comes_at_once_and_complains_of_nothing(
    server: FilmServer, chrome: PageBrowser, width: int, scheme: Scheme
) -> None:
    chrome.look(width, scheme)
    page = FilmPage(chrome)
    page.open(address_of(server))
    chrome.wait_for_text("Render again", "Mara speaks to the storm")
    loaded = "return [...document.images].every((one) => one.complete)"
    until("its pictures have come", lambda: chrome.run(loaded))
    broken = "return [...document.images].filter((one) => one.src && !one.naturalWidth).length"
    assert chrome.run(broken) == 0
    assert chrome.shift() < 0.01
    assert chrome.serious() == []
    too_wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert chrome.run(too_wide) == 0
    assert chrome.complaints() == []
    chrome.screenshot(f"film_page_{scheme}_{width}")


def test_a_comment_is_pinned_to_its_moment_and_survives(
    server: FilmServer, chrome: PageBrowser
) -> None:
    chrome.look(DESK, "dark")
    page = FilmPage(chrome)
    page.open(address_of(server))
    page.seek(1.25)
    chrome.type("c")
    chrome.type("The lamp is too dark here.")
    chrome.click("Comment")
    until("the server has it", lambda: server.ask("/runs/film/comments")["comments"])
    (comment,) = server.ask("/runs/film/comments")["comments"]
    assert (comment["at_s"], comment["text"]) == (1.25, "The lamp is too dark here.")
    page.open(f"{server.address}/films/film")
    page.seek(0)
    chrome.click_at("//button[@role='tab'][starts-with(., 'Comments')]")
    chrome.wait_for_text("The lamp is too dark here.")
    chrome.click_at("//film-timeline//button[contains(@class, 'mark')]")
    page.wait_for(1.25)
    chrome.click_at("//film-comments//li//button[starts-with(@aria-label, 'Delete')]")
    until("it is deleted", lambda: not server.ask("/runs/film/comments")["comments"])
    chrome.wait_until_gone("The lamp is too dark here.")
    assert chrome.complaints() == []


def test_a_line_jumps_to_its_first_word_in_the_timeline_too(
    server: FilmServer, chrome: PageBrowser
) -> None:
    page = FilmPage(chrome)
    page.open(address_of(server))
    view = server.ask("/runs/film/view")
    first_s = view["lines"][0]["words"][0]["start_s"]
    page.seek(0)
    chrome.click_at("//film-timeline//span[contains(@class, 'line')]")
    page.wait_for(first_s)
    page.seek(0)
    chrome.click_at("//film-lines//button[contains(@class, 'jump')]")
    page.wait_for(first_s)


def test_reading_needs_no_token_and_writing_asks_for_it(server: FilmServer, tmp_path: Path) -> None:
    with page_browser(tmp_path / "stranger") as stranger:
        page = FilmPage(stranger)
        page.open(f"{server.address}/films/film")
        page.seek(0.5)
        stranger.type("c")
        stranger.type("Who am I?")
        stranger.click("Comment")
        stranger.wait_for_text("Token")
        assert server.ask("/runs/film/comments")["comments"] == []


def test_an_approved_film_goes_on_and_appears_by_itself(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "studio")
    plan = short_film()
    plan["render_profile"]["review"] = ["base_images"]
    waits = studio.sparkle("render", studio.write(plan, "reviewed"))
    assert waits.returncode == 0, waits.stderr
    with rendering_film_server(studio) as server, page_browser(tmp_path / "chromium") as chrome:
        chrome.open(address_of(server, "reviewed"))
        chrome.wait_for_text("Keyframes: yours to decide", "There is no film yet.")
        chrome.screenshot("film_page_review")
        chrome.click("Approve keyframes")
        chrome.wait_until_gone("yours to decide")
        page = FilmPage(chrome)
        until("the film can be seen", lambda: page.of_video("readyState >= 2"))
        chrome.wait_for_text("approved keyframes")
        chrome.screenshot("film_page_reviewed")
        view = film_view(studio.home, RunFolder(studio.home, "reviewed"))
        shown = chrome.run("return document.querySelectorAll('film-shots .clip img').length")
        assert shown == len(view.shots)
        assert (view.reviews[0].decision, view.reviews[0].holds) == ("approved", True)
    state = json.loads((studio.home.runs / "reviewed" / "state.json").read_text())
    assert state["status"]["state"] == "rendered"
