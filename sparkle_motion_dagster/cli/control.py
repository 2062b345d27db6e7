"""`sparkle pause`, `sparkle stop` and `sparkle resume`: control over a film's run."""

import click

from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.limits import OVER_LIMITS, within_limits
from sparkle_motion_dagster.operations import control


@click.command()
@click.argument("run_id", metavar="RUN")
@readable_errors
def pause(run_id: str) -> None:
    """Have RUN end after the items it is at, so that it holds no GPU and no place in the queue.

    Everything finished is kept; `sparkle resume` goes on from there. It does not matter who
    started the run: a shell, the web UI, the inbox.
    """
    _halt(run_id, Wish.PAUSE)


@click.command()
@click.argument("run_id", metavar="RUN")
@readable_errors
def stop(run_id: str) -> None:
    """End RUN after the items it is at. Everything finished is kept."""
    _halt(run_id, Wish.STOP)


def _halt(run_id: str, wish: Wish) -> None:
    from sparkle_motion_dagster.api.control import halt

    click.echo(halt(SparkleHome.from_environment(), run_id, wish).message)


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--queue", is_flag=True, help="Let the daemon of `sparkle serve` do it, in its turn.")
@OVER_LIMITS
@readable_errors
def resume(run_id: str, queue: bool, over_limits: bool) -> None:  # noqa: FBT001 - flags
    """Go on with RUN where it was paused, stopped or interrupted, and print the film's path.

    It is a new run with the same settings, which finds everything that is finished.
    """
    from sparkle_motion_dagster.api.control import film_folder, resume_in_turn
    from sparkle_motion_dagster.api.going_on import going_on
    from sparkle_motion_dagster.cli.running import run_here
    from sparkle_motion_dagster.cli.takes import make_takes_here
    from sparkle_motion_dagster.runs.names import MAKE_TAKES

    home = SparkleHome.from_environment()
    if queue:
        click.echo(resume_in_turn(home, run_id, over_limits=over_limits).message)
    else:
        folder = film_folder(home, run_id)
        control.check_resumable(folder)
        run = going_on(home, folder)
        allowed = within_limits(home, run, over_limits=over_limits)
        if run.job == MAKE_TAKES:
            make_takes_here(home, allowed)
        else:
            run_here(home, allowed)
