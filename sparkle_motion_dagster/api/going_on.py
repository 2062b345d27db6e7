"""Films that go on in their turn: a run that ended is put into Dagster's queue once more."""

from __future__ import annotations

from sparkle_motion_dagster.api.taking import planned_takes
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError, SparkleError
from sparkle_motion_dagster.operations.control import is_done, takes_are_missing
from sparkle_motion_dagster.operations.inbox.memory import changing_memory
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.runs.starting import PlannedRun


class NoRunKnownError(ConflictError):
    """Dagster knows no run of a film, so that there is none to go on from."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"No run of {run_id} is known to go on from. Render it: `sparkle render PLAN --run-id "
            f"{run_id}`; everything finished is taken from the store."
        )


def going_on(home: SparkleHome, folder: RunFolder) -> PlannedRun:
    """Return the run that goes on with a film, on the same settings as the one that left it so.

    Where nothing else is left undone, that makes the takes that were asked for, and are missing.

    Raises:
        NoRunKnownError: Neither that run nor another one of the film is known any more.
    """
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.names import job_to_go_on_with
    from sparkle_motion_dagster.runs.queue import runs_of

    if is_done(folder) and takes_are_missing(folder):
        return planned_takes(home, folder.run_id, "", Recipe(), 1)
    status = folder.state.read().status
    with open_instance(home) as instance:
        said = status.dagster_run if status else None
        run = instance.get_run_by_id(said) if said else None
        last = run or next(iter(runs_of(instance, folder.run_id)), None)
    if last is None:
        raise NoRunKnownError(folder.run_id)
    assets = last.asset_selection or ()
    job = job_to_go_on_with(last.job_name, [one.to_user_string() for one in assets])
    return PlannedRun(folder.run_id, job, last.run_config, assets)


def go_on_in_turn(home: SparkleHome, planned: PlannedRun) -> None:
    """Have the daemon go on with a film, unless that waits in the queue already.

    Args:
        home: Where the film lies.
        planned: The run that goes on with it, see `going_on`.

    Raises:
        StoreBusyError: As `changing_memory` says.
    """
    from dagster import DagsterRunStatus

    from sparkle_motion_dagster.definitions import film_job
    from sparkle_motion_dagster.runs.films import register_film
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.names import GO_ON
    from sparkle_motion_dagster.runs.queue import runs_of
    from sparkle_motion_dagster.runs.starting import put_into_queue

    # Nobody orders anything meanwhile: two who ask at once have it go on once.
    with changing_memory(home), open_instance(home) as instance:
        # Another job may wait there for the same film, which makes a part of it.
        queued = runs_of(instance, planned.film, DagsterRunStatus.QUEUED)
        waiting = [(run.job_name, run.asset_selection or ()) for run in queued]
        if (planned.job, planned.assets) not in waiting:
            register_film(instance, planned.film)
            put_into_queue(instance, planned, film_job, GO_ON)


def queue_old_requests(home: SparkleHome) -> list[str]:
    """Have the daemon go on with films for which that was asked before requests were runs.

    Then, a request was a file that named the film.

    Returns:
        Why a film does not go on, a sentence a film.
    """
    obstacles = []
    for path in sorted((home.root / "requests").glob("*.json")):
        try:
            folder = RunFolder(home, check_run_id(path.stem))
            go_on_in_turn(home, going_on(home, folder))
        except NoRunKnownError as error:
            obstacles.append(str(error))
        except SparkleError as error:
            obstacles.append(f"{path} is left where it is: {error}")
            continue
        path.unlink(missing_ok=True)
    return obstacles


def take_out_of_turn(home: SparkleHome, run_id: str) -> None:
    """Have the daemon not go on with a film."""
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.names import GO_ON
    from sparkle_motion_dagster.runs.queue import take_out_of_queue

    with open_instance(home) as instance:
        take_out_of_queue(instance, run_id, GO_ON)
