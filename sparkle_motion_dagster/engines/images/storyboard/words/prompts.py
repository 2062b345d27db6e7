"""What a first glance at a prompt says: where, when, in what weather, how near, and which things.

Only English words are read; a prompt in another language is left to chance, as any prompt is in
all that it does not say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.words import prompt_vocabulary as vocabulary
from sparkle_motion_dagster.engines.images.storyboard.words.crowds import Crowd, count_people

K = TypeVar("K", bound=str)


class Hour(StrEnum):
    """The time of day."""

    DAWN = "dawn"
    MORNING = "morning"
    NOON = "noon"
    GOLDEN = "golden"
    SUNSET = "sunset"
    DUSK = "dusk"
    NIGHT = "night"
    MOONLIT = "moonlit"

    @property
    def is_dark(self) -> bool:
        """Whether lamps give more light than the sky does."""
        return self in {Hour.DUSK, Hour.NIGHT, Hour.MOONLIT}


class Weather(StrEnum):
    """What the sky does."""

    CLEAR = "clear"
    CLOUDY = "cloudy"
    RAIN = "rain"
    STORM = "storm"
    SNOW = "snow"
    FOG = "fog"
    WIND = "wind"


class Season(StrEnum):
    """The time of year, which colours what grows."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


class Framing(StrEnum):
    """How near the picture goes."""

    EXTREME_WIDE = "extreme wide"
    WIDE = "wide"
    FULL = "full"
    MEDIUM = "medium"
    MEDIUM_CLOSE = "medium close"
    CLOSE = "close"
    EXTREME_CLOSE = "extreme close"
    OVER_SHOULDER = "over the shoulder"
    INSERT = "insert"


class Angle(StrEnum):
    """From how high the camera looks."""

    LEVEL = "level"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True)
class Reading:
    """What a prompt says, and for what it does not say, what chance made of it.

    Attributes:
        prompt: The prompt without what it denies.
        place: A name of `PLACE_WORDS`.
        surroundings: Other places that the prompt names.
        view: The open place that is seen from inside, through a window.
        hour: The time of day.
        weather: What the sky does.
        cloudless: There is no cloud in the sky.
        season: The time of year.
        wet: The ground shines, from rain that falls or fell.
        framing: How near the picture goes.
        angle: From how high the camera looks.
        silhouette: People and things stand dark before the light.
        profile: Faces look to the side.
        peeping: Faces rise over the edge of something.
        props: Names of `PROP_WORDS`, in the order in which the prompt names them.
        strangers: How many people the prompt speaks of one by one, whoever they are.
        crowd: All of them, where they are many.
    """

    prompt: str
    place: str
    surroundings: frozenset[str]
    view: str
    hour: Hour
    weather: Weather
    cloudless: bool
    season: Season
    wet: bool
    framing: Framing
    angle: Angle
    silhouette: bool
    profile: bool
    peeping: bool
    props: tuple[str, ...]
    strangers: int
    crowd: Crowd

    def prompt_has(self, *words: str) -> bool:
        """Return whether the prompt has one of these words, for what only one place looks for."""
        return any(word in self.prompt.lower() for word in words)

    @property
    def indoors(self) -> bool:
        """Whether there is a roof over the place."""
        return self.place in vocabulary.INDOORS


_NEGATED = re.compile(
    r"\b(?:no(?: more| longer)?|not|without|never|free of|instead of|rather than)\s+"
    r"(?:(?:any|a|an|the|yet|sign of|trace of)\s+)*[\w'-]+(?:\s*(?:,\s*)?(?:or|nor)\s+[\w'-]+)*",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\bwhere (?:a|an|the) (?:\w+ )?\w+ (?:has been|had been|was|used to be)\b", re.IGNORECASE
)
_LIKENED = re.compile(r"\b(?:like|as if|as though)\s+(?:(?:a|an|the)\s+)?[\w'-]+", re.IGNORECASE)
_CLOUDLESS = re.compile(
    r"\b(?:cloudless|(?:no|without|not a|without a) (?:single )?clouds?|(?:clear|blue) sky)\b",
    re.IGNORECASE,
)
_AFTER_RAIN = re.compile(r"\bafter (?:the |a )?(?:\w+ )?(?:rain|storm|shower)\b", re.IGNORECASE)


def read(prompt: str, dice: Dice) -> Reading:
    """Read a prompt; `dice` decide what it leaves open."""
    text = _LIKENED.sub(" ", _NEGATED.sub(" ", _GONE.sub(" ", prompt)))
    dry = _AFTER_RAIN.sub(" ", text)
    places = _named(vocabulary.PLACE_WORDS, text)
    props = tuple(_named(vocabulary.PROP_WORDS, text))
    anywhere = (
        ("room",)
        if vocabulary.INDOOR_PROPS & set(props)
        else ("meadow", "hills", "lake", "mountains")
    )
    place = _most_precise(places) or dice.pick(anywhere)
    views = [name for name in places if name in vocabulary.OPEN_PLACES]
    cloudless = _CLOUDLESS.search(prompt) is not None
    weather = Weather(_first(vocabulary.WEATHER_WORDS, dry) or "clear")
    people = count_people(text)
    season = _first(vocabulary.SEASON_WORDS, text)
    if season is None:
        season = "winter" if weather is Weather.SNOW else dice.pick(("summer", "summer", "spring"))
    if season == "winter" and re.search(r"\bsnow(?:ing|fall|flakes|storm)\b", text, re.I):
        weather = Weather.SNOW
    return Reading(
        prompt=text,
        place=place,
        surroundings=frozenset(places) - {place},
        view=views[0] if views else _view_from(place),
        hour=_hour(text, weather, dice),
        weather=weather,
        cloudless=cloudless,
        season=Season(season),
        wet=weather in {Weather.RAIN, Weather.STORM}
        or dry != text
        or re.search(r"\b(?:wet|puddles?|rain-?soaked)\b", text, re.I) is not None,
        framing=_framing(text),
        angle=Angle(_first(vocabulary.ANGLE_WORDS, text) or "level"),
        silhouette=re.search(r"\bsilhouett|\bbacklit\b|\bagainst the light\b", text, re.I)
        is not None,
        profile=re.search(r"\bprofile\b|\bfrom the side\b", text, re.I) is not None,
        peeping=re.search(
            r"\b(?:peep|peer|peek|rise|above|look)\w* (?:\w+ ){0,2}wall\b|\brise over "
            r"it\b",
            text,
            re.I,
        )
        is not None,
        props=props,
        strangers=people.few,
        crowd=people.crowd,
    )


def _hour(text: str, weather: Weather, dice: Dice) -> Hour:
    named = _first(vocabulary.HOUR_WORDS, text)
    if named:
        return Hour(named)
    if weather is Weather.STORM:
        return Hour.DUSK
    return Hour(dice.pick(("morning", "noon", "golden", "morning", "golden")))


def _framing(text: str) -> Framing:
    found = _named(vocabulary.FRAMING_WORDS, text)
    named = next((name for name in vocabulary.FRAMING_WORDS if name in found), None)
    if named is None:
        near = re.search(rf"\b(?:{vocabulary.PORTRAIT})\b", text, re.IGNORECASE)
        return Framing.MEDIUM_CLOSE if near else Framing.FULL
    framing = Framing(named)
    if framing is Framing.EXTREME_CLOSE and not re.search(r"\b(?:face|eyes?|lips|mouth)\b", text):
        return Framing.INSERT
    if framing is Framing.CLOSE and re.search(
        r"\bclose[- ]?up (?:shot )?(?:of|on) (?:(?:a|an|the|his|her|one|two|some)\s+)*(?:[\w-]+ )?"
        rf"(?:{'|'.join(vocabulary.PROP_WORDS.values())})\b",
        text,
        re.I,
    ):
        return Framing.INSERT
    return framing


def _view_from(place: str) -> str:
    return {"lamp room": "sea", "wheelhouse": "sea", "cabin": "forest", "carriage": "hills"}.get(
        place, "village"
    )


def _most_precise(places: list[str]) -> str | None:
    """Return the place that decides: the inside before the outside, the precise before the vague.

    What is left is in the order in which the prompt names it.
    """
    inside = [name for name in places if name in vocabulary.INDOORS]
    near = inside or places
    precise = [
        name for name in near if not set(near) & vocabulary.MORE_PRECISE.get(name, frozenset())
    ]
    candidates = precise or near
    return candidates[0] if candidates else None


def _first(meanings: Mapping[str, str], text: str) -> str | None:
    named = _named(meanings, text)
    return named[0] if named else None


def _named(meanings: Mapping[str, str], text: str) -> list[str]:
    """Return the meanings whose words stand in a text, in the order in which they stand there."""
    found = [
        (match.start(), -len(match[0]), name)
        for name, words in meanings.items()
        if (match := re.search(rf"\b(?:{words})\b", text, re.IGNORECASE))
    ]
    return [name for _, _, name in sorted(found)]
