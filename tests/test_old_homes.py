"""A home that an earlier version left, its films' states in many files, is worked on as it is."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus

from sparkle_motion_dagster.api.going_on import queue_old_requests
from sparkle_motion_dagster.artifacts.archive.archiving import archive_run
from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder
from sparkle_motion_dagster.artifacts.archive.restoring import restore_run
from sparkle_motion_dagster.artifacts.choices import Choices
from sparkle_motion_dagster.artifacts.errors import UnreadableStateError
from sparkle_motion_dagster.artifacts.film_state import Decision, State, Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.verify import verify_all
from sparkle_motion_dagster.engines.images.storyboard.engine import StoryboardEngine
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.runs.queue import runs_of
from studio import REPOSITORY, Studio

STOOD = {
    "rendered": State.RENDERED,
    "paused": State.PAUSED,
    "waiting": State.WAITING,
    "approved": State.WAITING,
    "rejected": State.REJECTED,
}
"""How each film of the home stands."""


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    with tarfile.open(REPOSITORY / "tests" / "data" / "home_de917be.tar.xz") as tar:
        tar.extractall(tmp_path, filter="data")
    return Studio(tmp_path)


def film(studio: Studio, run_id: str) -> RunFolder:
    return RunFolder(studio.home, run_id)


OF_TODAY = {"state.json", "price.json", "index.html", ".summary.json", ".finished", ".memo"}
"""What a render leaves in a run folder, beside its stages."""


def names_in(folder: RunFolder) -> set[str]:
    """Return what lies in a run folder, save for its stages and its locks."""
    stages = set(folder.stages())
    return {path.name for path in folder.path.iterdir()} - stages - {".held", ".lock", ".reached"}


def test_how_its_films_stand_is_read_and_nothing_is_touched(studio: Studio) -> None:
    before = {run_id: names_in(film(studio, run_id)) for run_id in STOOD}
    for run_id, stood in STOOD.items():
        state = film(studio, run_id).state.read()
        assert state.status is not None
        assert (state.status.state, state.holder, state.wish) == (stood, None, None)
        assert state.progress is not None
    decisions = {
        run_id: (review.decision, review.note)
        for run_id in STOOD
        for review in film(studio, run_id).state.read().reviews.values()
    }
    assert decisions == {
        "approved": (Decision.APPROVED, "The lamp is lovely."),
        "rejected": (Decision.REJECTED, "Too dark."),
    }
    assert {run_id: names_in(film(studio, run_id)) for run_id in STOOD} == before


@pytest.mark.parametrize("run_id", STOOD)
def test_the_first_change_makes_one_record_of_it(studio: Studio, run_id: str) -> None:
    folder = film(studio, run_id)
    before = folder.state.read()
    assert folder.state.change(lambda state: state.with_wish(Wish.PAUSE)) == before.with_wish(
        Wish.PAUSE
    )
    assert names_in(folder) == {"state.json"}


def test_a_damaged_decision_is_told_and_nothing_of_it_goes(studio: Studio) -> None:
    folder = film(studio, "rejected")
    decision = folder.path / "reviews" / "base_images.json"
    note = folder.path / "reviews" / "what I thought.txt"
    note.write_text("Too dark, but I may get used to it.")
    kept = decision.read_text()
    decision.write_text("{")
    with pytest.raises(UnreadableStateError, match=r"reviews/base_images\.json is damaged"):
        folder.state.change(lambda state: state.with_wish(Wish.STOP))
    assert decision.read_text() == "{"
    decision.write_text(kept)
    folder.state.change(lambda state: state.with_wish(Wish.STOP))
    assert not decision.exists()
    assert note.exists()


def test_what_it_has_archived_comes_back_and_its_films_are_archived(
    studio: Studio, tmp_path: Path
) -> None:
    elsewhere = SparkleHome(tmp_path / "elsewhere")
    restore_run(elsewhere, "approved", RemoteFolder(str(tmp_path / "archive")), VIDEO_FINAL)
    new = RemoteFolder(str(tmp_path / "new archive"))
    archive_run(studio.home, "rejected", new)
    restore_run(elsewhere, "rejected", new, VIDEO_FINAL)
    for run_id in ("approved", "rejected"):
        there = film(studio, run_id).state.read().lasting()
        assert RunFolder(elsewhere, run_id).state.read() == there
        assert there.status is not None
        assert there.reviews
    assert verify_all(elsewhere).findings == ()


@pytest.mark.service
def test_its_films_go_on_where_they_were_left(studio: Studio) -> None:
    listed = studio.sparkle_here("status").stdout
    for stood in ("paused", "waiting for review", "rejected"):
        assert stood in listed
    explained = studio.sparkle_here("explain", "rendered")
    assert explained.returncode == 0, explained.stderr
    # Its pictures are drawn better since, and its line is spoken better.
    drawn = f"engine.version: 2 -> {StoryboardEngine.version}"
    assert f"frame_000  will be made: {drawn}" in explained.stdout
    assert "line_0001  will be made: engine.version: 2 -> 3" in explained.stdout
    paused = studio.sparkle("resume", "paused")
    assert paused.returncode == 0, paused.stderr
    assert "dialogue_wavs   1 made" in paused.stderr
    # What was decided on other pictures does not hold for these.
    for run_id in ("rejected", "waiting"):
        resumed = studio.sparkle("resume", run_id)
        assert f"base_images of {run_id} waits for a person's review" in resumed.stderr
    approved = studio.sparkle("approve", "waiting", "base_images")
    assert approved.returncode == 0, approved.stderr
    assert studio.sparkle("resume", "waiting").returncode == 0
    for run_id in ("paused", "waiting"):
        assert film(studio, run_id).state.read().standing(State.RENDERED)
        assert names_in(film(studio, run_id)) <= OF_TODAY


@pytest.mark.service
def test_what_was_asked_to_go_on_is_in_the_queue(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in studio.environment.items():
        monkeypatch.setenv(name, value)
    requests = studio.home.root / "requests"
    (requests / "No film.json").write_text("{}")
    shutil.copytree(requests, studio.root / "asked once more")
    (left,) = queue_old_requests(studio.home)
    assert "No film.json is left where it is" in left
    shutil.copytree(studio.root / "asked once more", requests, dirs_exist_ok=True)
    queue_old_requests(studio.home)
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        (run,) = runs_of(instance, "approved", DagsterRunStatus.QUEUED)
    assert run.tags["sparkle/started_by"] == "go_on"


def test_a_film_that_no_run_is_known_of_says_how_it_goes_on(studio: Studio) -> None:
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        for run in runs_of(instance, "waiting"):
            instance.delete_run(run.run_id)
    approved = studio.sparkle("approve", "waiting", "base_images")
    assert approved.returncode == 2
    assert "Approved base_images of waiting" in approved.stdout
    assert "sparkle render PLAN --run-id waiting" in approved.stderr
    resumed = studio.sparkle("resume", "waiting", "--queue")
    assert resumed.returncode == 2
    assert "sparkle render PLAN --run-id waiting" in resumed.stderr


def test_nothing_is_chosen_in_it_and_no_file_says_so(studio: Studio) -> None:
    for run_id in STOOD:
        assert film(studio, run_id).choices.read() == Choices()
        assert not film(studio, run_id).choices.path.exists()
    listed = studio.sparkle("takes", "rendered")
    assert listed.returncode == 0, listed.stderr
    assert "rendered has one take of everything" in listed.stdout
    varied = studio.sparkle("vary", "rendered", "--set", "title=Now", "--run-id", "now")
    assert varied.returncode == 0, varied.stderr
    assert not film(studio, "now").choices.path.exists()
