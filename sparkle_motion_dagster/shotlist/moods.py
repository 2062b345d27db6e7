"""What sounds through a scene, by what its heading and its action tell."""

import re
from collections.abc import Mapping

from sparkle_motion_dagster.shotlist.models import Mood

_TOLD: Mapping[Mood, str] = {
    "rain": "rain|raining|rains|drizzle|downpour|storm|thunder",
    "sea": "sea|ocean|waves|surf|beach|harbour|harbor|pier|lighthouse|ferry|shore|coast",
    "crowd murmur": "crowd|market|bar|pub|caf[eé]|restaurant|station|party|audience|diner",
    "wind": "wind|windy|desert|mountain|ridge|cliff|field|fields|moor|prairie",
    "hum": "engine|spaceship|spacecraft|server room|machine|cockpit|laboratory|lab",
}
"""Words that tell of each, those first that drown the others."""


def mood_of(text: str, *, interior: bool | None) -> Mood | None:
    """Return what sounds through a scene; None: nothing that it tells of.

    Args:
        text: Its heading and its action.
        interior: Whether it is indoors, where a room sounds if nothing else does.
    """
    for mood, words in _TOLD.items():
        if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            return mood
    return "room tone" if interior else None
