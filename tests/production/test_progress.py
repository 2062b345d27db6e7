"""How long a stage will still take, told by its progress."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from small_runs import PENCIL, digest_of, fingerprint_of
from sparkle_motion_dagster.artifacts.film_state import ProgressReport
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import locked
from sparkle_motion_dagster.artifacts.models import ActionRecord, OutputFile
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.production.progress import Progress

RECORD = ActionRecord(
    fingerprint=fingerprint_of("a clip"),
    engine=PENCIL,
    request={},
    outputs={"clip": OutputFile(sha256=digest_of("clip"), size_bytes=4, media_type="video/mp4")},
    previews={"strip": OutputFile(sha256=digest_of("strip"), size_bytes=5, media_type="image/png")},
    metadata={},
    seconds=1.0,
    made_at=datetime.now(UTC),
    versions={},
)


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
    progress.made(RECORD, ["shot_001"])
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
    for item in ("shot_001", "shot_002"):
        progress.made(RECORD, [item])
    ended = seen(folder).updated_at
    progress.expect(total=2, making=2)
    assert seen_after(progress, folder).remaining_s() is None
    progress.made(RECORD, ["shot_001"])
    report = seen(folder)
    assert (report.done, report.total, report.made, report.making) == (3, 4, 3, 4)
    assert report.pace_s is not None
    assert report.made_at is not None
    assert report.pace_s <= (report.made_at - ended).total_seconds()


def test_a_line_an_item_says_how_long_it_took_and_what_is_left(folder: RunFolder) -> None:
    said: list[str] = []
    progress = Progress(folder, "shot_clips", said.append)
    progress.expect(total=5, making=2)
    progress.taken(dict.fromkeys(["shot_001", "shot_002", "shot_003"], RECORD))
    for shot in ("shot_004", "shot_005"):
        progress.working_on(shot)
        progress.made(RECORD, [shot])

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
    progress.made(RECORD, ["shot_001"])
    assert seen(folder).hangs == ""


def test_a_run_goes_on_while_another_process_keeps_the_state_to_itself(folder: RunFolder) -> None:
    progress = Progress(folder, "shot_clips")
    progress.working_on("shot_001")
    with locked(folder.path / ".lock", 0, lambda: BusyError("nobody else")):
        progress.working_on("shot_002")
    assert seen(folder).item == "shot_001"
    progress.working_on("shot_003")
    assert seen(folder).item == "shot_003"


def test_each_item_is_listed_once_with_what_it_shows(folder: RunFolder) -> None:
    progress = Progress(folder, "shot_clips")
    progress.expect(total=4, making=2)
    progress.taken({"shot_001": RECORD})
    counts = progress.counts()
    progress.made(other := RECORD.model_copy(update={"fingerprint": "0" * 64}), ["shot_002"])
    # The engine fails, and another one is asked for all that this one was asked for.
    progress.return_to(counts)
    progress.expect(total=0, making=1)
    progress.taken({"shot_002": other})
    progress.made(RECORD, ["shot_003", "shot_004"])
    listed = [(one.item, one.made, one.done, one.total) for one in folder.finished.all()]
    assert listed == [
        ("shot_001", False, 1, 4),
        ("shot_002", True, 2, 4),
        ("shot_003", True, 3, 4),
        ("shot_004", False, 4, 4),
    ]
    assert {one.stage for one in folder.finished.all()} == {"shot_clips"}
    assert folder.finished.all()[0].files == {"clip": "video/mp4", "strip": "image/png"}


def seen_after(progress: Progress, folder: RunFolder) -> ProgressReport:
    progress.working_on("an item")
    return seen(folder)
