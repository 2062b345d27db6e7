"""Drafts: a plan is written about a prompt."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, Field

from sparkle_motion_dagster.api.writing import order_draft
from sparkle_motion_dagster.server.asked import Home
from sparkle_motion_dagster.server.bodies import SmallBodies
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment
from sparkle_motion_dagster.shotlist.writing.brief import Prompt, Style
from sparkle_motion_dagster.units import Record, plain

router = APIRouter(tags=["doing"], route_class=SmallBodies)


class DraftOrder(Assignment):
    """What a plan is to be written about, and what its film is called."""

    prompt: Annotated[Prompt, AfterValidator(plain)] = Field(
        examples=["Two keepers argue in a lighthouse while the storm comes in"]
    )
    style: Annotated[Style, AfterValidator(plain)] | None = Field(
        default=None, examples=["ink on paper"]
    )
    run_id: str | None = Field(
        default=None, description="what the film is called; default: as the prompt's first words"
    )
    profile: str | None = Field(
        default=None, description="the film's profile; default: what its name says, else animatic"
    )

    @property
    def assignment(self) -> Assignment:
        """What is asked of the writer."""
        return Assignment.model_validate(self.model_dump(exclude={"run_id", "profile"}))


class OrderedDraft(Record):
    """A draft that is to be written in its turn."""

    run_id: str
    message: str


@router.post("/drafts", status_code=HTTPStatus.ACCEPTED)
def draft(home: Home, order: DraftOrder) -> OrderedDraft:
    """Have a plan written: a draft, to be read and approved by a person.

    400: there is no such writer, or a request may not set it so. 409: a run of that film goes on
    or waits already. 422: the policy refuses the prompt.
    """
    done = order_draft(home, order.assignment, order.run_id, order.profile)
    return OrderedDraft(run_id=done.film, message=done.message)
