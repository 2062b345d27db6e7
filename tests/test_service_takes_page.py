"""Takes on a film's page in a real headless browser: seen, played, chosen, pinned and ordered."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from film_pages import FilmPage
from film_server import FilmServer, film_server
from page_browser import DESK, LOOKS, PageBrowser, Scheme, page_browser
from sparkle_motion_dagster.artifacts.choices import Choices
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import BASE_IMAGES, SHOT_CLIPS
from sparkle_motion_dagster.pages.page_file import PAGE
from studio import Gallery, Studio
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
def studio(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio whose film has three takes of a keyframe and two of a shot."""
    studio = gallery.short_film().copy(tmp_path_factory.mktemp("takes"))
    for words in (("frame_002", "--takes", "2"), ("shot_001", "--setting", "dissolve=0.9")):
        made = studio.sparkle_here("redo", "film", *words)
        assert made.returncode == 0, made.stderr
    assert studio.sparkle_here("render", studio.plans / "film.yaml").returncode == 0
    return studio


@pytest.fixture(scope="module")
def server(studio: Studio) -> Iterator[FilmServer]:
    with film_server(studio) as server:
        yield server


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageBrowser]:
    with page_browser(tmp_path_factory.mktemp("chromium")) as chrome:
        yield chrome


def opened(server: FilmServer, chrome: PageBrowser) -> None:
    FilmPage(chrome).open(f"{server.address}/films/film#token={server.token}")
    chrome.wait_for_text("Take 3")


def choices(studio: Studio) -> Choices:
    return RunFolder(studio.home, "film").choices.read()


def take(item: str, number: int) -> str:
    return f"film-takes [data-item='{item}'] [data-take='{number}']"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_takes_stand_side_by_side_and_keep_nobody_out(
    server: FilmServer, chrome: PageBrowser, width: int, scheme: Scheme
) -> None:
    chrome.look(width, scheme)
    opened(server, chrome)
    shown = chrome.run("return document.querySelectorAll('film-takes .card').length")
    assert shown == 5
    assert "sharpness" in chrome.find(take("frame_002", 2)).text
    assert "In the film" in chrome.find(take("frame_002", 1)).text
    assert "dB at its start" in chrome.find(take("shot_001", 2)).text
    scroll = "document.querySelector('film-takes').scrollIntoView()"
    chrome.run(scroll)
    loaded = "return [...document.images].every((one) => one.complete)"
    until("its pictures have come", lambda: chrome.run(loaded))
    assert chrome.serious() == []
    assert chrome.width() <= width
    assert chrome.complaints() == []
    chrome.run(scroll)
    chrome.screenshot(f"takes_{scheme}_{width}")


def test_the_keyboard_leads_to_a_take_which_plays(server: FilmServer, chrome: PageBrowser) -> None:
    chrome.look(DESK, "dark")
    opened(server, chrome)
    chrome.run("document.querySelector(arguments[0]).focus()", "film-takes summary")
    chrome.tab_to(f"{take('shot_001', 2)} .clip")
    chrome.type(" ")
    chrome.wait_for("return document.querySelector('film-viewer video')?.readyState >= 2")
    assert "take 2" in chrome.find("film-viewer h2").text
    assert chrome.complaints() == []


def test_choosing_and_pinning_show_at_once_and_count(
    server: FilmServer, chrome: PageBrowser, studio: Studio
) -> None:
    chrome.look(DESK, "light")
    opened(server, chrome)
    chrome.click_at("//button[@aria-label='Choose take 2 of Keyframe frame_002']")
    chrome.wait_for_text("Chosen")
    known = choices(studio).of(BASE_IMAGES, "frame_002")
    assert known is not None
    assert known.chosen == 2
    chrome.click_at("//button[starts-with(@aria-label, 'Pin Keyframe frame_002')]")
    chrome.wait_for_text("Unpin")
    pinned = choices(studio).of(BASE_IMAGES, "frame_002")
    assert pinned is not None
    assert pinned.pinned == known.takes[1].fingerprint
    assert "Pinned" in chrome.find(take("frame_002", 2)).text
    chrome.click_at("//button[starts-with(@aria-label, 'Unpin Keyframe frame_002')]")
    chrome.wait_until_gone("Unpin")
    assert chrome.complaints() == []


def test_what_somebody_else_chooses_appears_by_itself(
    server: FilmServer, chrome: PageBrowser, studio: Studio
) -> None:
    opened(server, chrome)
    assert studio.sparkle_here("take", "film", "shot_001", "2").returncode == 0
    script = "return document.querySelector(arguments[0]).textContent.includes('Chosen')"
    chrome.wait_for(script, take("shot_001", 2))


def test_further_takes_are_ordered_with_what_was_typed(
    server: FilmServer, chrome: PageBrowser
) -> None:
    opened(server, chrome)
    chrome.click_at("//button[@aria-label='More takes of Keyframe frame_002']")
    assert chrome.has_focus("#takes-count")
    chrome.type("\ue003\ue0172")  # backspace, delete: it held a 1
    chrome.click_at("//textarea[@id='takes-prompt']")
    chrome.type("A lighthouse in the fog")
    chrome.click("Make takes")
    chrome.wait_for_text("is ordered (make_takes)")
    standing = server.ask("/runs/film")
    assert standing["now"] == "queued"


def test_the_page_on_disk_shows_takes_and_offers_nothing(
    chrome: PageBrowser, studio: Studio
) -> None:
    page = FilmPage(chrome)
    page.open((studio.home.runs / "film" / PAGE).as_uri())
    shown = chrome.run("return document.querySelectorAll('film-takes .card').length")
    assert shown == 5
    offered = "return document.querySelectorAll('film-takes button:not(.clip)').length"
    assert chrome.run(offered) == 0
    chrome.click_at("//film-takes//button[@aria-label='Show Keyframe frame_002, take 3']")
    chrome.wait_for("return document.querySelector('film-viewer img')?.naturalWidth > 0")
    assert chrome.serious() == []
    assert chrome.complaints() == []
    assert SHOT_CLIPS in chrome.run("return document.querySelectorAll('film-takes .item')[1].id")
