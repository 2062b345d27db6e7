"""Review gates: a person approves or rejects what a stage made, before more is spent on it."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from enum import StrEnum
from typing import get_args

from pydantic import AwareDatetime, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.models import Record, StageManifest
from sparkle_motion_dagster.artifacts.run_folder import REVIEWS, RunFolder
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import ReviewedStage

REVIEWED_STAGES: tuple[ReviewedStage, ...] = get_args(ReviewedStage)
"""Stages that may be reviewed, in the order in which they are made."""


class Decision(StrEnum):
    """What a person may decide."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Review(Record):
    """A person's decision on exactly one content of a stage; another content needs another one."""

    stage: ReviewedStage
    content_digest: Sha256
    decision: Decision
    note: str
    by: str
    at: AwareDatetime


class NothingToReviewError(InputError):
    """The stage that is to be decided on has not been made."""


class ReviewError(InputError):
    """A stage is not approved, so that nothing is made from it."""

    def __init__(self, stage: ReviewedStage, message: str) -> None:
        super().__init__(message)
        self.stage = stage


class NotReviewedError(ReviewError):
    """A stage waits for a person's decision."""


class RejectedError(ReviewError):
    """A person rejected what a stage made; the film does not go on from it."""


def review_of(folder: RunFolder, manifest: StageManifest) -> Review | None:
    """Return the decision on what a stage made; None: nobody has decided on this content.

    Raises:
        UnreadableRecordError: There is a decision, but it cannot be read.
    """
    path = folder.path / REVIEWS / f"{manifest.stage}.json"
    if not path.exists():
        return None
    try:
        review = Review.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UnreadableRecordError(
            f"The review {path} cannot be read. Remove it, and decide again: `sparkle approve "
            f"{folder.run_id} {manifest.stage}`."
        ) from error
    return review if review.content_digest == manifest.content_digest else None


def decide(folder: RunFolder, stage: ReviewedStage, decision: Decision, note: str) -> Review:
    """Keep a person's decision on what a stage has made.

    Raises:
        NothingToReviewError: It has not made anything yet.
    """
    manifest = folder.read(stage)
    if manifest is None:
        raise NothingToReviewError(
            f"{stage} of {folder.run_id} has not been made yet: there is nothing to decide on."
        )
    review = Review(
        stage=stage,
        content_digest=manifest.content_digest,
        decision=decision,
        note=note,
        by=_who(),
        at=datetime.now(UTC),
    )
    path = folder.path / REVIEWS / f"{stage}.json"
    write_atomically(path, review.model_dump_json(indent=1).encode())
    return review


def reviews_asked(plan: MoviePlan, settings: FilmSettings) -> frozenset[ReviewedStage]:
    """Return the stages that a person must approve, by the plan's wish or by the profile's."""
    return frozenset(plan.render_profile.review) | frozenset(settings.review)


def check_approved(folder: RunFolder, stage: ReviewedStage, manifest: StageManifest) -> None:
    """Make sure that a person approved what a stage made.

    Raises:
        RejectedError: A person rejected it.
        NotReviewedError: Nobody has decided yet.
    """
    review = review_of(folder, manifest)
    if review is None:
        raise NotReviewedError(stage, waits_for_review(manifest))
    if review.decision is Decision.REJECTED:
        said = f": {review.note}" if review.note else ""
        raise RejectedError(
            stage,
            f"{review.by} rejected {stage} of {folder.run_id}{said}. Change the plan, and what it "
            f"makes is reviewed anew; or change your mind: `sparkle approve {folder.run_id} "
            f"{stage}`.",
        )


def decision_since(folder: RunFolder, stage: ReviewedStage) -> Decision | None:
    """Return what a person decided on what a stage shows now; None: nothing yet."""
    manifest = folder.read(stage)
    review = None if manifest is None else review_of(folder, manifest)
    return None if review is None else review.decision


def waits_for_review(manifest: StageManifest) -> str:
    """Return in words that a film waits for a decision, and how to make it."""
    film = f"{manifest.run_id} {manifest.stage}"
    return (
        f"{manifest.stage} of {manifest.run_id} waits for a person's review. Look at it, then "
        f"`sparkle approve {film}`, or `sparkle reject {film} --note WHY`."
    )


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        return f"user {os.getuid()}"
