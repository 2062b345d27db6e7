"""The hour, the weather and the season as colours: what the sky looks like, and how it lights."""

from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import (
    Colour,
    mix,
    multiplied,
    turned,
)
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scene import Light
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import (
    Hour,
    Reading,
    Season,
    Weather,
)


@dataclass(frozen=True)
class Mood:
    """The light of one moment.

    Attributes:
        zenith: The sky overhead.
        middle: The sky half-way down.
        horizon: The sky at the horizon.
        key: The colour of the sun, the moon, or of whatever shines.
        ambient: The light from everywhere: what white looks like in the shadow.
        strength: How much the main light shows, 0 to 1.
        altitude: How high the sun or the moon stands: 0 at the horizon, 1 at the upper edge.
        lamps: How much windows and lamps glow, 0 to 1.
        stars: How many stars show, 0 to 1.
        clouds: How much of the sky is cloud, 0 to 1.
        sight: How far away things are half lost in the haze, in metres.
    """

    zenith: Colour
    middle: Colour
    horizon: Colour
    key: Colour
    ambient: Colour
    strength: float
    altitude: float
    lamps: float = 0.0
    stars: float = 0.0
    clouds: float = 0.3
    sight: float = 160.0

    @property
    def haze(self) -> Colour:
        """What distant things fade into."""
        return mix(self.horizon, self.middle, 0.35)

    def light(self, side: float) -> Light:
        """Return the light that falls on people, its main part from one side (-1 to 1)."""
        return Light(ambient=self.ambient, key=self.key, strength=self.strength, side=side)


_HOURS = {
    Hour.DAWN: Mood(
        zenith=(102, 128, 172), middle=(226, 178, 178), horizon=(255, 221, 170),
        key=(255, 214, 160), ambient=(172, 160, 186), strength=0.7, altitude=0.1,
        lamps=0.35, clouds=0.4, sight=90,
    ),
    Hour.MORNING: Mood(
        zenith=(96, 160, 206), middle=(168, 208, 222), horizon=(250, 238, 208),
        key=(255, 240, 204), ambient=(206, 212, 226), strength=0.6, altitude=0.5, sight=190,
    ),
    Hour.NOON: Mood(
        zenith=(46, 128, 194), middle=(120, 188, 220), horizon=(218, 238, 232),
        key=(255, 251, 232), ambient=(214, 224, 236), strength=0.55, altitude=0.86, sight=260,
    ),
    Hour.GOLDEN: Mood(
        zenith=(110, 146, 168), middle=(232, 190, 130), horizon=(255, 218, 138),
        key=(255, 202, 112), ambient=(196, 166, 150), strength=0.85, altitude=0.26,
        lamps=0.2, sight=130,
    ),
    Hour.SUNSET: Mood(
        zenith=(66, 60, 112), middle=(214, 104, 98), horizon=(255, 184, 98),
        key=(255, 158, 84), ambient=(142, 106, 134), strength=0.85, altitude=0.1,
        lamps=0.6, clouds=0.5, sight=120,
    ),
    Hour.DUSK: Mood(
        zenith=(30, 40, 84), middle=(98, 88, 142), horizon=(236, 152, 120),
        key=(255, 178, 132), ambient=(94, 92, 138), strength=0.5, altitude=0.03,
        lamps=0.9, stars=0.25, clouds=0.4, sight=110,
    ),
    Hour.NIGHT: Mood(
        zenith=(10, 14, 40), middle=(22, 36, 76), horizon=(54, 78, 120),
        key=(176, 200, 255), ambient=(76, 88, 136), strength=0.34, altitude=0.7,
        lamps=1.0, stars=1.0, clouds=0.15, sight=140,
    ),
    Hour.MOONLIT: Mood(
        zenith=(12, 26, 62), middle=(36, 70, 116), horizon=(112, 152, 182),
        key=(214, 230, 255), ambient=(80, 104, 150), strength=0.6, altitude=0.62,
        lamps=0.9, stars=0.7, clouds=0.25, sight=150,
    ),
}  # fmt: skip


def mood_of(reading: Reading, dice: Dice) -> Mood:
    """Return the mood of what a prompt says, its hues a little off the usual ones by chance."""
    mood = _HOURS[reading.hour]
    turn = dice.between(-0.025, 0.025)
    mood = replace(
        mood,
        zenith=turned(mood.zenith, turn),
        middle=turned(mood.middle, turn / 2),
        altitude=min(0.9, dice.about(mood.altitude, 0.25)),
        clouds=dice.about(mood.clouds, 0.5),
    )
    mood = _in_weather(mood, reading.weather)
    return replace(mood, clouds=0.0) if reading.cloudless else mood


def _in_weather(mood: Mood, weather: Weather) -> Mood:
    match weather:
        case Weather.CLOUDY:
            return replace(_greyed(mood, 0.5, 0.92), clouds=0.85, stars=mood.stars / 5)
        case Weather.RAIN:
            low_sun = mood.altitude < 0.3 and mood.strength > 0.6
            grey = _greyed(mood, 0.36 if low_sun else 0.66, 0.8 if low_sun else 0.74)
            return replace(grey, clouds=0.95, stars=0, lamps=max(0.6, mood.lamps), sight=60)
        case Weather.STORM:
            grey = _greyed(mood, 0.55, 0.5)
            break_of_light = mix(mood.horizon, (150, 196, 168), 0.6)
            return replace(
                grey,
                horizon=mix(grey.horizon, break_of_light, 0.75),
                clouds=1.0, stars=0, lamps=1.0, sight=85,
            )  # fmt: skip
        case Weather.SNOW:
            pale = _greyed(mood, 0.55, 1.0)
            pale = replace(
                pale, horizon=mix(pale.horizon, multiplied((226, 232, 242), mood.ambient), 0.5)
            )
            return replace(pale, clouds=0.8, stars=mood.stars / 6, sight=50)
        case Weather.FOG:
            veil = mix(mood.horizon, mood.middle, 0.3)
            return replace(
                _greyed(mood, 0.25, 1.0),
                middle=mix(mood.middle, veil, 0.7), horizon=veil, clouds=0.2,
                stars=mood.stars / 6, sight=22,
            )  # fmt: skip
        case Weather.WIND:
            return replace(mood, clouds=0.6)
        case Weather.CLEAR:
            return mood


def _greyed(mood: Mood, share: float, brightness: float) -> Mood:
    """Return a mood with its sky, and less so its light, grey and darker, as clouds make it."""

    def grey(colour: Colour, much: float) -> Colour:
        level = round(0.3 * colour[0] + 0.52 * colour[1] + 0.18 * colour[2])
        dull = mix(colour, (level - 6, level, level + 8), much)
        return mix((8, 10, 16), dull, brightness)

    return replace(
        mood,
        zenith=grey(mood.zenith, share),
        middle=grey(mood.middle, share),
        horizon=grey(mood.horizon, share),
        ambient=mix((20, 22, 32), grey(mood.ambient, share / 2), 0.5 + brightness / 2),
        key=grey(mood.key, share / 2),
        strength=mood.strength * (1 - 0.6 * share),
    )


_INSIDES: dict[str, tuple[Colour, Colour]] = {
    "cockpit": ((96, 112, 150), (150, 210, 240)),
    "cave": ((70, 70, 96), (255, 220, 170)),
    "stage": ((96, 70, 84), (255, 226, 180)),
    "lamp room": ((126, 96, 84), (255, 200, 116)),
    "bakery": ((150, 118, 104), (255, 190, 120)),
}
"""The ambient and the main light of places that bring their own."""


def under_roof(outside: Mood, reading: Reading) -> Mood:
    """Return the light in a room: lamps in the dark, by day what comes through the windows."""
    inside = replace(outside, sight=4000.0)
    gloomy = reading.weather in {Weather.RAIN, Weather.STORM}
    own = _INSIDES.get(reading.place)
    if own:
        share = 0.25 if reading.hour.is_dark or gloomy else 0.5
        return replace(
            inside, ambient=mix(own[0], outside.ambient, share), key=own[1], strength=0.7
        )
    if reading.hour.is_dark or gloomy:
        cool = mix(outside.ambient, (120, 100, 104), 0.6)
        return replace(inside, ambient=cool, key=(255, 200, 130), strength=0.62, lamps=1.0)
    warm = mix(outside.ambient, (214, 190, 168), 0.55)
    return replace(inside, ambient=mix((0, 0, 0), warm, 0.9), strength=0.55)


@dataclass(frozen=True)
class Land:
    """What grows, and what lies on the ground.

    Attributes:
        grass: The nearest meadow.
        dry: Its dry patches.
        leaves: The colours of leaves, the most frequent one first.
        blossoms: The colours of flowers; none in winter.
        bare: Trees have no leaves.
        snowy: Snow lies.
        barren: Nothing grows; stones lie where plants would stand.
    """

    grass: Colour
    dry: Colour
    leaves: tuple[Colour, ...]
    blossoms: tuple[Colour, ...]
    bare: bool = False
    snowy: bool = False
    barren: bool = False


SNOW: Colour = (236, 241, 250)

_LANDS = {
    Season.SPRING: Land(
        grass=(132, 172, 88), dry=(170, 194, 112),
        leaves=((118, 168, 92), (148, 188, 104), (240, 190, 200)),
        blossoms=((246, 196, 208), (252, 236, 240), (250, 222, 120)),
    ),
    Season.SUMMER: Land(
        grass=(104, 146, 78), dry=(168, 172, 96),
        leaves=((70, 122, 74), (92, 142, 78), (54, 102, 72)),
        blossoms=((176, 140, 214), (246, 236, 220), (232, 92, 84), (248, 202, 92)),
    ),
    Season.AUTUMN: Land(
        grass=(164, 150, 84), dry=(194, 152, 84),
        leaves=((214, 128, 52), (186, 84, 48), (226, 168, 70), (148, 112, 56)),
        blossoms=((206, 108, 60), (226, 176, 82)),
    ),
    Season.WINTER: Land(
        grass=SNOW, dry=(212, 222, 238), leaves=((92, 112, 110), (74, 96, 100)),
        blossoms=(), bare=True, snowy=True,
    ),
}  # fmt: skip


def land_of(reading: Reading, dice: Dice) -> Land:
    """Return what grows at a time of the year, its hue a little off the usual one by chance."""
    land = _LANDS[reading.season]
    if land.snowy:
        return land
    turn = dice.between(-0.03, 0.03)
    return replace(
        land,
        grass=turned(land.grass, turn),
        dry=turned(land.dry, turn),
        leaves=tuple(turned(leaf, turn) for leaf in land.leaves),
    )
