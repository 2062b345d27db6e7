"""A plan that is written, read, edited, approved and rendered with clicks in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from gates import GatedStudio
from service import LOCATION, Service, service
from waiting import until
from web_ui import Browser, browser, chromium

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(
        chromium() is None and not os.environ.get("CI"),
        reason="Chromium and its driver are not installed: apt-get install chromium "
        "chromium-driver",
    ),
]

FILM = "keepers"
PROMPT = "Two keepers argue in a lighthouse while the storm comes in"
APPROVAL = f"/locations/__repository__@{LOCATION}/jobs/approve_draft/playground"
FORMAT = "render_profile:\n"
SMALL = f"{FORMAT}  metadata: {{resolution: 128x72}}\n"


def write(page: Browser, address: str) -> None:
    """Have a plan written: a partition is added, and a prompt is filled in."""
    page.open(f"{address}/assets/plan_draft")
    page.wait_for_text("To have one written")
    page.click_at("//button[contains(., 'Materialize…')]/following::button[1]")
    page.click_at("(//*[text()='Open launchpad'])[last()]")  # the description has it, too
    page.wait_for_text("No errors", "prompt:", "Add new partition")
    page.click("Add new partition")
    page.wait_for_text("Partition name")
    page.write("name", FILM)
    page.click("Save")
    page.wait_for_text(f"partition: {FILM}", "prompt:")
    page.click_at("//*[contains(@class, 'cm-string')]")
    page.type(Keys.END, Keys.BACKSPACE, Keys.BACKSPACE, PROMPT)
    page.wait_for_text(PROMPT, "No errors")
    page.screenshot("draft_1_launchpad")
    page.click_at("(//button[normalize-space(.)='Materialize'])[last()]")


def read(page: Browser, address: str) -> None:
    """Look at the draft, as the page of its asset shows it."""
    page.resize(1500, 2000)
    page.open(f"{address}/assets/plan_draft?view=partitions&partition={FILM}")
    page.wait_for_text("title", "story", "shots", "cast", "rounds", "next", "approve_draft")
    page.screenshot("draft_2_page")


def approve(page: Browser, address: str) -> None:
    """Approve the draft by the job."""
    page.resize(1700, 1200)
    page.open(address + APPROVAL)
    page.click_at("//input[@placeholder='Partition']")
    page.click(FILM)
    page.wait_for_text(f"partition: {FILM}", "No errors")
    page.screenshot("draft_3_approval")
    page.click("Launch Run")


def test_a_plan_is_written_and_rendered_with_clicks_alone(tmp_path: Path) -> None:
    studio = GatedStudio(tmp_path / "studio")
    draft, plan = (studio.plans / folder / f"{FILM}.yaml" for folder in ("drafts", "."))
    with service(studio) as daemon, browser(tmp_path / "chromium") as page:
        page.resize(1700, 1200)
        write(page, daemon.address)
        written = daemon.succeeds(daemon.next_run(FILM, after=[]))
        assert written.materialized == {"plan_draft"}
        assert written.tags["sparkle/state"] == "waiting for review"
        read(page, daemon.address)
        assert not plan.exists()
        edited = draft.read_text().replace(FORMAT, SMALL)
        assert SMALL in edited
        draft.write_text(edited)

        approve(page, daemon.address)
        until("the draft is the plan", plan.exists)
        assert plan.read_text() == edited
        rendered = daemon.succeeds(
            until("the inbox asks for the film", lambda: _run_of(daemon, "render_movie"))
        )
        assert rendered.tags["sparkle/started_by"] == "inbox"
        page.open(f"{daemon.address}/runs/{rendered.id}")
        page.wait_for_text("Success")
        page.screenshot("draft_4_rendered")
    assert studio.film(FILM).is_file()


def _run_of(daemon: Service, job: str) -> str | None:
    """Return the film's run of a job, if there is one yet."""
    return next((run.id for run in daemon.runs(FILM) if run.job == job), None)
