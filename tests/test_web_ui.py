"""What people see: the web UI in a real headless browser, with screenshots as test output."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
import pytest
from PIL import Image

from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.checks.promises import CHECKS
from sparkle_motion_dagster.film.checks.verdict import Check
from sparkle_motion_dagster.film.stages import (
    LIPSYNC_CLIPS,
    SHOT_CLIPS,
    STAGES,
    TIMELINE_TRACK,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.operations.film_servers import server_address
from studio import Gallery, Rendered, Studio, short_film
from waiting import until
from web_ui import Browser, ask, browser, chromium, web_ui

WIDTH, HEIGHT = 128, 72
"""The film's size: no picture of what is in it is smaller."""

MARGIN = 30
"""Pixels at the right of an asset's page."""

DRAFT = "pier"

SERVED = "served"

GROUP = "/locations/__repository__@sparkle_motion_dagster.definitions/asset-groups/film/lineage"

pytestmark = pytest.mark.skipif(
    chromium() is None and not os.environ.get("CI"),
    reason="Chromium and its driver are not installed: apt-get install chromium chromium-driver",
)


@dataclass(frozen=True)
class WebUi:
    """`sparkle ui` of a studio."""

    studio: Studio
    address: str


@dataclass(frozen=True)
class Served:
    """A film that was rendered where films are served: by whom, and what the render left."""

    by: str
    rendered: Rendered


@pytest.fixture(scope="module")
def started(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebUi]:
    """The web UI after the short film was rendered, and a plan was written."""
    studio = gallery.short_film().copy(tmp_path_factory.mktemp("ui"))
    written = studio.sparkle("write", "a farewell at a pier", "--run-id", DRAFT)
    assert written.returncode == 0, written.stderr
    with web_ui(studio) as address:
        yield WebUi(studio, address)


@pytest.fixture(scope="module")
def address(started: WebUi) -> str:
    """The web UI's address."""
    return started.address


@pytest.fixture(scope="module")
def served(started: WebUi) -> Served:
    """The short film under another name, rendered while the film server runs, and its address."""
    rendered = started.studio.render(short_film(), SERVED)
    films = server_address(started.studio.home)
    assert films is not None
    return Served(films, rendered)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("chromium")) as page:
        yield page


def assert_something_is_there(screenshot: Path) -> None:
    """Check that a picture is no blank page: its pixels differ."""
    with Image.open(screenshot) as image:
        assert np.asarray(image.convert("L")).std() > 5


def kind_of(address: str) -> str:
    """Return the media type of what a server sends, part by part as browsers ask for it."""
    request = Request(address, headers={"Range": "bytes=0-99"})  # noqa: S310 - our own server
    with urlopen(request) as answer:  # noqa: S310
        assert answer.status in {200, 206}
        return str(answer.headers.get_content_type())


def test_no_page_of_another_site_reaches_it(address: str) -> None:
    link = f"{address}/graphql?query=mutation%7BreloadWorkspace%7B__typename%7D%7D"
    for url, data, headers, advice in (
        (address, None, {"Host": "evil.example"}, "--allow-host NAME"),
        (link, None, {}, "send GraphQL mutations by POST"),
        (f"{address}/graphql", b"{}", {"Origin": "http://evil.example"}, "open the web UI itself"),
    ):
        request = Request(url, data, headers)  # noqa: S310 - our own server on 127.0.0.1
        with pytest.raises(HTTPError) as refused:
            urlopen(request)  # noqa: S310
        with refused.value as answer:
            assert answer.code == 403
            assert advice in answer.read().decode()
    assert ask(address, "{ version }", {})["version"]


def test_the_graph(address: str, page: Browser) -> None:
    page.resize(2300, 1300)
    page.open(address + GROUP)
    page.wait_for_text(*STAGES)
    page.wait_until_gone("Loading...")
    assert_something_is_there(page.screenshot("graph"))


@pytest.mark.parametrize(
    ("asset", "entry"),
    [
        pytest.param("base_images", "keyframes", marks=pytest.mark.service),
        pytest.param("timeline_track", "waveform", marks=pytest.mark.service),
        pytest.param("shot_clips", "filmstrip", marks=pytest.mark.service),
        pytest.param("lipsync_clips", "filmstrip", marks=pytest.mark.service),
        ("video_final", "poster"),
    ],
)
def test_an_assets_page_shows_its_result(
    address: str, page: Browser, asset: str, entry: str
) -> None:
    page.resize(1500, 1300)
    page.open(f"{address}/assets/{asset}?view=partitions&partition=film")
    page.wait_for_text("Materialized", entry, "engine", "seconds_making")
    page.click("[Show Markdown]")
    picture = page.pictures()[0]
    assert picture.size["width"] >= WIDTH
    assert picture.size["height"] >= HEIGHT
    assert_something_is_there(page.screenshot(asset))


@pytest.mark.parametrize(
    ("asset", "entry", "opened"),
    [
        pytest.param("base_images", "keyframes", "image/png", marks=pytest.mark.service),
        pytest.param("timeline_track", "waveform", "audio/wav", marks=pytest.mark.service),
        pytest.param("shot_clips", "filmstrip", "video/mp4", marks=pytest.mark.service),
        ("video_final", "poster", "video/mp4"),
    ],
)
def test_where_films_are_served_an_assets_page_shows_its_result_at_once(
    address: str, served: Served, page: Browser, asset: str, entry: str, opened: str
) -> None:
    page.resize(1500, 1300)
    page.open(f"{address}/assets/{asset}?view=partitions&partition={SERVED}")
    page.wait_for_text("Materialized", entry, "engine", "seconds_making")
    picture = page.pictures(f"{served.by}/sheets/{SERVED}/")[0]
    assert picture.size["width"] >= WIDTH
    assert picture.location["x"] + picture.size["width"] <= 1500 - MARGIN
    assert_something_is_there(page.screenshot(f"{asset}_served"))
    assert kind_of(page.links(f"{served.by}/films/{SERVED}")[0]) == "text/html"
    assert kind_of(page.links(f"{served.by}/artifacts/{SERVED}/{asset}/")[0]) == opened


@pytest.mark.service
def test_a_picture_is_shown_whatever_this_machine_is_called(
    address: str, served: Served, page: Browser
) -> None:
    elsewhere = address.replace("127.0.0.1", "localhost")
    page.open(f"{elsewhere}/assets/video_final?view=partitions&partition={SERVED}")
    assert page.pictures(f"{served.by}/sheets/")


@pytest.mark.service
def test_a_click_on_the_poster_plays_the_film(address: str, served: Served, page: Browser) -> None:
    page.open(f"{address}/assets/video_final?view=partitions&partition={SERVED}")
    page.pictures(f"{served.by}/sheets/")
    page.click_at("//a/img[@alt='poster']")
    # Seconds, once pictures of it can be shown: browsers begin to play as their users like it.
    shown = "const v = document.querySelector('video'); return v?.readyState > 1 && v.duration"
    assert until("the film is there", lambda: page.run(shown)) == pytest.approx(3.0, abs=0.1)


@pytest.mark.service
def test_a_run_leads_to_its_films_page(
    address: str, started: WebUi, served: Served, page: Browser
) -> None:
    run = RunFolder(started.studio.home, SERVED).state.read().status
    assert run is not None
    page.open(f"{address}/runs/{run.dagster_run}")
    page.write("Filter…", "The film's page")
    page.wait_for_text("ENGINE_EVENT", "The film's page")
    assert page.links(f"{served.by}/films/") == [f"{served.by}/films/{SERVED}"]
    assert_something_is_there(page.screenshot("run_served"))


def test_a_film_is_the_same_where_films_are_served_and_where_not(
    started: WebUi, served: Served
) -> None:
    alone, beside = started.studio.rendered(), served.rendered
    assert beside.new_actions == 0
    assert sorted(beside.digests.values()) == sorted(alone.digests.values())
    assert {stage: alone.content[stage] for stage in STAGES[:-1]} == {
        stage: beside.content[stage] for stage in STAGES[:-1]
    }


def test_a_drafts_page_shows_what_is_written_and_what_to_do(address: str, page: Browser) -> None:
    page.resize(1500, 1300)
    page.open(f"{address}/assets/plan_draft?view=partitions&partition={DRAFT}")
    page.wait_for_text("next", "story", "shots", "rounds", f"sparkle approve {DRAFT} plan_draft")
    assert_something_is_there(page.screenshot("plan_draft"))


@pytest.mark.parametrize(
    ("asset", "checks"),
    [
        pytest.param(TIMELINE_TRACK, CHECKS[TIMELINE_TRACK], marks=pytest.mark.service),
        pytest.param(SHOT_CLIPS, CHECKS[SHOT_CLIPS], marks=pytest.mark.service),
        pytest.param(LIPSYNC_CLIPS, CHECKS[LIPSYNC_CLIPS], marks=pytest.mark.service),
        (VIDEO_FINAL, CHECKS[VIDEO_FINAL]),
    ],
)
def test_an_assets_checks_are_green(
    address: str, page: Browser, asset: str, checks: Sequence[Check]
) -> None:
    page.resize(1500, 1300)
    page.open(f"{address}/assets/{asset}?view=checks")
    page.wait_for_text(f"Checks ({len(checks)})", *(check.name for check in checks), "Passed")
    page.screenshot(f"{asset}_checks")
    assert page.text().count("Succeeded") == len(checks)
