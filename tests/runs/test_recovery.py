"""Recovery: a run whose process is gone is found and told from one that lives, by its lock."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus

from sparkle_motion_dagster.artifacts.film_state import Holder, State, Status
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.runs.names import PARTITION_TAG
from sparkle_motion_dagster.runs.recovery import fail_abandoned_run, recover

HOLDING = """
import sys
from pathlib import Path
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder

with RunFolder(SparkleHome(Path(sys.argv[1])), "film").held(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@dg.job
def nothing() -> None:
    """Stand for any job; it is never executed."""


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


@pytest.fixture
def folder(home: SparkleHome) -> RunFolder:
    return RunFolder(home, "film")


@pytest.fixture(scope="module")
def any_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterInstance]:
    with DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as instance:
        yield instance


@pytest.fixture
def instance(any_instance: DagsterInstance) -> Iterator[DagsterInstance]:
    """An instance without any runs."""
    yield any_instance
    for run in any_instance.get_runs():
        any_instance.delete_run(run.run_id)


Begin = Callable[..., DagsterRun]


@pytest.fixture
def begin(instance: DagsterInstance) -> Begin:
    """Begin a run that says something, and nothing more; its process is ours to play."""

    def begun(
        *,
        partition: str | None = "film",
        silent_s: float = 1.0,
        status: DagsterRunStatus = DagsterRunStatus.STARTED,
    ) -> DagsterRun:
        tags = {} if partition is None else {PARTITION_TAG: partition}
        run = instance.create_run_for_job(nothing, tags=tags, status=status)
        instance.store_event(
            dg.EventLogEntry(  # type: ignore[no-untyped-call]
                error_info=None,
                level=10,
                user_message="said something",
                run_id=run.run_id,
                timestamp=time.time() - silent_s,
                job_name=run.job_name,
            )
        )
        return run

    return begun


@contextmanager
def held(home: SparkleHome, dagster_run: str) -> Iterator[subprocess.Popen[str]]:
    """Have a process of its own hold the film; it is killed when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(home.root), dagster_run],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def killed_while_holding(home: SparkleHome, dagster_run: str) -> int:
    """Have a process hold the film, and kill it; returns its process id."""
    with held(home, dagster_run) as process:
        return process.pid


def status(instance: DagsterInstance, run: DagsterRun) -> DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("was", [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING])
def test_a_run_whose_process_was_killed_is_marked_as_failed_and_says_why(
    instance: DagsterInstance,
    home: SparkleHome,
    folder: RunFolder,
    begin: Begin,
    was: DagsterRunStatus,
) -> None:
    run = begin(status=was)
    pid = killed_while_holding(home, run.run_id)
    (reason,) = recover(instance, home)
    assert reason.startswith(f"The process that rendered film (process {pid}) is gone")
    assert status(instance, run) is DagsterRunStatus.FAILURE
    (failure,) = instance.all_logs(run.run_id, dg.DagsterEventType.RUN_FAILURE)
    assert failure.dagster_event is not None
    assert failure.dagster_event.message == reason
    state = folder.state.read().status
    assert state is not None
    assert (state.state, state.message, state.dagster_run) == (State.FAILED, reason, run.run_id)
    assert recover(instance, home) == []


def test_what_a_process_said_last_is_the_reason_why_it_is_gone(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    run = begin()
    with held(home, run.run_id):
        progress = Progress(folder, "shot_clips")
        progress.working_on("shot_003")
        progress.hanging("wan has made no step for 33 min, so this process ends.")
    (reason,) = recover(instance, home)
    assert (
        "is gone, in shot_clips at shot_003: the last that it said was: wan has made no step"
    ) in reason
    assert "it was killed" not in reason


def test_a_process_that_is_killed_while_it_waits_did_not_end_by_waiting(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    run = begin()
    with held(home, run.run_id):
        Progress(folder, "shot_clips").waiting("cuda:0 is held by process 7.")
    (reason,) = recover(instance, home)
    assert "it was killed, or the machine went down. It said last: cuda:0 is held" in reason


def test_a_process_that_is_gone_between_two_steps_may_have_hung(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    run = begin()
    with held(home, run.run_id):
        progress = Progress(folder, "shot_clips")
        progress.working_on("shot_003")
        progress.stepped(2, 30, "footage 1 of 3")
    (reason,) = recover(instance, home)
    assert "is gone, in shot_clips at shot_003: after step 2 of 30 of footage 1 of 3, at " in reason
    assert 'it was killed, or the machine went down; or a call hung, if "Timeout"' in reason


def test_a_dead_run_gives_its_place_in_the_queue_back(
    instance: DagsterInstance, home: SparkleHome, begin: Begin
) -> None:
    run, storage = begin(), instance.event_log_storage
    storage.set_concurrency_slots("gpu", 1)
    storage.claim_concurrency_slot("gpu", run.run_id, "shot_clips")
    assert storage.get_concurrency_info("gpu").active_run_ids == {run.run_id}
    killed_while_holding(home, run.run_id)
    recover(instance, home)
    assert storage.get_concurrency_info("gpu").active_slot_count == 0


def test_a_run_whose_process_holds_its_film_lives_however_long_it_says_nothing(
    instance: DagsterInstance, home: SparkleHome, begin: Begin
) -> None:
    run = begin(silent_s=1e6)
    with held(home, run.run_id):
        assert recover(instance, home) == []
        assert status(instance, run) is DagsterRunStatus.STARTED


def test_a_damaged_state_keeps_nobody_alive_and_nobody_dies_of_it(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    lives, dead = begin(), begin(partition="another", silent_s=90.0)
    another = RunFolder(home, "another")
    with held(home, lives.run_id):
        for damaged in (folder, another):
            damaged.path.mkdir(exist_ok=True)
            damaged.state.path.write_text("{")
        assert len(recover(instance, home)) == 1
        assert status(instance, lives) is DagsterRunStatus.STARTED
        assert status(instance, dead) is DagsterRunStatus.FAILURE
    assert another.state.path.read_text() == "{"


def test_a_process_id_that_is_in_use_again_keeps_nobody_alive(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    run = begin()
    killed_while_holding(home, run.run_id)
    # Process 1 always lives; the lock is free.
    said = Holder(pid=1, dagster_run=run.run_id, since=datetime.now(UTC))
    folder.state.change(lambda state: state.with_holder(said))
    (reason,) = recover(instance, home)
    assert "(process 1) is gone" in reason
    assert status(instance, run) is DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    ("silent_s", "dead"), [(30.0, False), (90.0, True)], ids=["a moment ago", "long ago"]
)
def test_a_run_without_its_film_has_a_minute_to_begin(
    instance: DagsterInstance,
    home: SparkleHome,
    folder: RunFolder,
    begin: Begin,
    silent_s: float,
    dead: bool,  # noqa: FBT001 - a case of the table
) -> None:
    run = begin(silent_s=silent_s)
    reasons = recover(instance, home)
    assert ["it does not hold film" in reason for reason in reasons] == [True] * dead
    assert status(instance, run) is (DagsterRunStatus.FAILURE if dead else DagsterRunStatus.STARTED)
    assert (folder.state.read().status is not None) is dead


def test_somebody_else_who_holds_the_film_proves_nothing_and_is_left_alone(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    holder, beginning, gone = begin(silent_s=90.0), begin(silent_s=30.0), begin(silent_s=90.0)
    rendering = Status(state=State.RENDERING, dagster_run=holder.run_id)
    with held(home, holder.run_id):
        folder.state.change(lambda state: state.with_status(rendering))
        assert len(recover(instance, home)) == 1
        assert status(instance, holder) is DagsterRunStatus.STARTED
        assert status(instance, beginning) is DagsterRunStatus.STARTED
        assert status(instance, gone) is DagsterRunStatus.FAILURE
        assert folder.state.read().status == rendering


def test_a_death_found_late_does_not_change_what_a_later_run_made_of_the_film(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    dead, later = begin(silent_s=90.0), begin()
    rendered = Status(state=State.RENDERED, dagster_run=later.run_id)
    folder.state.change(lambda state: state.with_status(rendered))
    assert len(recover(instance, home)) == 1
    assert status(instance, dead) is DagsterRunStatus.FAILURE
    assert folder.state.read().status == rendered


def test_a_run_killed_after_it_said_that_the_film_is_rendered_leaves_it_rendered(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    run = begin(silent_s=90.0)
    rendered = Status(state=State.RENDERED, dagster_run=run.run_id)
    folder.state.change(lambda state: state.with_status(rendered))
    recover(instance, home)
    assert status(instance, run) is DagsterRunStatus.FAILURE
    assert folder.state.read().status == rendered


@pytest.mark.parametrize("partition", [None, "..", ".hidden"])
def test_a_run_that_works_for_no_film_has_an_hour(
    instance: DagsterInstance, home: SparkleHome, begin: Begin, partition: str | None
) -> None:
    alive, dead = (
        begin(partition=partition, silent_s=1800),
        begin(partition=partition, silent_s=4e3),
    )
    assert recover(instance, home) == [
        f"Run {dead.run_id} has said nothing for an hour: its process is gone."
    ]
    assert status(instance, alive) is DagsterRunStatus.STARTED
    assert status(instance, dead) is DagsterRunStatus.FAILURE


def test_whoever_takes_over_a_film_fails_the_run_that_left_it_and_no_other(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    dead, other = begin(), begin(partition="another", silent_s=90.0)
    killed_while_holding(home, dead.run_id)
    fail_abandoned_run(instance, home, folder)
    assert status(instance, dead) is DagsterRunStatus.FAILURE
    assert status(instance, other) is DagsterRunStatus.STARTED


def test_a_run_that_ended_is_not_touched(
    instance: DagsterInstance, home: SparkleHome, folder: RunFolder, begin: Begin
) -> None:
    run = begin(status=DagsterRunStatus.SUCCESS)
    killed_while_holding(home, run.run_id)
    fail_abandoned_run(instance, home, folder)
    assert recover(instance, home) == []
    assert status(instance, run) is DagsterRunStatus.SUCCESS
