"""Renders: a film, or a part of it, is ordered; or it is told what that would make."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import Field, model_validator

from sparkle_motion_dagster.api.ordering import FilmJob, explain_order, order_render
from sparkle_motion_dagster.forecast.explanation import Explanation
from sparkle_motion_dagster.server.asked import Home, RunId
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["renders"])


class RenderOrder(Record):
    """What is to be made of a film, and how."""

    job: FilmJob = Field(default="render_movie", examples=["render_movie"])
    start: Literal["finalize"] | None = Field(
        default=None, alias="from", description="another way to say finalize_movie"
    )
    profile: str | None = Field(
        default=None, description="which engines render it; default: the film's own profile"
    )
    replace: bool = Field(
        default=False, description="take the name over from another profile or plan"
    )
    dry_run: bool = Field(default=False, description="only tell what would be made, and why")
    over_limits: bool = Field(
        default=False, description="render it even if it takes more than its limits allow"
    )

    @model_validator(mode="after")
    def _one_start(self) -> "RenderOrder":
        if self.start and self.job not in ("render_movie", "finalize_movie"):
            raise ValueError(f"{self.job} does not begin from finalize: leave one of them out")
        return self

    @property
    def asked(self) -> FilmJob:
        """The job, whichever way it is said."""
        return "finalize_movie" if self.start else self.job


class Ordered(Record):
    """A run that waits for its turn."""

    run_id: str
    message: str
    queue_place: int | None = Field(
        description="how many films are before it; null: its turn has come"
    )


@router.post(
    "/runs/{run_id}/render",
    status_code=HTTPStatus.ACCEPTED,
    responses={HTTPStatus.OK: {"model": Explanation, "description": "What would be made."}},
)
def render(
    home: Home, run_id: RunId, response: Response, order: RenderOrder | None = None
) -> Ordered | Explanation:
    """Order a render of the plan in the inbox, else of the plan as it was frozen.

    402: it would take more than its limits allow, or may; the problem has the price and says which
    limits object to it. 409: it is ordered already (where it waits is said), belongs to another
    plan or profile, or cannot be assembled yet.
    """
    order = order or RenderOrder()
    if order.dry_run:
        response.status_code = HTTPStatus.OK
        return explain_order(home, run_id, order.asked, order.profile)
    done = order_render(
        home,
        run_id,
        order.asked,
        order.profile,
        replace=order.replace,
        over_limits=order.over_limits,
    )
    return Ordered(run_id=done.film, message=done.message, queue_place=done.queue_place)
