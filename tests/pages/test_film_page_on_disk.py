"""The page beside a film, opened from the disk in a real headless browser, without any server."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from film_pages import FilmPage
from page_browser import page_browser
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.pages.embedding import embedded_files
from sparkle_motion_dagster.pages.film_page import film_page_on_disk
from sparkle_motion_dagster.pages.film_view import FilmView, film_view
from sparkle_motion_dagster.pages.page_file import PAGE
from studio import Gallery, Studio
from waiting import until
from web_ui import chromium

pytestmark = pytest.mark.skipif(
    chromium() is None and not os.environ.get("CI"),
    reason="Chromium and its driver are not installed: apt-get install chromium chromium-driver",
)


@pytest.fixture(scope="module")
def studio(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return gallery.short_film().copy(tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
def view(studio: Studio) -> FilmView:
    return film_view(studio.home, RunFolder(studio.home, "film"))


@pytest.fixture(scope="module")
def page(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilmPage]:
    with page_browser(tmp_path_factory.mktemp("chromium")) as chrome:
        page = FilmPage(chrome)
        page.open((studio.home.runs / "film" / PAGE).as_uri())
        yield page


def test_it_shows_what_was_made_and_complains_of_nothing(page: FilmPage, view: FilmView) -> None:
    shown = page.browser.text()
    for text in (view.title, view.shots[0].description, view.lines[0].text, "Mara"):
        assert text in shown
    broken = "return [...document.images].filter((one) => one.complete && !one.naturalWidth).length"
    assert page.browser.run(broken) == 0
    assert page.browser.shift() == 0
    assert page.browser.serious() == []
    assert page.browser.complaints() == []
    page.browser.screenshot("film_page_on_disk")


def test_what_a_shot_took_is_its_move_and_its_mouths(page: FilmPage, view: FilmView) -> None:
    [spoken] = [shot for shot in view.shots if shot.mouths is not None]
    assert spoken.making is not None
    assert spoken.mouths is not None
    assert spoken.mouths.making is not None
    assert not spoken.making.taken
    assert not spoken.mouths.making.taken
    seconds = spoken.making.seconds + spoken.mouths.making.seconds
    assert f"mouths moved · made in {seconds:.1f} s" in page.browser.text()


def test_a_click_on_a_line_jumps_to_its_first_word(page: FilmPage, view: FilmView) -> None:
    page.seek(0)
    page.jump_to_line(view, 1)
    first = view.lines[0].words[0]
    page.wait_for(first.start_s)
    lit = "return document.querySelector('film-lines .lit')?.textContent"
    assert page.browser.run(lit) == first.text
    last = view.lines[0].words[-1]
    page.seek(last.start_s + 0.01)
    until("the last word is lit", lambda: page.browser.run(lit) == last.text)


def test_captions_can_be_switched_on(page: FilmPage, view: FilmView) -> None:
    page.seek(view.lines[0].words[0].start_s + 0.05)
    assert page.of_video("textTracks[0].mode") == "hidden"
    page.browser.click_at("//film-player//button[@aria-label='Captions (S)']")
    assert page.of_video("textTracks[0].mode") == "showing"
    said = until("a caption is shown", lambda: page.of_video("textTracks[0].activeCues[0]?.text"))
    assert view.lines[0].text in said.replace("\n", " ")


def test_keys_play_step_and_pause(page: FilmPage, view: FilmView) -> None:
    page.seek(0.5)
    page.browser.type(".")
    frame_s = float(1 / view.frame_rate) if view.frame_rate else 0.0
    page.wait_for((int(0.5 / frame_s + 1e-3) + 1.5) * frame_s)
    page.browser.type(",")
    page.wait_for((int(0.5 / frame_s + 1e-3) + 0.5) * frame_s)
    before = page.moment
    page.browser.type(" ")
    until("it plays", lambda: page.moment > before + 0.2)
    page.browser.type("k")
    until("it is paused", lambda: page.of_video("paused"))
    page.browser.type("]")
    until("the next shot is seen", lambda: page.moment > (view.shots[1].start_s or 0))
    page.browser.type("?")
    page.browser.wait_for_text("play backwards; again: faster")
    page.browser.type("\ue00c")  # Escape
    page.browser.wait_until_gone("play backwards; again: faster")
    assert page.browser.complaints() == []


def test_a_line_that_begins_with_a_breath_is_jumped_to_where_it_speaks(
    page: FilmPage, studio: Studio, view: FilmView
) -> None:
    (line,) = view.lines
    first, *others = line.words
    later = first.model_copy(update={"start_s": first.start_s + 0.2})
    breathing = line.model_copy(update={"words": (later, *others)})
    files = embedded_files(studio.home, view)
    text = film_page_on_disk(view.model_copy(update={"lines": (breathing,)}), files)
    file = studio.home.runs / "film" / "breathing.html"
    file.write_text(text, encoding="utf-8")
    page.open(file.as_uri())
    page.jump_to_line(view, 1)
    page.wait_for(later.start_s)
    page.seek(0)
    page.browser.click_at("//film-timeline//span[contains(@class, 'line')]")
    page.wait_for(later.start_s)
