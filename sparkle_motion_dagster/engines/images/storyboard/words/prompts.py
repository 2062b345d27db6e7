"""What a first glance at a prompt says: where, when, in what weather, how near, and which things.

Only English words are read; a prompt in another language is left to chance, as any prompt is in
all that it does not say.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.words import prompt_vocabulary as vocabulary
from sparkle_motion_dagster.engines.images.storyboard.words.continuity import Established
from sparkle_motion_dagster.engines.images.storyboard.words.crowds import Crowd, count_people
from sparkle_motion_dagster.engines.images.storyboard.words.matching import first, named, says
from sparkle_motion_dagster.engines.images.storyboard.words.sayings import Saying, saying


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


class World(StrEnum):
    """Where a place is that is elsewhere than places usually are."""

    MARS = "mars"
    MOON = "moon"
    PLANET = "planet"
    SPACE = "space"
    UNDERWATER = "underwater"
    SKY = "sky"


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
    """What a prompt says; for the rest what is established, or what chance made of it.

    Attributes:
        prompt: The prompt without what it denies.
        place: A name of `PLACE_WORDS`.
        surroundings: Other places that the prompt names.
        view: The open place that is seen from inside, through a window.
        world: Where the place is; None: on earth, as places usually are.
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
        strangers: What the prompt says of each of whom it speaks one by one, whoever they are.
        crowd: All of them, where they are many.
    """

    prompt: str
    place: str
    surroundings: frozenset[str]
    view: str
    world: World | None
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
    strangers: tuple[str, ...]
    crowd: Crowd

    def prompt_has(self, *words: str) -> bool:
        """Return whether the prompt has one of these words, for what only one place looks for."""
        return any(word in self.prompt.lower() for word in words)

    @property
    def indoors(self) -> bool:
        """Whether there is a roof over the place."""
        return self.place in vocabulary.INDOORS


_WITHOUT_WEATHER = {World.MARS, World.MOON, World.SPACE, World.UNDERWATER}


def read(prompt: str, dice: Dice, there: Established | None = None) -> Reading:
    """Read a prompt.

    Args:
        prompt: What the picture shows.
        dice: They decide what nobody says.
        there: What earlier keyframes say of the place and the time.
    """
    said, there = saying(prompt), there or Established(seed=0)
    text = said.text
    props = tuple(one.meaning for one in named(vocabulary.PROP_WORDS, text))
    place = _place(said, there, props, dice)
    around = [one for one in (*said.places, *there.places) if one != place]
    named_world = said.world or there.world
    world = World(named_world) if named_world else None
    weather = _weather(said.weather or there.weather, world)
    people = count_people(text)
    return Reading(
        prompt=text,
        place=place,
        surroundings=frozenset(around),
        view=next((one for one in around if one in vocabulary.OPEN_PLACES), _view_from(place)),
        world=world,
        hour=_hour(said.hour or there.hour, weather, dice),
        weather=weather,
        cloudless=said.cloudless or world in _WITHOUT_WEATHER,
        season=_season(said.season or there.season, weather, dice),
        wet=(said.wet or there.wet) and world not in _WITHOUT_WEATHER,
        framing=_framing(text, indoors=place in vocabulary.INDOORS),
        angle=Angle(first(vocabulary.ANGLE_WORDS, text) or "level"),
        silhouette=says(r"silhouett\w*|backlit|against the light", text),
        profile=says(r"profile|from the side", text),
        peeping=says(r"(?:peep|peer|peek|rise|above|look)\w* (?:\w+ ){0,2}wall|rise over it", text),
        props=props,
        strangers=people.few,
        crowd=people.crowd,
    )


def _place(said: Saying, there: Established, props: tuple[str, ...], dice: Dice) -> str:
    """Return where a picture plays: a part seen from near, what is established, what is said."""
    if said.part or there.places:
        return said.part or there.places[0]
    if said.address:
        return said.address.place
    if vocabulary.INDOOR_PROPS & set(props):
        return "room"
    return dice.apart("place").pick(vocabulary.OPEN_COUNTRY)


def _weather(said: str | None, world: World | None) -> Weather:
    """Return the weather: where it never rains, a storm is one of dust."""
    weather = Weather(said or "clear")
    if world not in _WITHOUT_WEATHER:
        return weather
    return Weather.FOG if world is World.MARS and weather is not Weather.CLEAR else Weather.CLEAR


def _season(said: str | None, weather: Weather, dice: Dice) -> Season:
    if said:
        return Season(said)
    if weather is Weather.SNOW:
        return Season.WINTER
    return dice.apart("season").pick((Season.SUMMER, Season.SUMMER, Season.SPRING))


def _hour(said: str | None, weather: Weather, dice: Dice) -> Hour:
    if said:
        return Hour(said)
    if weather is Weather.STORM:
        return Hour.DUSK
    by_day = (Hour.MORNING, Hour.NOON, Hour.GOLDEN, Hour.MORNING, Hour.GOLDEN)
    return dice.apart("hour").pick(by_day)


def _framing(text: str, *, indoors: bool) -> Framing:
    found = {one.meaning for one in named(vocabulary.FRAMING_WORDS, text)}
    weightiest = next((name for name in vocabulary.FRAMING_WORDS if name in found), None)
    if weightiest is None:
        near = says(vocabulary.PORTRAIT, text)
        return Framing.MEDIUM_CLOSE if near else Framing.FULL
    framing = Framing(weightiest)
    if framing is Framing.EXTREME_WIDE and indoors:
        return Framing.WIDE  # the walls let no camera stand farther away
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
