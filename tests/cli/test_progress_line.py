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


def test_a_damaged_state_ends_it_without_a_word_of_its_own(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path)
    state = RunFolder(home, "film").state.path
    state.parent.mkdir(parents=True)
    state.write_text("{")
    others = set(threading.enumerate())
    with shown_progress(home, "film"):
        (showing,) = set(threading.enumerate()) - others
        showing.join(timeout=60)  # what it raised would be a warning, and so an error
        assert not showing.is_alive()


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
