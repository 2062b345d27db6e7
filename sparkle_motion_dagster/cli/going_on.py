"""Films that go on in their turn: a run that ended is put into Dagster's queue once more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.runs.starting import PlannedRun

if TYPE_CHECKING:
    from dagster import DagsterRun


def again(run_id: str, last: DagsterRun) -> PlannedRun:
    """Return the run that goes on with what another one began, on the same settings."""
    from sparkle_motion_dagster.runs.names import job_to_go_on_with

    job = job_to_go_on_with(last.job_name)
    return PlannedRun(run_id, job, last.run_config, last.asset_selection or ())


def go_on_in_turn(home: SparkleHome, run_id: str, dagster_run: str) -> None:
    """Have the daemon go on with a film from one of its runs, unless it is in the queue already.

    Nothing is put there if Dagster does not know that run any more.
    """
    from dagster import DagsterRunStatus

    from sparkle_motion_dagster.definitions import film_job
    from sparkle_motion_dagster.runs.instance import open_instance, register_run
    from sparkle_motion_dagster.runs.queue import runs_of
    from sparkle_motion_dagster.runs.starting import put_into_queue

    with open_instance(home) as instance:
        last = instance.get_run_by_id(dagster_run)
        if last is None or runs_of(instance, run_id, DagsterRunStatus.QUEUED):
            return
        register_run(instance, run_id)
        put_into_queue(instance, again(run_id, last), film_job)


def queue_old_requests(home: SparkleHome) -> None:
    """Have the daemon go on with films for which that was asked before requests were runs.

    Then, a request was a file that named the film and the run that it goes on from.
    """
    for path in sorted((home.root / "requests").glob("*.json")):
        go_on_in_turn(home, path.stem, json.loads(path.read_bytes())["dagster_run"])
        path.unlink()


def take_out_of_turn(home: SparkleHome, run_id: str) -> None:
    """Have the daemon not go on with a film."""
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.names import GO_ON
    from sparkle_motion_dagster.runs.queue import take_out_of_queue

    with open_instance(home) as instance:
        take_out_of_queue(instance, run_id, GO_ON)
