"""Control: a film's run is paused, stopped or gone on with."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter

from sparkle_motion_dagster.api.control import halt, resume_in_turn
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.server.asked import Home, RunId
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["control"])


class Controlled(Record):
    """What came of it, in a sentence or two, and whether it has come true by now."""

    message: str
    done: bool


@router.post("/runs/{run_id}/control/{wish}", status_code=HTTPStatus.ACCEPTED)
def control(home: Home, run_id: RunId, wish: Literal["pause", "stop", "resume"]) -> Controlled:
    """Pause, stop or resume a film: its run ends before its next item, or goes on in its turn.

    Everything finished is kept. 409: there is nothing to end, or to go on with.
    """
    came = resume_in_turn(home, run_id) if wish == "resume" else halt(home, run_id, Wish(wish))
    return Controlled(message=came.message, done=came.done)
