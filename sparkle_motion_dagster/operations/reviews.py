"""Reviews: a person approves or rejects what a stage made, before more is spent on it."""

from datetime import UTC, datetime
from typing import get_args

from sparkle_motion_dagster.artifacts.film_state import Decision, FilmState, Review, State
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError, InputError
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.operations.people import user_name
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import ReviewedStage

REVIEWED_STAGES: tuple[ReviewedStage, ...] = get_args(ReviewedStage)
"""Stages that a plan may ask a review of, in the order in which they are made."""


class ReviewError(InputError):
    """A stage is not approved, so that nothing is made from it."""

    def __init__(self, stage: str, message: str) -> None:
        super().__init__(message)
        self.stage = stage


class NotReviewedError(ReviewError):
    """A stage waits for a person's decision."""


class RejectedError(ReviewError):
    """A person rejected what a stage made; the film does not go on from it."""


def reviews_asked(plan: MoviePlan, settings: FilmSettings) -> frozenset[str]:
    """Return the stages that a person must approve, by the plan's wish or by the profile's."""
    return frozenset(plan.render_profile.review) | frozenset(settings.review)


def review_of(state: FilmState, manifest: StageManifest) -> Review | None:
    """Return the decision on what a stage made; None: nobody has decided on this content."""
    review = state.reviews.get(manifest.stage)
    return review if review and review.content_digest == manifest.content_digest else None


def approve(folder: RunFolder, stage: str, note: str, by: str | None = None) -> bool:
    """Approve what a stage made.

    Args:
        folder: The film's.
        stage: The stage.
        note: Why.
        by: Who decides; None: the user of this process.

    Returns:
        Whether the film waited for that decision.

    Raises:
        InputError: The stage has not made anything yet.
    """
    review = _decision(folder, stage, Decision.APPROVED, note, by)
    status = folder.state.change(lambda state: state.with_review(review)).status
    return status is not None and status.waits_for == stage


def reject(folder: RunFolder, stage: str, note: str, by: str | None = None) -> bool:
    """Reject what a stage made, so that the film does not go on from it; see `approve`.

    Returns:
        Whether the film waited for that decision, or went on after another one.

    Raises:
        InputError: The stage has not made anything yet.
    """
    review = _decision(folder, stage, Decision.REJECTED, note, by)

    def rejected(state: FilmState) -> FilmState:
        return settled(state.with_review(review), review)

    status = folder.state.change(rejected).status
    return status is not None and status.waits_for == stage


def settled(state: FilmState, review: Review | None) -> FilmState:
    """Return the state of a film that waits for a review, given the decision if there is one.

    A film that is approved goes on waiting, until the run begins that makes the rest.
    """
    status = state.status
    if review is None or status is None or status.waits_for != review.stage:
        return state
    if review.decision is Decision.APPROVED or status.state is State.RENDERING:
        return state
    rejected = {"state": State.REJECTED, "message": _rejection(review)}
    return state.with_status(status.model_copy(update=rejected))


def awaited(folder: RunFolder, manifest: StageManifest) -> str | None:
    """Note, in the state of a film that is being rendered, whether a stage waits for a decision.

    Returns:
        What a person has to do; None: the stage is approved.

    Raises:
        RejectedError: A person rejected what the stage made.
    """

    def noted(state: FilmState) -> FilmState:
        status, undecided = state.status, review_of(state, manifest) is None
        if status is None or undecided == (status.waits_for == manifest.stage):
            return state
        awaiting = {"waits_for": manifest.stage, "message": how_to_decide(manifest)}
        update = awaiting if undecided else {"waits_for": None, "message": ""}
        return state.with_status(status.model_copy(update=update))

    review = review_of(folder.state.change(noted), manifest)
    if review is None:
        return how_to_decide(manifest)
    if review.decision is Decision.REJECTED:
        raise RejectedError(
            review.stage,
            f"{folder.run_id}: {_rejection(review)}. Change the plan, and what it makes is "
            "reviewed anew; or change your mind: "
            f"`sparkle approve {folder.run_id} {review.stage}`.",
        )
    return None


def check_approved(folder: RunFolder, manifest: StageManifest) -> None:
    """Make sure that a person approved what a stage made.

    Raises:
        RejectedError: A person rejected it.
        NotReviewedError: Nobody has decided yet.
    """
    if (waits := awaited(folder, manifest)) is not None:
        raise NotReviewedError(manifest.stage, waits)


def check_made(folder: RunFolder, stage: str) -> StageManifest:
    """Return what a stage made, on which a person can decide.

    Raises:
        ConflictError: It has not made anything yet.
    """
    manifest = folder.read(stage)
    if manifest is None:
        raise ConflictError(
            f"{stage} of {folder.run_id} has not been made yet: there is nothing to decide on."
        )
    return manifest


def _decision(
    folder: RunFolder, stage: str, decision: Decision, note: str, by: str | None
) -> Review:
    return Review(
        stage=stage,
        content_digest=check_made(folder, stage).content_digest,
        decision=decision,
        note=note,
        by=by or user_name(),
        at=datetime.now(UTC),
    )


def _rejection(review: Review) -> str:
    said = f": {review.note}" if review.note else ""
    return f"{review.by} rejected {review.stage}{said}"


def how_to_decide(manifest: StageManifest) -> str:
    """Return what a person has to do about a stage that waits for a decision."""
    film = f"{manifest.run_id} {manifest.stage}"
    return (
        f"{manifest.stage} of {manifest.run_id} waits for a person's review. Look at it, then "
        f"`sparkle approve {film}`, or `sparkle reject {film} --note WHY`."
    )
