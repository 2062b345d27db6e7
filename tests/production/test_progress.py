"""How long a stage will still take, told by its progress."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.film_state import ProgressReport
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import locked
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.production.progress import Progress


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(SparkleHome(tmp_path), "film")


def seen(folder: RunFolder) -> ProgressReport:
    report = folder.state.read().progress
    assert report is not None
    return report


def test_steps_of_the_next_item_do_not_slow_the_pace(folder: RunFolder) -> None:
    progress = Progress(folder, "shot_clips")
    progress.expect(total=10, making=10)
    assert seen_after(progress, folder).remaining_s() is None
    progress.finished(items=1, made=1)
    pace = seen(folder).pace_s
    assert pace is not None
    progress.stepped(1, 30, "shot 2")
    report = seen(folder)
    assert report.pace_s == pace
    remaining = report.remaining_s()
    assert remaining is not None
    assert remaining < 9 * pace


def test_each_engine_of_a_stage_has_a_pace_of_its_own(folder: RunFolder) -> None:
    progress = Progress(folder, "shot_clips")
    progress.expect(total=2, making=2)
    progress.finished(items=2, made=2)
    ended = seen(folder).updated_at
    progress.expect(total=2, making=2)
    assert seen_after(progress, folder).remaining_s() is None
    progress.finished(items=1, made=1)
    report = seen(folder)
    assert (report.done, report.total, report.made, report.making) == (3, 4, 3, 4)
    assert report.pace_s is not None
    assert report.made_at is not None
    assert report.pace_s <= (report.made_at - ended).total_seconds()


def test_a_line_an_item_says_how_long_it_took_and_what_is_left(folder: RunFolder) -> None:
    said: list[str] = []
    progress = Progress(folder, "shot_clips", said.append)
    progress.expect(total=5, making=2)
    progress.finished(items=3, made=0)
    for shot in ("shot_004", "shot_005"):
        progress.working_on(shot)
        progress.finished(items=1, made=1)

    assert re.sub(r"\d+(\.\d)? s\b", "N s", "\n".join(said)) == (
        "3 of 5 items are there, from the store.\n"
        "shot_004: made in N s, 1 of 2; about N s left\n"
        "shot_005: made in N s, 2 of 2"
    )


def test_a_model_that_was_slow_hangs_no_more_once_its_item_is_done(folder: RunFolder) -> None:
    progress = Progress(folder, "shot_clips")
    progress.expect(total=2, making=2)
    progress.hanging("wan has made no step for 31 min, since step 30 of 30 of footage 1 of 2.")
    assert seen(folder).hangs.startswith("wan has made no step")
    progress.finished(items=1, made=1)
    assert seen(folder).hangs == ""


def test_a_run_goes_on_while_another_process_keeps_the_state_to_itself(folder: RunFolder) -> None:
    progress = Progress(folder, "shot_clips")
    progress.working_on("shot_001")
    with locked(folder.path / ".lock", 0, lambda: BusyError("nobody else")):
        progress.working_on("shot_002")
    assert seen(folder).item == "shot_001"
    progress.working_on("shot_003")
    assert seen(folder).item == "shot_003"


def seen_after(progress: Progress, folder: RunFolder) -> ProgressReport:
    progress.working_on("an item")
    return seen(folder)
