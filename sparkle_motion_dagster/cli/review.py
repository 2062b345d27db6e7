"""`sparkle approve` and `sparkle reject`: a person's decision on what a stage made."""

import click

from sparkle_motion_dagster.api import reviewing
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.film.stages import DecidableStage

_STAGE = click.argument("stage", type=click.Choice(reviewing.DECIDABLE))
_NOTE = click.option("--note", default="", help="Why; it is kept with the decision.")


@click.command()
@click.argument("run_id", metavar="RUN")
@_STAGE
@_NOTE
@readable_errors
def approve(run_id: str, stage: DecidableStage, note: str) -> None:
    """Approve what STAGE of RUN made, so that the film goes on from there.

    The decision holds for exactly what the stage shows now: after an edit it is asked for again.
    """
    try:
        click.echo(reviewing.approve(SparkleHome.from_environment(), run_id, stage, note))
    except reviewing.ApprovedWithoutRunError:
        click.echo(f"Approved {stage} of {run_id}, as it is now.")
        raise


@click.command()
@click.argument("run_id", metavar="RUN")
@_STAGE
@_NOTE
@readable_errors
def reject(run_id: str, stage: DecidableStage, note: str) -> None:
    """Reject what STAGE of RUN made: the film does not go on from it."""
    click.echo(reviewing.reject(SparkleHome.from_environment(), run_id, stage, note))
