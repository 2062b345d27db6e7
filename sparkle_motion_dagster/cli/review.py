"""`sparkle approve` and `sparkle reject`: a person's decision on what a stage made."""

from __future__ import annotations

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.operations.requests import request_to_go_on, withdraw_request
from sparkle_motion_dagster.operations.reviews import REVIEWED_STAGES, Decision, decide
from sparkle_motion_dagster.operations.state import FilmState, State, read_state, write_state
from sparkle_motion_dagster.plan.parts import ReviewedStage

_STAGE = click.argument("stage", type=click.Choice(REVIEWED_STAGES))
_NOTE = click.option("--note", default="", help="Why; it is kept with the decision.")


@click.command()
@click.argument("run_id", metavar="RUN")
@_STAGE
@_NOTE
@readable_errors
def approve(run_id: str, stage: ReviewedStage, note: str) -> None:
    """Approve what STAGE of RUN made, so that the film goes on from there.

    The decision holds for exactly what the stage shows now: after an edit it is asked for again.
    """
    home = SparkleHome.from_environment()
    folder = RunFolder(home, home.existing_run(run_id))
    decide(folder, stage, Decision.APPROVED, note)
    state = _waiting_for(folder, stage)
    if state is not None and state.dagster_run is not None:
        request_to_go_on(home, run_id, state.dagster_run)
        click.echo(
            f"Approved {stage} of {run_id}. The daemon makes the rest in its turn, if it runs "
            f"(`sparkle ui`); `sparkle resume {run_id}` makes it here and now."
        )
    else:
        click.echo(f"Approved {stage} of {run_id}, as it is now.")


@click.command()
@click.argument("run_id", metavar="RUN")
@_STAGE
@_NOTE
@readable_errors
def reject(run_id: str, stage: ReviewedStage, note: str) -> None:
    """Reject what STAGE of RUN made: the film does not go on from it."""
    home = SparkleHome.from_environment()
    folder = RunFolder(home, home.existing_run(run_id))
    review = decide(folder, stage, Decision.REJECTED, note)
    state = _waiting_for(folder, stage)
    if state is not None:
        withdraw_request(home, run_id)
        said = f": {note}" if note else ""
        rejected = {"state": State.REJECTED, "message": f"{review.by} rejected {stage}{said}"}
        write_state(folder, state.model_copy(update=rejected))
    click.echo(
        f"Rejected {stage} of {run_id}. Change the plan and render it again, or change your mind: "
        f"`sparkle approve {run_id} {stage}`."
    )


def _waiting_for(folder: RunFolder, stage: ReviewedStage) -> FilmState | None:
    """Return the state of a film that waits for, or was ended by, the decision on a stage."""
    state = read_state(folder)
    return state if state is not None and state.waits_for == stage else None
