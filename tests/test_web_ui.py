"""What people see: the web UI in a real headless browser, with screenshots as test output."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
import pytest
from PIL import Image

from sparkle_motion_dagster.film.checks import assembly, mouths, shots, track
from sparkle_motion_dagster.film.checks.verdict import Check
from sparkle_motion_dagster.film.stages import STAGES
from studio import Gallery
from web_ui import Browser, ask, browser, chromium, web_ui

WIDTH, HEIGHT = 128, 72
"""The film's size: no picture of what is in it is smaller."""

DRAFT = "pier"

GROUP = "/locations/__repository__@sparkle_motion_dagster.definitions/asset-groups/film/lineage"

pytestmark = pytest.mark.skipif(
    chromium() is None and not os.environ.get("CI"),
    reason="Chromium and its driver are not installed: apt-get install chromium chromium-driver",
)


@pytest.fixture(scope="module")
def address(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The web UI after the short film was rendered, and a plan was written."""
    studio = gallery.short_film().copy(tmp_path_factory.mktemp("ui"))
    written = studio.sparkle("write", "a farewell at a pier", "--run-id", DRAFT)
    assert written.returncode == 0, written.stderr
    with web_ui(studio) as address:
        yield address


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("chromium")) as page:
        yield page


def assert_something_is_there(screenshot: Path) -> None:
    """Check that a picture is no blank page: its pixels differ."""
    with Image.open(screenshot) as image:
        assert np.asarray(image.convert("L")).std() > 5


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


def test_a_drafts_page_shows_what_is_written_and_what_to_do(address: str, page: Browser) -> None:
    page.resize(1500, 1300)
    page.open(f"{address}/assets/plan_draft?view=partitions&partition={DRAFT}")
    page.wait_for_text("next", "story", "shots", "rounds", f"sparkle approve {DRAFT} plan_draft")
    assert_something_is_there(page.screenshot("plan_draft"))


@pytest.mark.parametrize(
    ("asset", "checks"),
    [
        pytest.param("timeline_track", track.CHECKS, marks=pytest.mark.service),
        pytest.param("shot_clips", shots.CHECKS, marks=pytest.mark.service),
        pytest.param("lipsync_clips", mouths.CHECKS, marks=pytest.mark.service),
        ("video_final", assembly.CHECKS),
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
