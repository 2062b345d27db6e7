"""A run's life as its film's state, its tag and the queue tell it, whoever decides meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
import pytest
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus

from small_runs import make_run
from sparkle_motion_dagster.artifacts.film_state import ProgressReport, State, Status
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.definitions import film_job
from sparkle_motion_dagster.operations.reviews import approve, awaited, reject
from sparkle_motion_dagster.plan.parts import ReviewedStage
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.lifecycle import RunLifecycle
from sparkle_motion_dagster.runs.names import (
    GO_ON,
    MAKE_TAKES,
    PARTITION_TAG,
    RENDER_MOVIE,
    STATE_TAG,
)
from sparkle_motion_dagster.runs.queue import runs_of
from sparkle_motion_dagster.runs.starting import PlannedRun, RunConfigError, put_into_queue

REVIEWED: ReviewedStage = "base_images"
QUEUED = DagsterRunStatus.QUEUED


@dg.job
def nothing() -> None:
    """Stand for any job; it is never executed."""


@dg.job(name=MAKE_TAKES)
def takes() -> None:
    """Stand for the job that makes takes; it is never executed."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SparkleHome:
    return SparkleHome(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def any_instance(home: SparkleHome) -> Iterator[DagsterInstance]:
    with open_instance(home) as instance:
        yield instance


@pytest.fixture
def instance(any_instance: DagsterInstance) -> Iterator[DagsterInstance]:
    """An instance without any runs."""
    yield any_instance
    for run in any_instance.get_runs():
        any_instance.delete_run(run.run_id)


@pytest.fixture
def film(home: SparkleHome, request: pytest.FixtureRequest) -> RunFolder:
    return make_run(home, request.node.name, {"movie_plan": "a plan", REVIEWED: "a picture"})


@pytest.fixture
def run(instance: DagsterInstance, film: RunFolder) -> DagsterRun:
    return instance.create_run_for_job(
        nothing, tags={PARTITION_TAG: film.run_id}, status=DagsterRunStatus.STARTED
    )


def shown(film: RunFolder) -> StageManifest:
    manifest = film.read(REVIEWED)
    assert manifest is not None
    return manifest


def wait_for_review(life: RunLifecycle, film: RunFolder) -> None:
    """Come to the gate as a stage does, at which nobody has decided yet."""
    message = awaited(film, shown(film))
    assert message is not None
    life.conclude(State.WAITING, message, REVIEWED)


def go_on_later(instance: DagsterInstance, film: RunFolder) -> None:
    """Have the daemon go on with a film, as an approval does; there is no daemon here."""
    put_into_queue(instance, PlannedRun(film.run_id, RENDER_MOVIE, {}), film_job, GO_ON)


def stands(film: RunFolder) -> State:
    status = film.state.read().status
    assert status is not None
    return status.state


def tag(instance: DagsterInstance, run: DagsterRun) -> str | None:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.tags.get(STATE_TAG)


def test_a_film_waits_at_its_gate_and_goes_on_only_when_approved(
    instance: DagsterInstance, home: SparkleHome, film: RunFolder, run: DagsterRun
) -> None:
    with RunLifecycle.holding(instance, run, Workbench(home), film.run_id) as life:
        assert stands(film) is State.RENDERING
        wait_for_review(life, film)
        go_on_later(instance, film)
    assert (stands(film), tag(instance, run)) == (State.WAITING, "waiting for review")
    # What waited in the queue would come to the same gate.
    assert runs_of(instance, film.run_id, QUEUED) == []


def test_what_is_approved_before_the_run_ends_goes_on_in_its_turn(
    instance: DagsterInstance, home: SparkleHome, film: RunFolder, run: DagsterRun
) -> None:
    with RunLifecycle.holding(instance, run, Workbench(home), film.run_id) as life:
        wait_for_review(life, film)
        assert approve(film, REVIEWED, "")
        go_on_later(instance, film)
    assert (stands(film), tag(instance, run)) == (State.WAITING, "waiting for review")
    assert len(runs_of(instance, film.run_id, QUEUED)) == 1


def test_what_is_rejected_before_the_run_ends_is_rejected(
    instance: DagsterInstance, home: SparkleHome, film: RunFolder, run: DagsterRun
) -> None:
    with RunLifecycle.holding(instance, run, Workbench(home), film.run_id) as life:
        wait_for_review(life, film)
        assert reject(film, REVIEWED, "Too dark.")
        go_on_later(instance, film)
        assert stands(film) is State.RENDERING
    assert (stands(film), tag(instance, run)) == (State.REJECTED, "rejected")
    assert "Too dark." in film.state.read().model_dump_json()
    assert runs_of(instance, film.run_id, QUEUED) == []


def test_an_approval_lets_the_very_run_pass_its_gate(
    instance: DagsterInstance, home: SparkleHome, film: RunFolder, run: DagsterRun
) -> None:
    with RunLifecycle.holding(instance, run, Workbench(home), film.run_id):
        assert awaited(film, shown(film)) is not None
        assert approve(film, REVIEWED, "")
        assert awaited(film, shown(film)) is None
    # It made a part of the film, and nothing waits any more.
    assert (stands(film), tag(instance, run)) == (State.PARTLY, "made in part")
    status = film.state.read().status
    assert status is not None
    assert status.waits_for is None


def test_a_run_that_makes_another_part_leaves_a_film_waiting(
    instance: DagsterInstance, home: SparkleHome, film: RunFolder, run: DagsterRun
) -> None:
    with RunLifecycle.holding(instance, run, Workbench(home), film.run_id) as life:
        wait_for_review(life, film)
    waits = film.state.read().status
    other = instance.create_run_for_job(nothing, tags={PARTITION_TAG: film.run_id})
    with RunLifecycle.holding(instance, other, Workbench(home), film.run_id):
        assert stands(film) is State.RENDERING
    assert film.state.read().status == waits
    assert tag(instance, other) == "made in part"


def test_resources_that_are_set_up_once_more_after_the_run_change_nothing(
    instance: DagsterInstance, home: SparkleHome, film: RunFolder, run: DagsterRun
) -> None:
    with RunLifecycle.holding(instance, run, Workbench(home), film.run_id) as life:
        life.conclude(State.PAUSED, "Paused, as asked.")
    before = film.state.read()
    with RunLifecycle.holding(instance, run, Workbench(home), film.run_id):
        assert film.is_held()
        assert film.state.read().status == before.status
    assert film.state.read() == before


def test_a_run_begins_without_the_progress_of_the_one_before(
    instance: DagsterInstance, home: SparkleHome, film: RunFolder, run: DagsterRun
) -> None:

    now = datetime.now(UTC)
    report = ProgressReport(
        pid=1,
        stage="video_final",
        item="film",
        done=0,
        total=1,
        made=0,
        making=1,
        started_at=now,
        updated_at=now,
    )
    with RunLifecycle.holding(instance, run, Workbench(home), film.run_id):
        film.state.report(report)
    assert film.state.read().progress == report
    other = instance.create_run_for_job(nothing, tags={PARTITION_TAG: film.run_id})
    with RunLifecycle.holding(instance, other, Workbench(home), film.run_id):
        assert film.state.read().progress is None


def test_a_config_that_no_job_takes_is_told_in_words(
    instance: DagsterInstance, film: RunFolder
) -> None:
    config = {"ops": {"movie_plan": {"config": {"plan": "film.yaml"}}}}
    with pytest.raises(
        RunConfigError, match=r'unexpected config entry "plan".*sparkle render PLAN'
    ):
        put_into_queue(instance, PlannedRun(film.run_id, RENDER_MOVIE, config), film_job, GO_ON)


@pytest.mark.parametrize("left", [State.RENDERED, State.PAUSED, State.WAITING])
@pytest.mark.parametrize("comes_to", [None, State.PAUSED, State.STOPPED, State.FAILED])
def test_a_run_that_makes_takes_leaves_its_film_as_it_was(
    instance: DagsterInstance, film: RunFolder, left: State, comes_to: State | None
) -> None:
    before = Status(state=left, message="as it was", dagster_run="an earlier one")
    film.state.change(lambda state: state.with_status(before))
    run = instance.create_run_for_job(
        takes, tags={PARTITION_TAG: film.run_id}, status=DagsterRunStatus.STARTED
    )
    with RunLifecycle.holding(instance, run, Workbench(film.home), film.run_id) as life:
        assert film.state.read().status == before
        holder = film.holder()
        assert holder is not None
        assert holder.dagster_run == run.run_id
        if comes_to is not None:
            life.conclude(comes_to, "what came of the takes")
    assert film.state.read().status == before
    tagged = instance.get_run_by_id(run.run_id)
    assert tagged is not None
    assert tagged.tags[STATE_TAG] == left
