"""All examples by the names of their schemas, and what parameters mean by theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import JsonValue

from sparkle_motion_dagster.film.stages import FILM, VIDEO_FINAL
from sparkle_motion_dagster.server.examples.films import FILM_EXAMPLES
from sparkle_motion_dagster.server.examples.orders import ORDERS


class Parameter(NamedTuple):
    """What a parameter may be, and what it is where nobody says more of it."""

    example: JsonValue
    meaning: str


PARAMETERS: Mapping[str, Parameter] = {
    "run_id": Parameter("harbour_light", "the film's name"),
    "stage": Parameter(VIDEO_FINAL, "one of a film's stages"),
    "item": Parameter(FILM, "one of a stage's items, such as shot_001"),
    "name": Parameter("film", "one of an item's outputs, such as clip"),
    "profile": Parameter("animatic", "which engines make a film"),
    "limit": Parameter(50, "how many a page has at most"),
    "page_token": Parameter(None, "the page's, as the one before it said; none: the first page"),
    "wish": Parameter("pause", "what is asked of the film's run"),
    "comment_id": Parameter("5b0c9a7e21d4", "the comment's id"),
    "if-match": Parameter(None, "the ETag of what was changed; it must be there still"),
    "if-none-match": Parameter(None, "the ETag of what whoever asks has already"),
}
"""Parameters by their names, which mean the same everywhere."""

EXAMPLES: Mapping[str, JsonValue] = {
    **{type(one).__name__: one.model_dump(mode="json") for one in FILM_EXAMPLES},
    **ORDERS,
}
"""One of each of what is sent and taken, by the name of its schema."""
