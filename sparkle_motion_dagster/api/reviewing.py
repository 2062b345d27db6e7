"""Reviewing: a person's decision on what a stage made, and what follows of it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from sparkle_motion_dagster.api.going_on import (
    NoRunKnownError,
    go_on_in_turn,
    going_on,
    take_out_of_turn,
)
from sparkle_motion_dagster.api.waiting import DAEMON
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.film.stages import PLAN_DRAFT, DecidableStage
from sparkle_motion_dagster.operations import reviews
from sparkle_motion_dagster.operations.drafts import approve_draft
from sparkle_motion_dagster.resources.profiles import own_profile

DECIDABLE: tuple[DecidableStage, ...] = get_args(DecidableStage)
"""All of them, in the order in which they are made."""


class ApprovedWithoutRunError(NoRunKnownError):
    """A stage is approved, but no run is known that could go on from there."""


def approve(
    home: SparkleHome, run_id: str, stage: DecidableStage, note: str, by: str | None = None
) -> str:
    """Approve what a stage of a film made, so that the film goes on from there in its turn.

    Args:
        home: Where the film lies.
        run_id: What it is called.
        stage: The stage.
        note: Why.
        by: Who decides; None: the user of this process.

    Returns:
        What follows, in a sentence or more.

    Raises:
        InputError: There is no such film, or the stage has not been made yet.
        ApprovedWithoutRunError: It is approved, but nothing goes on by itself.
    """
    folder = RunFolder(home, home.existing_run(run_id))
    if stage == PLAN_DRAFT:
        return _draft_approved(home, folder, note, by)
    if not reviews.approve(folder, stage, note, by):
        return f"Approved {stage} of {run_id}, as it is now."
    try:
        go_on_in_turn(home, going_on(home, folder))
    except NoRunKnownError as error:
        raise ApprovedWithoutRunError(run_id) from error
    return (
        f"Approved {stage} of {run_id}. The daemon {DAEMON} makes the rest in its turn, if it "
        f"runs; `sparkle resume {run_id}` makes it here and now."
    )


def _draft_approved(home: SparkleHome, folder: RunFolder, note: str, by: str | None) -> str:
    laid = approve_draft(folder, note, by)
    said = [f"Approved the draft of {folder.run_id}; it is its plan now: {laid.path}"]
    if laid.kept is not None:
        said.append(f"The plan that was there is kept as {laid.kept}")
    return "\n".join([*said, how_it_is_rendered(home, folder.run_id, laid.path)])


def reject(
    home: SparkleHome, run_id: str, stage: DecidableStage, note: str, by: str | None = None
) -> str:
    """Reject what a stage of a film made: the film does not go on from it; see `approve`.

    Returns:
        What follows, in a sentence.

    Raises:
        InputError: There is no such film, or the stage has not been made yet.
    """
    folder = RunFolder(home, home.existing_run(run_id))
    if reviews.reject(folder, stage, note, by):
        take_out_of_turn(home, run_id)
    return (
        f"Rejected {stage} of {run_id}. Change the plan and render it again, or change your mind: "
        f"`sparkle approve {run_id} {stage}`."
    )


def how_it_is_rendered(home: SparkleHome, film: str, plan: Path) -> str:
    """Return in words what becomes of the plan that a draft was approved as.

    Args:
        home: Where the film lies.
        film: Its run_id.
        plan: The plan's file in the inbox.
    """
    profile = own_profile(film, home)
    of = "" if profile == DEFAULT_PROFILE else f" --run-id {film} --profile {profile}"
    return (
        "The inbox renders it if `sparkle serve` or `sparkle ui` runs; "
        f"`sparkle render {plan}{of}` does it here."
    )
