"""The line that shows a render's progress."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.progress_line import shown_progress
from sparkle_motion_dagster.production.progress import Progress
from waiting import until


def test_a_damaged_state_is_passed_over_without_a_word_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home = SparkleHome(tmp_path)
    state = RunFolder(home, "film").state.path
    state.parent.mkdir(parents=True)
    state.write_text("{")
    others = set(threading.enumerate())
    shown = ""

    def is_shown() -> bool:
        nonlocal shown
        shown += capfd.readouterr().err
        return bool(shown)

    with shown_progress(home, "film"):
        (showing,) = set(threading.enumerate()) - others
        showing.join(timeout=1)  # it reads the state several times meanwhile
        assert showing.is_alive()
        state.unlink()
        Progress(RunFolder(home, "film"), "timeline_track").working_on("mix")
        until("the stage is shown", is_shown)
    assert shown == "  timeline_track\n"


def test_a_wait_is_told_once_and_not_each_time_that_it_is_shorter(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home = SparkleHome(tmp_path)
    progress = Progress(RunFolder(home, "film"), "base_images")
    shown = ""

    def says(words: str) -> bool:
        nonlocal shown
        shown += capfd.readouterr().err
        return words in shown

    with shown_progress(home, "film"):
        for left in (56, 51, 6):
            progress.waiting(f"The engine camera [1] is spent; ship may begin in {left} s" * 2)
            until("the wait is shown", lambda: says("in 56 s"))
        progress.waiting("The device is busy")
        until("another wait is shown", lambda: says("busy"))
    wait = "The engine camera [1] is spent; ship may begin in 56 s" * 2
    assert shown == f"  base_images\n  {wait}\n  The device is busy\n"


def test_a_stage_says_as_it_begins_what_it_has_to_make_at_least(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home = SparkleHome(tmp_path)
    progress = Progress(RunFolder(home, "film"), "timeline_track")
    progress.expect(total=3, making=2)
    shown = ""

    def has_begun() -> bool:
        nonlocal shown
        shown += capfd.readouterr().err
        return "timeline_track" in shown

    with shown_progress(home, "film"):
        progress.working_on("line_0001")
        until("the stage is shown", has_begun)
        progress.expect(total=4, making=4)
        progress.working_on("mix")
    assert shown + capfd.readouterr().err == "  timeline_track: at least 2 to make\n"
