"""Other worlds: what sky and ground look like elsewhere, whatever place stands there."""

from collections.abc import Mapping
from dataclasses import replace

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import (
    Colour,
    mix,
    multiplied,
    turned,
)
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import Land, Mood
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import World

_SKIES: Mapping[World, tuple[Colour, Colour, Colour]] = {
    World.MARS: ((176, 128, 98), (212, 162, 122), (238, 198, 158)),
    World.UNDERWATER: ((104, 192, 196), (40, 124, 152), (22, 84, 122)),
}
"""Overhead, half-way down and at the horizon, by day."""

_VOID: tuple[Colour, Colour, Colour] = ((5, 7, 18), (8, 10, 26), (14, 18, 38))

_SOILS: Mapping[World, tuple[Colour, Colour]] = {
    World.MARS: ((186, 106, 72), (146, 80, 56)),
    World.MOON: ((158, 158, 164), (122, 122, 130)),
    World.SPACE: ((120, 122, 132), (96, 98, 108)),
    World.UNDERWATER: ((150, 166, 142), (110, 132, 120)),
    World.SKY: ((238, 242, 250), (216, 226, 242)),
}

_DAY = 190
"""How bright the sky is half-way down by day: what is darker darkens other skies, too."""


def mood_on(world: World, mood: Mood, dice: Dice) -> Mood:
    """Return the mood of the same hour on another world."""
    if world is World.SKY:
        return mood
    if world in {World.MOON, World.SPACE}:
        zenith, middle, horizon = _VOID
        ambient = mix(mood.ambient, (150, 154, 168), 0.6)
        return replace(
            mood, zenith=zenith, middle=middle, horizon=horizon, ambient=ambient,
            key=(255, 252, 244), stars=1.0, clouds=0.0, sight=4000.0,
        )  # fmt: skip
    if world is World.PLANET:
        turn = dice.apart("sky").between(0.3, 0.7)
        zenith, middle, horizon = (
            turned(colour, turn) for colour in (mood.zenith, mood.middle, mood.horizon)
        )
        return replace(mood, zenith=zenith, middle=middle, horizon=horizon)
    level = min(255, round(255 * sum(mood.middle) / 3 / _DAY))
    zenith, middle, horizon = (
        mix(multiplied(colour, (level, level, level)), mood.horizon, 0.12)
        for colour in _SKIES[world]
    )
    return replace(
        mood, zenith=zenith, middle=middle, horizon=horizon, clouds=0.0,
        ambient=mix(mood.ambient, multiplied(_SKIES[world][1], mood.ambient), 0.5),
        sight=24.0 if world is World.UNDERWATER else mood.sight,
    )  # fmt: skip


def land_on(world: World, land: Land, dice: Dice) -> Land:
    """Return what lies on the ground of another world; where nothing grows, stones do."""
    if world is World.PLANET:
        turn = dice.apart("land").between(0.25, 0.75)
        return replace(
            land,
            grass=turned(land.grass, turn),
            dry=turned(land.dry, turn),
            leaves=tuple(turned(leaf, turn) for leaf in land.leaves),
        )
    soil, dry = _SOILS[world]
    return Land(soil, dry, leaves=(soil, dry), blossoms=(), bare=True, barren=True)
