"""What a scene's heading says: indoors or not, where, and when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_INSIDE = re.compile(
    r"(?P<where>int\.?\s*/\s*ext|ext\.?\s*/\s*int|i\.?\s*/\s*e|int|ext|est|innen"
    r"|au(?:ss|ß|ẞ)en)(?:\.|\s)\s*",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s+[-–—]+\s+")
_INTERIORS = {"int": True, "innen": True, "ext": False, "est": False}
_INTERIORS |= dict.fromkeys(("aussen", "außen"), False)
TIMES = re.compile(
    r"(?:late |early |mid[- ]?)?(?:day|night|morning|afternoon|evening|dawn|dusk|noon|midnight"
    r"|sunrise|sunset|twilight|magic hour)",
    re.IGNORECASE,
)
_TIMES_ELSEWHERE: Mapping[str, str] = {
    "day": "jour|d[ií]a|tag|giorno",
    "night": "nuit|noche|nacht|notte|noite",
    "morning": "matin|mañana|morgen|mattin[ao]|manhã",
    "noon": "midi|mediod[ií]a|mittag|mezzogiorno|meio-dia",
    "afternoon": "après-midi|tarde|nachmittag|pomeriggio",
    "evening": "soir|abend|sera",
    "dawn": "aube|amanecer|morgengrauen|alba|amanhecer",
    "dusk": "crépuscule|atardecer|abenddämmerung|crepuscolo|anoitecer",
}
"""Times of day in French, Spanish, German, Italian and Portuguese: pictures are told in English."""

_GOES_ON = re.compile(r"continuous|same(?: time)?|later|moments? later|the next .*", re.IGNORECASE)
"""What stands where a time does, and says that it goes on from the scene before."""


@dataclass(frozen=True)
class Heading:
    """A scene's heading, taken apart.

    Attributes:
        place: Where it is, in lower case where the heading is in capitals.
        time: When; None: the heading does not say.
        interior: Whether it is indoors; None: it does not say, or is both.
        goes_on: Whether it is the time of the scene before.
    """

    place: str
    time: str | None = None
    interior: bool | None = None
    goes_on: bool = False


def heading_of(text: str) -> Heading:
    """Return what a heading says: ``INT. LAMP ROOM - NIGHT``."""
    found = _INSIDE.match(text)
    rest = text if found is None else text[found.end() :]
    inside = None if found is None else _INTERIORS.get(found["where"].lower().replace("ẞ", "ß"))
    parts = [_lower(part) for part in _DASH.split(rest.strip()) if part.strip()]
    when = _in_english(parts[-1]) if len(parts) > 1 else ""
    goes_on = _GOES_ON.fullmatch(when) is not None
    timed = goes_on or TIMES.search(when) is not None
    place = ", ".join(parts[:-1] if timed else parts) or _lower(text)
    return Heading(place, when if timed and not goes_on else None, inside, goes_on)


def _in_english(when: str) -> str:
    for time, words in _TIMES_ELSEWHERE.items():
        if re.fullmatch(words, when, re.IGNORECASE):
            return time
    return when


def _lower(text: str) -> str:
    text = text.strip(" .")
    return text.lower() if text == text.upper() else text
