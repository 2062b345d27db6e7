"""A canvas, and the few brushes that flat storyboard drawings need.

Positions are shares of the canvas, (0, 0) its upper left corner; lengths are shares of its height.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageDraw import ImageDraw

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

Point: TypeAlias = tuple[float, float]
"""How far from the left edge and from the upper one."""


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Return a colour by hue (turns), saturation and value (0 to 1)."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that lies `share` of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def turned(colour: Colour, turns: float) -> Colour:
    """Return a colour with its hue turned, in turns."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    return hsv(hue + turns, saturation, value)


class Canvas:
    """A picture being painted; every brush paints over what is there.

    Attributes:
        image: The picture, RGB.
        width: In pixels.
        height: In pixels.
        aspect: Height by width: what a length is as a share of the width.
    """

    def __init__(self, width: int, height: int) -> None:
        from PIL import Image

        self.width, self.height = width, height
        self.aspect = height / width
        self.image: Image.Image = Image.new("RGB", (width, height))
        self._mask: Image.Image = Image.new("L", (width, height))  # black between two shapes

    def wash(self, top: Colour, bottom: Colour, *, from_y: float = 0, to_y: float = 1) -> None:
        """Paint everything below `from_y`, going from one colour to another, reached at `to_y`."""
        first = round(from_y * self.height)
        rows = _gradient(top, bottom, round(to_y * self.height) - first, self.height - first)
        self.image.paste(_stretched(rows, self.width), (0, first))

    def shape(self, corners: Sequence[Point], colour: Colour, foot: Colour) -> None:
        """Fill a polygon, going to the colour `foot` at its lower end."""
        from PIL import ImageDraw

        pixels = self._pixels(corners)
        top, bottom = (round(edge(y for _, y in pixels)) for edge in (min, max))
        left, right = (math.floor(edge(x for x, _ in pixels)) for edge in (min, max))
        rows = max(1, bottom - top)
        # One pixel more on every side: the brush rounds in its own way.
        box = (
            max(0, left - 1),
            max(0, top - 1),
            min(self.width, right + 2),
            min(self.height, top + rows + 2),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        ImageDraw.Draw(self._mask).polygon(pixels, fill=255)
        fill = _stretched(_gradient(colour, foot, rows, rows), box[2] - box[0])
        covered = self._mask.crop((box[0], top, box[2], top + rows))
        self.image.paste(fill, (box[0], top), covered)
        self._mask.paste(0, box)

    def flat(self, corners: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon with one colour."""
        self._brush().polygon(self._pixels(corners), fill=colour)

    def box(self, upper_left: Point, lower_right: Point, colour: Colour) -> None:
        """Fill an upright rectangle."""
        self._brush().rectangle(self._pixels([upper_left, lower_right]), fill=colour)

    def line(self, start: Point, end: Point, width: float, colour: Colour, opacity: float) -> None:
        """Draw a line, `opacity` (0 to 1) of it."""
        fill = (*colour, round(255 * opacity))
        pixels = max(1, round(width * self.height))
        self._brush().line(self._pixels([start, end]), fill=fill, width=pixels)

    def disc(self, centre: Point, radius: float, colour: Colour) -> None:
        """Fill a circle."""
        x, y = centre
        corners = [(x - radius * self.aspect, y - radius), (x + radius * self.aspect, y + radius)]
        self._brush().ellipse(self._pixels(corners), fill=colour)

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        """Shed light around a point, `strength` (0 to 1) of it there, none at `radius`."""
        from PIL import Image

        # Light is soft: an eighth of the size is enough to compute it.
        rows, columns = self.height // 8, self.width // 8
        y, x = np.mgrid[0:rows, 0:columns]
        distance = np.hypot(x - centre[0] * columns, y - centre[1] * rows) / (radius * rows)
        light = Image.fromarray(
            (255 * strength * np.clip(1 - distance, 0, 1) ** 2.5).astype(np.uint8)
        )
        self.image.paste(colour, mask=light.resize(self.image.size, Image.Resampling.BICUBIC))

    def inset(self, picture: Image.Image, upper_left: Point, lower_right: Point) -> None:
        """Show a picture in a rectangle, fitted into it."""
        corners = self._pixels([upper_left, lower_right])
        (left, top), (right, bottom) = ((round(x), round(y)) for x, y in corners)
        self.image.paste(picture.resize((right - left, bottom - top)), (left, top))

    def _brush(self) -> ImageDraw:
        from PIL import ImageDraw

        return ImageDraw.Draw(self.image, "RGBA")

    def _pixels(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.width, y * self.height) for x, y in points]


def _gradient(top: Colour, bottom: Colour, until: int, rows: int) -> Image.Image:
    """Return one column of `rows` pixels, from one colour to another, reached at `until`."""
    from PIL import Image

    share = np.clip(np.arange(rows) / max(1, until), 0, 1)[:, None]
    colours = np.array(top) * (1 - share) + np.array(bottom) * share
    return Image.fromarray(np.rint(colours).astype(np.uint8)[:, None, :])


def _stretched(column: Image.Image, width: int) -> Image.Image:
    from PIL import Image

    return column.resize((width, column.height), Image.Resampling.NEAREST)
