"""What sounds through a scene, by what its heading and its action tell."""

import re
from collections.abc import Mapping

from sparkle_motion_dagster.shotlist.models import Mood, is_vehicle

_TOLD: Mapping[Mood, str] = {
    "rain": "rain|raining|rains|drizzle|downpour|storm|thunder",
    "sea": "sea|ocean|waves|surf|beach|harbour|harbor|pier|lighthouse|ferry|shore|coast",
    "crowd murmur": "crowd|market|bar|pub|caf[eé]|restaurant|(?<!space )station|party|audience"
    "|diner",
    "wind": "wind|windy|desert|mountain|ridge|cliff|hill|field|fields|moor|prairie|forest|woods",
    "hum": "engine|spaceship|spacecraft|space station|server room|machine|cockpit|laboratory|lab",
}
"""Words that tell of each, those first that drown the others."""


def mood_of(place: str, action: str, *, interior: bool | None) -> Mood | None:
    """Return what sounds through a scene; None: nothing that it tells of.

    Args:
        place: Where it is.
        action: What happens in it.
        interior: Whether it is indoors, where a room sounds if nothing else does.
    """
    for mood, words in _TOLD.items():
        if re.search(rf"\b(?:{words})\b", f"{place} {action}", re.IGNORECASE):
            return mood
    if interior and is_vehicle(place):
        return "hum"
    return "room tone" if interior else None
