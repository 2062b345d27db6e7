"""`sparkle pause`, `sparkle stop` and `sparkle resume`: control over a film's run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.artifacts.errors import RunBusyError, UnknownRunError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.job_names import job_to_go_on_with
from sparkle_motion_dagster.operations.requests import request_to_go_on, withdraw_request
from sparkle_motion_dagster.operations.state import FilmState, State, read_state, write_state
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.production.control import NotRenderingError, Wish, ask
from sparkle_motion_dagster.runs.starting import FilmRun

if TYPE_CHECKING:
    from dagster import DagsterRun

_LEFT_AS = {Wish.PAUSE: State.PAUSED, Wish.STOP: State.STOPPED}


class NothingToResumeError(InputError):
    """A film has no run that could go on."""


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
    _check_resumable(folder)
    last = _last_run(home, folder)
    if queue:
        if _runs(home, run_id, "QUEUED", "STARTING"):
            raise RunBusyError(f"{run_id} is in the queue already.")
        request_to_go_on(home, run_id, last.run_id)
        click.echo(f"The daemon goes on with {run_id} in its turn. It runs with `sparkle ui`.")
    else:
        run_here(home, _again(run_id, last))


def _halt(run_id: str, wish: Wish) -> None:
    home = SparkleHome.from_environment()
    folder = _folder(home, run_id)
    asked_to_go_on = withdraw_request(home, run_id)
    try:
        holder = ask(folder, wish)
    except NotRenderingError:
        if _taken_from_queue(home, folder, wish):
            click.echo(f"{run_id} waited in the queue, and is out of it. {_how_to_go_on(run_id)}")
        elif asked_to_go_on or (wish is Wish.STOP and _is(folder, State.PAUSED, State.WAITING)):
            _leave(folder, wish, f"{_LEFT_AS[wish].capitalize()} before it went on.")
            click.echo(f"{run_id} is {_LEFT_AS[wish]}. {_how_to_go_on(run_id)}")
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
        raise UnknownRunError(
            f"There is no film {run_id!r} in {home.runs}. `sparkle status` lists those that are."
        )
    return folder


def _runs(home: SparkleHome, run_id: str, *statuses: str) -> list[DagsterRun]:
    from dagster import DagsterRunStatus, RunsFilter

    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.tags import PARTITION_TAG

    wanted = RunsFilter(
        tags={PARTITION_TAG: run_id}, statuses=list(map(DagsterRunStatus, statuses))
    )
    with open_instance(home) as instance:
        return list(instance.get_runs(wanted))


def _taken_from_queue(home: SparkleHome, folder: RunFolder, wish: Wish) -> bool:
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.tags import STATE_TAG

    waiting = _runs(home, folder.run_id, "QUEUED")
    with open_instance(home) as instance:
        taken = [run.run_id for run in waiting if instance.run_coordinator.cancel_run(run.run_id)]
        for run in taken:
            instance.add_run_tags(run, {STATE_TAG: str(_LEFT_AS[wish])})
    if taken:
        message = f"{_LEFT_AS[wish].capitalize()} while it waited in the queue."
        _leave(folder, wish, message, taken[0])
    return bool(taken)


def _leave(folder: RunFolder, wish: Wish, message: str, dagster_run: str | None = None) -> None:
    state = read_state(folder)
    run = dagster_run or (state.dagster_run if state else None)
    write_state(folder, FilmState(state=_LEFT_AS[wish], message=message, dagster_run=run))


def _is(folder: RunFolder, *states: State) -> bool:
    state = read_state(folder)
    return state is not None and state.state in states


def _check_resumable(folder: RunFolder) -> None:
    holder = folder.holder()
    if holder is not None:
        raise RunBusyError(f"{folder.run_id} is being {holder.doing} by {holder} already.")
    if _is(folder, State.RENDERED, State.PARTLY):
        raise NothingToResumeError(
            f"The last run of {folder.run_id} did all that it was asked for: there is nothing to "
            "go on with. After an edit, render it: `sparkle render PLAN`."
        )


def _last_run(home: SparkleHome, folder: RunFolder) -> DagsterRun:
    """Return the Dagster run that a film goes on from: the one that left it as it is."""
    from dagster import RunsFilter

    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.tags import PARTITION_TAG

    state = read_state(folder)
    with open_instance(home) as instance:
        said = instance.get_run_by_id(state.dagster_run) if state and state.dagster_run else None
        latest = RunsFilter(tags={PARTITION_TAG: folder.run_id})
        runs = [said] if said else list(instance.get_runs(latest, limit=1))
    if not runs:
        raise NothingToResumeError(
            f"No run of {folder.run_id} is known to go on from. Render it: `sparkle render PLAN "
            f"--run-id {folder.run_id}`."
        )
    return runs[0]


def _again(run_id: str, last: DagsterRun) -> FilmRun:
    job = job_to_go_on_with(last.job_name)
    return FilmRun(run_id, job, last.run_config, last.asset_selection or ())
