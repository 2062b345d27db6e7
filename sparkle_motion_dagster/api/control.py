"""Control: pause, stop and resume the run of a film, wherever that is: at work, or in the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparkle_motion_dagster.api.going_on import go_on_in_turn, going_on
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.errors import RunBusyError
from sparkle_motion_dagster.artifacts.film_state import State, Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import NotFoundError
from sparkle_motion_dagster.operations import control
from sparkle_motion_dagster.plan.run_ids import check_run_id

if TYPE_CHECKING:
    from dagster import DagsterRun


@dataclass(frozen=True)
class Controlled:
    """What came of a wish, in a sentence or two, and whether it has come true by now."""

    message: str
    done: bool


def halt(home: SparkleHome, run_id: str, wish: Wish) -> Controlled:
    """Have a film's run end before its next item, or take it out of the queue.

    Everything finished is kept.

    Raises:
        InputError: There is no such film, or nothing to end.
        RunBusyError: Its run is just beginning, or just ending.
    """
    folder = film_folder(home, run_id)
    try:
        holder = control.ask(folder, wish)
    except control.NotRenderingError:
        if (dagster_run := _taken_from_queue(home, run_id, wish)) is not None:
            left = f"{control.LEFT_AS[wish].capitalize()} while it waited in the queue."
            control.leave(folder, wish, left, dagster_run)
            said = f"{run_id} waited in the queue, and is out of it. {_how_to_go_on(run_id)}"
            return Controlled(said, done=True)
        if wish is Wish.STOP and folder.state.read().standing(State.PAUSED, State.WAITING):
            control.leave(folder, wish, "Stopped before it went on.")
            return Controlled(f"{run_id} is stopped. {_how_to_go_on(run_id)}", done=True)
        if _runs(home, run_id, "STARTING", "STARTED"):
            raise RunBusyError(
                f"The run of {run_id} is just beginning, or just ending: try again in a moment."
            ) from None
        raise
    said = f"Asked {holder} to {wish} {run_id}: it ends before its next step."
    return Controlled(f"{said} {_how_to_go_on(run_id)}", done=False)


def resume_in_turn(home: SparkleHome, run_id: str, *, over_limits: bool = False) -> Controlled:
    """Have the daemon go on with a film where it was paused, stopped or interrupted.

    Args:
        home: Where the film lies.
        run_id: What it is called.
        over_limits: Whether it may exceed its limits; else as its run was allowed to.

    Raises:
        InputError: There is no such film, or nothing to go on with.
        OverLimitsError: It would exceed its limits.
        RunBusyError: It goes on already, or waits in the queue.
    """
    from sparkle_motion_dagster.resources.limits import within_limits

    folder = film_folder(home, run_id)
    control.check_resumable(folder)
    if _runs(home, run_id, "QUEUED", "STARTING"):
        raise RunBusyError(f"{run_id} is in the queue already.")
    planned = going_on(home, folder)
    go_on_in_turn(home, within_limits(planned, home, over_limits=over_limits))
    queue = Queue.of(home)
    waits = queue.place_of(run_id) if run_id in queue.films else "Its run begins."
    return Controlled(f"{run_id} goes on in its turn. {waits}", done=False)


def film_folder(home: SparkleHome, run_id: str) -> RunFolder:
    """Return the folder of a film that is there, or waits in the queue.

    Raises:
        NotFoundError: There is none.
    """
    folder = RunFolder(home, check_run_id(run_id))
    if not folder.path.exists() and not _runs(home, run_id, "QUEUED"):
        raise NotFoundError(
            f"There is no film {run_id!r} in {home.runs}. `sparkle status` lists those that are."
        )
    return folder


def _how_to_go_on(run_id: str) -> str:
    return f"Everything finished is kept: `sparkle resume {run_id}` goes on from there."


def _runs(home: SparkleHome, run_id: str, *statuses: str) -> list[DagsterRun]:
    from dagster import DagsterRunStatus

    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.queue import runs_of

    with open_instance(home) as instance:
        return runs_of(instance, run_id, *map(DagsterRunStatus, statuses))


def _taken_from_queue(home: SparkleHome, run_id: str, wish: Wish) -> str | None:
    """Take a film out of the queue, and return the Dagster run that waited there, if one did."""
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.names import STATE_TAG
    from sparkle_motion_dagster.runs.queue import take_out_of_queue

    with open_instance(home) as instance:
        taken = take_out_of_queue(instance, run_id)
        for dagster_run in taken:
            instance.add_run_tags(dagster_run, {STATE_TAG: str(control.LEFT_AS[wish])})
    return next(iter(taken), None)
