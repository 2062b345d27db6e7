"""A film made, ended and picked up again with nothing but clicks in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gates import GatedStudio
from service import GRAPH, film, service, switch_off_inbox
from sparkle_motion_dagster.film.stages import STAGES
from web_ui import Browser, browser, chromium

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(
        chromium() is None and not os.environ.get("CI"),
        reason="Chromium and its driver are not installed: apt-get install chromium "
        "chromium-driver",
    ),
]

FILM = "clicked"


def add_partition(page: Browser) -> None:
    """Click a film into the list of partitions; there must be a plan of its name."""
    page.click("Materialize all…")
    page.wait_for_text("upstream assets listed below have not been materialized yet")
    page.click("Confirm")  # a plan that somebody wrote has no draft
    page.wait_for_text("Launch runs to materialize 7 assets")
    page.screenshot("service_1_materialize")
    page.click("Add a partition")
    page.wait_for_text("Partition name")
    page.write("name", FILM)
    page.screenshot("service_2_add_partition")
    page.click("Save")


def terminate(page: Browser) -> None:
    """Click a run to its end."""
    page.click("Terminate")
    page.wait_for_text("Terminate 1 run")
    page.screenshot("service_5_terminate")
    page.click("Terminate 1 run")
    page.wait_for_text("Canceled")
    page.screenshot("service_6_canceled")


def test_a_film_is_made_with_clicks_alone(tmp_path: Path) -> None:
    studio = GatedStudio(tmp_path / "studio")
    switch_off_inbox(studio)
    with service(studio) as daemon, browser(tmp_path / "chromium") as page:
        studio.write(film("Clicked"), FILM)  # which nobody but the browser asks for
        page.resize(1700, 1200)
        page.open(daemon.address + GRAPH)
        page.wait_for_text(*STAGES)
        page.wait_until_gone("Loading...")
        add_partition(page)
        with studio.gate_closed():
            page.click("Launch 1 run")
            page.wait_for_text("Launched run")
            page.click("View")
            daemon.caught_at(FILM, "shot_clips")
            page.wait_for_text("Started", "shot_clips", "Terminate")
            page.screenshot("service_4_running")
            terminate(page)
        (first,) = daemon.runs(FILM)
        assert daemon.ended(first.id).status == "CANCELED"
        assert "video_final" not in studio.manifests(FILM)

        page.click("Re-execute all (*)")
        second = daemon.next_run(FILM, after=[first.id])
        page.wait_for_text(second[:8])
        assert daemon.succeeds(second).tags["dagster/parent_run_id"] == first.id
        page.wait_for_text("Success")
        page.screenshot("service_7_success")
    assert studio.film(FILM).is_file()
