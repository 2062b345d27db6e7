"""What renders take, on the pages: shown before they are ordered, and over their limits asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus

from film_pages import FilmPage
from film_server import FilmServer, film_server
from page_browser import DESK, PageBrowser, page_browser
from sparkle_motion_dagster.runs.names import configured
from sparkle_motion_dagster.runs.queue import runs_of
from studio import Gallery, Plan, Studio, short_film, write_plan
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

POINT = (
    "document.querySelector('film-actions button').dispatchEvent(new PointerEvent('pointerenter'));"
)
PRICE = "return document.querySelector('{} render-price').textContent.includes(arguments[0])"


@pytest.fixture(scope="module")
def studio(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return gallery.short_film().copy(tmp_path_factory.mktemp("priced"))


@pytest.fixture(scope="module")
def server(studio: Studio) -> Iterator[FilmServer]:
    with film_server(studio) as server:
        yield server


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageBrowser]:
    with page_browser(tmp_path_factory.mktemp("chromium")) as chrome:
        chrome.look(DESK, "light")
        yield chrome


def limited() -> Plan:
    plan = short_film()
    plan["base_images"][0]["prompt"] = "calm sea before a stone lighthouse, noon, 35mm"
    plan["render_profile"]["limits"] = {"disk_gb": 1e-9}
    return plan


def allowed(studio: Studio, film: str) -> list[bool]:
    """Return of each run that waits for a film whether it may exceed its limits."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        waiting = runs_of(instance, film, DagsterRunStatus.QUEUED)
    of_film = ("resources", "film", "config", "over_limits")
    return [bool(configured(run.run_config, *of_film)) for run in waiting]


def test_the_film_page_says_what_a_render_takes_and_asks(
    server: FilmServer, chrome: PageBrowser, studio: Studio
) -> None:
    page = FilmPage(chrome)
    page.open(f"{server.address}/films/film#token={server.token}")
    # The pointer comes and goes until the page knows how the film stands, and asks.
    priced = POINT + PRICE.format("film-actions")
    chrome.wait_for(priced, "Nothing is made: everything is in the store.")
    assert chrome.complaints() == []

    studio.write(limited())
    chrome.click("Render again")
    chrome.wait_for(PRICE.format("film-actions"), "items to make")
    chrome.wait_for(PRICE.format("film-actions"), "its limit is 0 kB")
    assert allowed(studio, "film") == []
    assert chrome.serious() == []
    chrome.screenshot("film_page_over_limits")
    chrome.click("Render all the same")
    until("it waits in the queue", lambda: allowed(studio, "film") == [True])
    chrome.wait_for(f"return !({PRICE.format('film-actions').removeprefix('return ')})", "limit")
    assert [one for one in chrome.complaints() if "402" not in one] == []


def test_a_dropped_plan_says_what_it_takes_before_it_is_rendered(
    server: FilmServer, chrome: PageBrowser, studio: Studio, tmp_path: Path
) -> None:
    chrome.open(f"{server.address}/#token={server.token}")
    chrome.wait_for_text("Harbour Light", "Sign out")
    chrome.drop("quay.yaml", write_plan(limited(), tmp_path / "quay.yaml").read_text())
    chrome.wait_for(PRICE.format(".desk"), "its limit is 0 kB")
    assert chrome.serious() == []
    chrome.screenshot("front_page_over_limits")
    chrome.click("Render it all the same")
    until("it waits in the queue", lambda: allowed(studio, "quay") == [True])
    assert chrome.complaints() == []
