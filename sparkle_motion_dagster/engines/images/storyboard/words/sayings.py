"""What a prompt itself says of where and when it plays, before anything is left to chance."""

import re
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.words import prompt_vocabulary as vocabulary
from sparkle_motion_dagster.engines.images.storyboard.words.addresses import (
    Address,
    address,
    deciding,
)
from sparkle_motion_dagster.engines.images.storyboard.words.hours import CLOCK, clock_time
from sparkle_motion_dagster.engines.images.storyboard.words.matching import (
    blanked,
    first,
    named,
    says,
)

_NEGATED = re.compile(
    r"\b(?:no(?: more| longer)?|not|without|never|free of|instead of|rather than)\s+"
    r"(?:(?:any|a|an|the|yet|sign of|trace of)\s+)*[\w'-]+(?:\s*(?:,\s*)?(?:or|nor)\s+[\w'-]+)*",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\bwhere (?:a|an|the) (?:\w+ )?\w+ (?:has been|had been|was|used to be)\b", re.IGNORECASE
)
_LIKENED = re.compile(r"\b(?:like|as if|as though)\s+(?:(?:a|an|the)\s+)?[\w'-]+", re.IGNORECASE)
_SENSES = re.compile(rf"\b(?:{vocabulary.OTHER_SENSES})", re.IGNORECASE)
_CLOUDLESS = r"cloudless|(?:no|without|not a|without a) (?:single )?clouds?|(?:clear|blue) sky"
_DRY = (
    r"after (?:the |a )?(?:\w+ )?(?:rain|storm|shower)"
    r"|(?:rain|storm|shower) (?:has |had )?(?:stopped|stops|ended|ends|passed|is over|gone)"
)
_WET = r"wet|puddles?|rain-?soaked"
_SNOWING = r"snow(?:ing|fall|flakes|storm)"
TIME_WORDS = "|".join((_CLOUDLESS, _DRY, _WET, _SNOWING))
"""Words for the weather that are more than one of its names."""

_HOURS = (
    (4.5, "night"), (6.5, "dawn"), (10.75, "morning"), (15, "noon"), (17.25, "golden"),
    (19, "sunset"), (20.5, "dusk"), (24, "night"),
)  # fmt: skip
"""Until which time of day it is which hour."""


@dataclass(frozen=True)
class Saying:
    """What a prompt says; None, or nothing, where it does not say it.

    Attributes:
        text: The prompt; blanks stand where it denies or likens something, or where a word has
            another sense.
        address: What it calls its place.
        part: The part of a place that it shows from near, a name of `PARTS`.
        places: All places that it names, names of `PLACE_WORDS`, in its order.
        world: A name of `WORLD_WORDS`.
        hour: A name of `HOUR_WORDS`.
        weather: A name of `WEATHER_WORDS`.
        season: A name of `SEASON_WORDS`.
        wet: Whether the ground is wet, from rain that falls or fell.
        cloudless: Whether there is no cloud in the sky.
    """

    text: str
    address: Address | None
    part: str | None
    places: tuple[str, ...]
    world: str | None
    hour: str | None
    weather: str | None
    season: str | None
    wet: bool
    cloudless: bool


def affirmed(prompt: str) -> str:
    """Return a prompt with blanks where it denies or likens something, or says that it is gone."""
    for pattern in (_GONE, _NEGATED, _LIKENED):
        prompt = blanked(pattern, prompt)
    return prompt


def saying(prompt: str) -> Saying:
    """Read what a prompt says."""
    text = blanked(_SENSES, affirmed(prompt))
    dry = blanked(rf"\b(?:{_DRY})\b", text)
    places = named(vocabulary.PLACE_WORDS, text)
    seen = deciding(places, text)
    weather = first(vocabulary.WEATHER_WORDS, dry)
    denied = "".join(match[0] for match in _NEGATED.finditer(prompt))
    if weather is None and (dry != text or first(vocabulary.WEATHER_WORDS, denied)):
        weather = "clear"
    season = first(vocabulary.SEASON_WORDS, text) or ("winter" if weather == "snow" else None)
    if season == "winter" and says(_SNOWING, text):
        weather = "snow"
    return Saying(
        text=text,
        address=address([one for one in places if one.meaning not in vocabulary.PARTS], text),
        part=seen.meaning if seen and seen.meaning in vocabulary.PARTS else None,
        places=tuple(one.meaning for one in places),
        world=first(vocabulary.WORLD_WORDS, text),
        hour=_hour(text),
        weather=weather,
        season=season,
        wet=weather in {"rain", "storm"} or dry != text or says(_WET, text),
        cloudless=says(_CLOUDLESS, prompt),
    )


def _hour(text: str) -> str | None:
    """Return the hour: by the clock, else the one that is named first."""
    if (time := clock_time(text)) is not None:
        return next(hour for until, hour in _HOURS if time < until)
    return first(vocabulary.HOUR_WORDS, _without_worlds(blanked(CLOCK, text)))


def _without_worlds(text: str) -> str:
    """Return a text without the moon that people stand on: it is no hour."""
    for words in vocabulary.WORLD_WORDS.values():
        text = blanked(rf"\b(?:{words})\b", text)
    return text
