"""Events: what happens to films, as it happens; and what the run at work has finished so far."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request

from sparkle_motion_dagster.artifacts.finished_items import FinishedItem
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.server.asked import Film
from sparkle_motion_dagster.server.events.feed import Feed
from sparkle_motion_dagster.server.events.stream import EventStream
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["events"])

_After = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="the last event that was heard: what came after it is told first. Without "
        "one, or where the server does not know it any more, each film's standing is.",
    ),
]

_EXAMPLE = f"""id: 5f1c0b7e-12
event: item
data: {{"stage":"{BASE_IMAGES}","item":"frame_001","fingerprint":"4f0c...","made":true,"done":2,\
"total":3,"files":{{"image":"image/png","thumbnail":"image/webp"}},"run_id":"harbour_light"}}

id: 5f1c0b7e-13
event: standing
data: {{"run_id":"harbour_light","now":"rendering",...}}

"""
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: `standing` (a FilmStanding), `item` (that was finished "
        "just now; its files are at /actions/FINGERPRINT/NAME), `comments` (they have changed), "
        "`takes` (others are there, or chosen) and `gone` (the film was removed).",
        "content": {
            EventStream.media_type: {"schema": {"type": "string"}, "example": _EXAMPLE},
        },
    }
}


class FinishedItems(Record):
    """What the run that works on a film has finished, or the one that did last."""

    items: tuple[FinishedItem, ...]


def _feed(request: Request) -> Feed:
    feed: Feed = request.app.state.feed
    return feed


_Feed = Annotated[Feed, Depends(_feed)]


@router.get("/events", status_code=200, response_class=EventStream, responses=_ANSWERS)
async def events(feed: _Feed, after: _After = None) -> EventStream:
    """Tell what happens to any film, as long as the client listens."""
    return EventStream(feed, None, after)


@router.get(
    "/runs/{run_id}/events", status_code=200, response_class=EventStream, responses=_ANSWERS
)
async def events_of_film(feed: _Feed, film: Film, after: _After = None) -> EventStream:
    """Tell what happens to a film, as long as the client listens."""
    return EventStream(feed, film.run_id, after)


@router.get("/runs/{run_id}/items")
def items(film: Film) -> FinishedItems:
    """List what the run that works on a film has finished so far."""
    return FinishedItems(items=film.finished.all())
