"""Reviews: a person's decision on what a stage of a film made."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from sparkle_motion_dagster.api.reviewing import ApprovedWithoutRunError, approve, reject
from sparkle_motion_dagster.artifacts.film_state import Decision, Name
from sparkle_motion_dagster.film.stages import DecidableStage
from sparkle_motion_dagster.server.asked import Film, Home
from sparkle_motion_dagster.units import PlainText, Record

router = APIRouter(tags=["reviews"])


class DecisionMade(Record):
    """A decision, for exactly what the stage shows now; ``note`` says why."""

    decision: Decision = Field(examples=["approved"])
    note: Annotated[PlainText, Field(max_length=2000)] = Field(
        default="", examples=["The lamp is too dark."]
    )
    by: Name | None = Field(
        default=None, description="who decides; default: the user of the server", examples=["Mara"]
    )


class Decided(Record):
    """What follows, in a sentence or more."""

    message: str


@router.post("/runs/{run_id}/reviews/{stage}")
def review(home: Home, film: Film, stage: DecidableStage, made: DecisionMade) -> Decided:
    """Approve what a stage made, so that the film goes on from there in its turn; or reject it.

    409: the stage has not made anything yet.
    """
    if made.decision is Decision.REJECTED:
        return Decided(message=reject(home, film.run_id, stage, made.note, made.by))
    try:
        return Decided(message=approve(home, film.run_id, stage, made.note, made.by))
    except ApprovedWithoutRunError as error:
        return Decided(message=f"Approved {stage} of {film.run_id}, as it is now. {error}")
