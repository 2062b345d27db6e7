"""Control: a film's run is paused, stopped or gone on with."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from sparkle_motion_dagster.api.control import halt, resume_in_turn
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.server.asked import Home, RunId
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["control"])


class Controlled(Record):
    """What came of it, in a sentence or two, and whether it has come true by now."""

    message: str
    done: bool


class Asked(Record):
    """How a film is to go on."""

    over_limits: bool = Field(
        default=False, description="go on even if it takes more than its limits allow"
    )


@router.post("/runs/{run_id}/control/{wish}", status_code=HTTPStatus.ACCEPTED)
def control(
    home: Home,
    run_id: RunId,
    wish: Literal["pause", "stop", "resume"],
    asked: Asked | None = None,
) -> Controlled:
    """Pause, stop or resume a film: its run ends before its next item, or goes on in its turn.

    Everything finished is kept. 402: going on would take more than its limits allow, or may. 409:
    there is nothing to end, or to go on with.
    """
    if wish == "resume":
        came = resume_in_turn(home, run_id, over_limits=asked is not None and asked.over_limits)
    else:
        came = halt(home, run_id, Wish(wish))
    return Controlled(message=came.message, done=came.done)
