"""`sparkle pause`, `sparkle stop` and `sparkle resume`: control over a film's run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.artifacts.errors import RunBusyError
from sparkle_motion_dagster.artifacts.film_state import State, Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.going_on import again, go_on_in_turn, run_to_go_on_from
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.operations import control
from sparkle_motion_dagster.plan.run_ids import check_run_id

if TYPE_CHECKING:
    from dagster import DagsterRun


@click.command()
@click.argument("run_id", metavar="RUN")
@readable_errors
def pause(run_id: str) -> None:
    """Have RUN end after the item it is at, so that it holds no GPU and no place in the queue.

    Everything finished is kept; `sparkle resume` goes on from there. It does not matter who
    started the run: a shell, the web UI, the inbox.
    """
    _halt(run_id, Wish.PAUSE)


@click.command()
@click.argument("run_id", metavar="RUN")
@readable_errors
def stop(run_id: str) -> None:
    """End RUN after the item it is at. Everything finished is kept."""
    _halt(run_id, Wish.STOP)


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--queue", is_flag=True, help="Let the daemon do it, in its turn; see `sparkle ui`.")
@readable_errors
def resume(run_id: str, queue: bool) -> None:  # noqa: FBT001 - a command line flag
    """Go on with RUN where it was paused, stopped or interrupted, and print the film's path.

    It is a new run with the same settings, which finds everything that is finished.
    """
    from sparkle_motion_dagster.cli.running import run_here

    home = SparkleHome.from_environment()
    folder = _folder(home, run_id)
    control.check_resumable(folder)
    if queue:
        if _runs(home, run_id, "QUEUED", "STARTING"):
            raise RunBusyError(f"{run_id} is in the queue already.")
        go_on_in_turn(home, folder)
        click.echo(f"The daemon goes on with {run_id} in its turn. It runs with `sparkle ui`.")
    else:
        run_here(home, again(run_id, run_to_go_on_from(home, folder)))


def _halt(run_id: str, wish: Wish) -> None:
    home = SparkleHome.from_environment()
    folder = _folder(home, run_id)
    try:
        holder = control.ask(folder, wish)
    except control.NotRenderingError:
        if (dagster_run := _taken_from_queue(home, run_id, wish)) is not None:
            left = f"{control.LEFT_AS[wish].capitalize()} while it waited in the queue."
            control.leave(folder, wish, left, dagster_run)
            click.echo(f"{run_id} waited in the queue, and is out of it. {_how_to_go_on(run_id)}")
        elif wish is Wish.STOP and folder.state.read().standing(State.PAUSED, State.WAITING):
            control.leave(folder, wish, "Stopped before it went on.")
            click.echo(f"{run_id} is stopped. {_how_to_go_on(run_id)}")
        elif _runs(home, run_id, "STARTING", "STARTED"):
            raise RunBusyError(
                f"The run of {run_id} is just beginning, or just ending: try again in a moment."
            ) from None
        else:
            raise
    else:
        click.echo(
            f"Asked {holder} to {wish} {run_id}: it ends before its next step. "
            f"{_how_to_go_on(run_id)}"
        )


def _how_to_go_on(run_id: str) -> str:
    return f"Everything finished is kept: `sparkle resume {run_id}` goes on from there."


def _folder(home: SparkleHome, run_id: str) -> RunFolder:
    folder = RunFolder(home, check_run_id(run_id))
    if not folder.path.exists() and not _runs(home, run_id, "QUEUED"):
        raise InputError(
            f"There is no film {run_id!r} in {home.runs}. `sparkle status` lists those that are."
        )
    return folder


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
