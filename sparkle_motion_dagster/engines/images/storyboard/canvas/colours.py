"""Colours, and how they are mixed."""

import colorsys
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Return a colour by hue (turns), saturation and value (0 to 1)."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that lies `share` of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def multiplied(colour: Colour, light: Colour) -> Colour:
    """Return how a colour looks under a coloured light; white light leaves it as it is."""
    red, green, blue = (round(a * b / 255) for a, b in zip(colour, light, strict=True))
    return red, green, blue


def turned(colour: Colour, turns: float) -> Colour:
    """Return a colour with its hue turned, in turns."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    return hsv(hue + turns, saturation, value)


def hexadecimal(colour: Colour) -> str:
    """Return a colour as SVG writes it: ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
