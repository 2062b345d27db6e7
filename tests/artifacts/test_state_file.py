"""A film's state: changed by many at once without losing anything, and never seen in part."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import (
    Decision,
    FilmState,
    ProgressReport,
    Review,
    State,
    Status,
    Wish,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.state_file import StateFile
from sparkle_motion_dagster.artifacts.verify import set_aside, verify_run

NOW = datetime(2026, 1, 2, tzinfo=UTC)
RENDERED = Status(state=State.RENDERED, dagster_run="a-run", since=NOW)
PROGRESS = ProgressReport(
    pid=1,
    stage="base_images",
    item=None,
    done=1,
    total=3,
    made=1,
    making=3,
    started_at=NOW,
    updated_at=NOW,
)


def review(stage: str) -> Review:
    return Review(
        stage=stage,
        content_digest="0" * 64,
        decision=Decision.APPROVED,
        note="",
        by="ada",
        at=NOW,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "film"


def test_many_who_change_it_at_once_lose_nothing_of_each_other(folder: Path) -> None:
    stages = [f"stage_{number}" for number in range(40)]
    seen: list[FilmState] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            seen.append(StateFile(folder).read())

    def decide(stage: str) -> None:
        StateFile(folder).report(PROGRESS)
        StateFile(folder).change(lambda state: state.with_review(review(stage)))

    StateFile(folder).change(lambda state: state.with_status(RENDERED))
    with ThreadPoolExecutor(5) as pool:
        looking = pool.submit(look)
        try:
            list(pool.map(decide, stages))
        finally:
            ended.set()
        looking.result()
    last = StateFile(folder).read()
    assert last.reviews.keys() == set(stages)
    assert (last.status, last.progress) == (RENDERED, PROGRESS)
    # Nobody saw it empty, nor a decision go again.
    assert {state.status for state in seen} == {RENDERED}
    decided = [len(state.reviews) for state in seen]
    assert decided == sorted(decided)
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "state.json"]


def test_what_a_change_raises_changes_nothing(folder: Path) -> None:
    state = StateFile(folder)
    before = state.change(lambda state: state.with_wish(Wish.STOP))
    with pytest.raises(ZeroDivisionError):
        state.change(lambda state: state.with_review(review(str(1 // 0))))
    assert state.read() == before


def test_a_film_of_which_there_is_nothing_to_say_leaves_no_file(folder: Path) -> None:
    state = StateFile(folder)
    state.change(lambda state: state.with_wish(Wish.STOP))
    state.change(lambda _: FilmState())
    assert not (folder / "state.json").exists()
    assert state.read() == FilmState()


@pytest.mark.parametrize("text", ["", "{", '"another"', json.dumps({"schema_version": "99"})])
def test_a_damaged_file_is_told_and_set_aside_when_asked(tmp_path: Path, text: str) -> None:
    home = SparkleHome(tmp_path)
    folder = RunFolder(home, "film")
    folder.state.change(lambda state: state.with_status(RENDERED))
    folder.state.path.write_text(text)
    with pytest.raises(UnreadableRecordError, match=r"state\.json is damaged"):
        folder.state.read()
    with pytest.raises(UnreadableRecordError, match=r"state\.json is damaged"):
        folder.state.change(lambda state: state.with_wish(Wish.STOP))
    assert folder.state.path.read_text() == text
    set_aside(home, verify_run(home, "film").findings)
    assert folder.state.read() == FilmState()
    assert (home.set_aside / "film-state.json").read_text() == text
