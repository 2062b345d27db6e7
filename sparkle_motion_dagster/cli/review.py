"""`sparkle approve` and `sparkle reject`: a person's decision on what a stage made."""

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.going_on import (
    NoRunKnownError,
    go_on_in_turn,
    take_out_of_turn,
)
from sparkle_motion_dagster.film.stages import PLAN_DRAFT
from sparkle_motion_dagster.operations import reviews
from sparkle_motion_dagster.operations.drafts import approve_draft

_STAGE = click.argument("stage", type=click.Choice((PLAN_DRAFT, *reviews.REVIEWED_STAGES)))
_NOTE = click.option("--note", default="", help="Why; it is kept with the decision.")


@click.command()
@click.argument("run_id", metavar="RUN")
@_STAGE
@_NOTE
@readable_errors
def approve(run_id: str, stage: str, note: str) -> None:
    """Approve what STAGE of RUN made, so that the film goes on from there.

    The decision holds for exactly what the stage shows now: after an edit it is asked for again.
    """
    home = SparkleHome.from_environment()
    folder = RunFolder(home, home.existing_run(run_id))
    if stage == PLAN_DRAFT:
        _approve_draft(home, folder, note)
        return
    if not reviews.approve(folder, stage, note):
        click.echo(f"Approved {stage} of {run_id}, as it is now.")
        return
    try:
        go_on_in_turn(home, folder)
    except NoRunKnownError:
        click.echo(f"Approved {stage} of {run_id}, as it is now.")
        raise
    click.echo(
        f"Approved {stage} of {run_id}. The daemon makes the rest in its turn, if it runs "
        f"(`sparkle ui`); `sparkle resume {run_id}` makes it here and now."
    )


def _approve_draft(home: SparkleHome, folder: RunFolder, note: str) -> None:
    from sparkle_motion_dagster.cli.drafting import how_it_is_rendered

    laid = approve_draft(folder, note)
    click.echo(f"Approved the draft of {folder.run_id}; it is its plan now: {laid.path}")
    if laid.kept is not None:
        click.echo(f"The plan that was there is kept as {laid.kept}")
    click.echo(how_it_is_rendered(home, folder.run_id, laid.path))


@click.command()
@click.argument("run_id", metavar="RUN")
@_STAGE
@_NOTE
@readable_errors
def reject(run_id: str, stage: str, note: str) -> None:
    """Reject what STAGE of RUN made: the film does not go on from it."""
    home = SparkleHome.from_environment()
    folder = RunFolder(home, home.existing_run(run_id))
    if reviews.reject(folder, stage, note):
        take_out_of_turn(home, run_id)
    click.echo(
        f"Rejected {stage} of {run_id}. Change the plan and render it again, or change your mind: "
        f"`sparkle approve {run_id} {stage}`."
    )
