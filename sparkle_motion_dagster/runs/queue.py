"""Dagster's run queue: films that wait there for their turn."""

import time
from dataclasses import dataclass

import dagster as dg

from sparkle_motion_dagster.runs.names import PARTITION_TAG, RUN_KEY_TAG, STARTED_BY_TAG

_DAEMON = "QUEUED_RUN_COORDINATOR"
"""What Dagster calls the part of its daemon that starts the runs that wait."""

_SILENCE_S = 90.0
"""Seconds after which a daemon that has not been heard is taken to be gone."""

_UNENDED = (
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)


def films_with_runs(instance: dg.DagsterInstance) -> frozenset[str]:
    """Return the films that have a run that has not ended: it waits, begins or goes on."""
    runs = instance.get_runs(dg.RunsFilter(statuses=list(_UNENDED)))
    return frozenset(run.tags[PARTITION_TAG] for run in runs if PARTITION_TAG in run.tags)


def queued_films(instance: dg.DagsterInstance) -> list[str]:
    """Return the films that wait in the queue, the one that has waited longest first."""
    runs = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED]))
    films = [run.tags[PARTITION_TAG] for run in runs if PARTITION_TAG in run.tags]
    return list(dict.fromkeys(reversed(films)))


def begun_films(instance: dg.DagsterInstance) -> dict[str, str]:
    """Return the films that have left the queue, each with the Dagster run that begins or goes on.

    It is a while until that run's process holds its film.
    """
    begun = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    runs = instance.get_runs(dg.RunsFilter(statuses=begun))
    return {run.tags[PARTITION_TAG]: run.run_id for run in runs if PARTITION_TAG in run.tags}


def is_worked_off(instance: dg.DagsterInstance) -> bool:
    """Tell whether a daemon works off the queue: it says every half a minute that it lives."""
    heard = instance.get_daemon_heartbeats().get(_DAEMON)
    return heard is not None and time.time() - heard.timestamp < _SILENCE_S


@dataclass(frozen=True)
class InboxRuns:
    """The runs that the inbox asked an instance for, as the inbox asks after them."""

    instance: dg.DagsterInstance

    def unended(self) -> frozenset[str]:
        """Return the films that have a run that has not ended."""
        return films_with_runs(self.instance)

    def is_known(self, run_key: str) -> bool:
        """Tell whether there is a run of a key, ended or not."""
        return bool(self.instance.get_run_ids(dg.RunsFilter(tags={RUN_KEY_TAG: run_key}), limit=1))


def runs_of(
    instance: dg.DagsterInstance, run_id: str, *statuses: dg.DagsterRunStatus
) -> list[dg.DagsterRun]:
    """Return the runs of a film that are in one of some states, the newest first."""
    return list(
        instance.get_runs(dg.RunsFilter(tags={PARTITION_TAG: run_id}, statuses=list(statuses)))
    )


def take_out_of_queue(
    instance: dg.DagsterInstance, run_id: str, started_by: str | None = None
) -> list[str]:
    """Cancel the runs of a film that wait in the queue.

    Args:
        instance: Whose queue it is.
        run_id: The film.
        started_by: Who asked for those runs; None: whoever it was.

    Returns:
        The ids of the Dagster runs that were canceled.
    """
    return [
        run.run_id
        for run in runs_of(instance, run_id, dg.DagsterRunStatus.QUEUED)
        if started_by in (None, run.tags.get(STARTED_BY_TAG))
        and instance.run_coordinator.cancel_run(run.run_id)
    ]
