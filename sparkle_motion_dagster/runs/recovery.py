"""Crash recovery: runs whose process is gone are found, and marked as failed with that reason."""

import contextlib
import time

import dagster as dg

from sparkle_motion_dagster.artifacts.errors import StorageError, UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import FilmState, State, Status
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.runs.names import PARTITION_TAG

_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]

_FILM_SILENCE_S = 60.0
"""A run holds its film from its first second to its last: without it, it has a moment to live."""

_OTHER_SILENCE_S = 3600.0
"""A run that works for no film (upkeep) says something at least once an hour."""


def recover(instance: dg.DagsterInstance, home: SparkleHome) -> list[str]:
    """Mark every run whose process is gone as failed, and free what it held.

    Returns:
        What was found, a sentence a run.
    """
    found = []
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        if (reason := reason_lost(instance, home, run)) is not None:
            mark_failed(instance, home, run, reason)
            found.append(reason)
    return found


def reason_lost(instance: dg.DagsterInstance, home: SparkleHome, run: dg.DagsterRun) -> str | None:
    """Return why an unfinished run cannot be going on any more; None: it may be.

    The proof is its film's lock, which the system frees when a process dies: neither a pid that is
    in use again, nor a clock that was set, nor a restarted machine misleads it.
    """
    folder = folder_of(home, run)
    if folder is None:
        silent = _silent_s(instance, run) > _OTHER_SILENCE_S
        return (
            f"Run {run.run_id} has said nothing for an hour: its process is gone."
            if silent
            else None
        )
    try:
        holder, dead = folder.holder(), folder.stale_holder()
    except UnreadableRecordError:
        # Whom the state names is lost with it; the lock and the silence still tell.
        holder = dead = None
    if folder.is_held() and (holder is None or holder.dagster_run == run.run_id):
        return None
    if dead is not None and dead.dagster_run == run.run_id:
        return (
            f"The process that rendered {folder.run_id} (process {dead.pid}) is gone"
            f"{_place(folder)}: {_cause(folder)}"
        )
    if _silent_s(instance, run) > _FILM_SILENCE_S:
        return (
            f"The process of this run is gone: it does not hold {folder.run_id}, as a run does "
            "from its first second to its last. It was killed, or the machine went down. "
            "Everything finished is kept; render the film again."
        )
    return None


def mark_failed(
    instance: dg.DagsterInstance, home: SparkleHome, run: dg.DagsterRun, reason: str
) -> None:
    """Mark a dead run as failed, and free the slots that it held in the queue.

    Its film failed, too, unless the run had said what became of it, or another one has since.
    """
    instance.report_run_failed(run, reason)
    instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    folder = folder_of(home, run)
    if folder is not None and not folder.is_held():
        failed = Status(state=State.FAILED, message=reason, dagster_run=run.run_id)
        # A damaged state is told of by whoever looks at the film; the run has failed all the same.
        with contextlib.suppress(UnreadableRecordError):
            folder.state.change(lambda state: _failed(state, failed))


def _failed(state: FilmState, failed: Status) -> FilmState:
    said = state.status
    rendering = (State.RENDERING, failed.dagster_run)
    unsaid = said is None or (said.state, said.dagster_run) == rendering
    return state.with_status(failed) if unsaid else state


def fail_abandoned_run(instance: dg.DagsterInstance, home: SparkleHome, folder: RunFolder) -> None:
    """Mark the run that died while it held a film as failed, before another one takes over."""
    dead = folder.stale_holder()
    run = instance.get_run_by_id(dead.dagster_run) if dead and dead.dagster_run else None
    if run is not None and run.status in _UNFINISHED:
        reason = reason_lost(instance, home, run)
        if reason is not None:
            mark_failed(instance, home, run, reason)


def folder_of(home: SparkleHome, run: dg.DagsterRun) -> RunFolder | None:
    """Return the folder of the film that a Dagster run works for; None: it works for none."""
    run_id = run.tags.get(PARTITION_TAG)
    try:
        return None if run_id is None else RunFolder(home, run_id)
    except StorageError:
        # A partition that somebody added by hand, with a name that no film can have.
        return None


def _place(folder: RunFolder) -> str:
    report = folder.state.read().progress
    if report is None:
        return ""
    return f", in {report.stage}" + (f" at {report.at}" if report.at else "")


def _cause(folder: RunFolder) -> str:
    """Return why a run's process may have ended, and what it said last.

    Where a model's call keeps all of Python waiting, nobody can say so before the process ends;
    what it printed tells (``gpu/watchdog.py``).
    """
    report = folder.state.read().progress
    killed = "it was killed, or the machine went down"
    kept = "Everything finished is kept; the next render goes on from there."
    if report is None:
        return f"{killed}. {kept}"
    if report.hangs:
        return f"the last that it said was: {report.hangs}"
    if not report.steps:
        last = f" It said last: {report.doing}" if report.doing else ""
        return f"{killed}.{last} {kept}"
    return (
        f"after step {report.step} of {report.steps} of {report.doing}, at "
        f'{report.updated_at:%Y-%m-%d %H:%M:%S} UTC, {killed}; or a call hung, if "Timeout" and '
        f"where that was are the last that it printed. {kept}"
    )


def _silent_s(instance: dg.DagsterInstance, run: dg.DagsterRun) -> float:
    """Return for how many seconds a run has written nothing into its log."""
    last = instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
    return time.time() - last[0].timestamp if last else float("inf")
