"""Where a storyboard frame plays: sky, light and a place in flat layers, paler with distance.

Positions are shares of the canvas, (0, 0) its upper left corner; lengths are shares of its height.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.figures import Colour, Dice, hsv, mix

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageDraw import ImageDraw

Point: TypeAlias = tuple[float, float]

_WARM: Colour = (255, 214, 150)
_DEPTHS = (0.2, 0.45, 0.7, 1.0)
"""The layers of a landscape from the farthest to the nearest."""


@dataclass(frozen=True)
class Mood:
    """The hour and the weather.

    Attributes:
        zenith: The sky overhead.
        horizon: The sky at the horizon, and the haze before distant things.
        light: What shines in the sky, and how high (`light_y`).
        land: The nearest land.
        lamps: How bright windows and lamps look, 0 to 1.
        stars: How many.
        raindrops: How many.
    """

    zenith: Colour
    horizon: Colour
    light: Colour
    land: Colour
    light_y: float
    lamps: float
    stars: int = 0
    raindrops: int = 0

    def tinted(self, land_hue: float, sky_hue: float) -> Mood:
        """Return this mood with its hues turned, in turns: small for a sky, any for the land."""
        return replace(
            self,
            zenith=_turned(self.zenith, sky_hue),
            horizon=_turned(self.horizon, sky_hue / 2),
            land=_turned(self.land, land_hue),
        )


DAY = Mood(
    zenith=hsv(0.57, 0.5, 0.82),
    horizon=hsv(0.13, 0.12, 0.99),
    light=hsv(0.14, 0.2, 1),
    land=hsv(0.3, 0.42, 0.36),
    light_y=0.2,
    lamps=0.3,
)
DUSK = Mood(
    zenith=hsv(0.72, 0.48, 0.36),
    horizon=hsv(0.07, 0.55, 1),
    light=hsv(0.12, 0.4, 1),
    land=hsv(0.82, 0.42, 0.2),
    light_y=0.42,
    lamps=0.8,
)
NIGHT = Mood(
    zenith=hsv(0.64, 0.7, 0.13),
    horizon=hsv(0.6, 0.45, 0.4),
    light=hsv(0.15, 0.1, 0.98),
    land=hsv(0.64, 0.5, 0.1),
    light_y=0.2,
    lamps=1.0,
    stars=160,
)
STORM = Mood(
    zenith=hsv(0.59, 0.3, 0.2),
    horizon=hsv(0.52, 0.14, 0.62),
    light=hsv(0.5, 0.06, 0.78),
    land=hsv(0.55, 0.3, 0.16),
    light_y=0.3,
    lamps=0.8,
    raindrops=320,
)


class Scenery:
    """A picture of a place. Each method paints over what is there: far things first."""

    def __init__(self, width: int, height: int, mood: Mood, dice: Dice) -> None:
        self.width, self.height = width, height
        self._mood, self._dice = mood, dice
        self._light = (dice.between(0.15, 0.85), mood.light_y)
        self.image = _gradient(width, height, mood.zenith, mood.horizon, until=0.68)

    def hills(self) -> None:
        """Paint rolling hills under the sky."""
        self._sky_light()
        for depth in _DEPTHS:
            self._ridge(depth, self._rolling())

    def mountains(self) -> None:
        """Paint a range of mountains behind a meadow."""
        self._sky_light()
        for depth in _DEPTHS[:-1]:
            self._ridge(depth, self._jagged(0.4 * (1.15 - depth)))
        self._ridge(1.0, self._rolling())

    def forest(self) -> None:
        """Paint hills full of firs."""
        self._sky_light()
        for depth in _DEPTHS:
            ridge = self._rolling()
            colour = self._land(depth)
            draw = self._draw()
            for x in np.arange(0, 1, 0.014 + 0.04 * depth).tolist():
                x += self._dice.between(0, 0.02)
                top = 0.03 + 0.16 * depth * self._dice.between(0.6, 1.2)
                foot = self._base(depth) - float(np.interp(x, *ridge)) + 0.02
                self._fir(draw, (x, foot), top, colour)
            self._ridge(depth, ridge)

    def city(self) -> None:
        """Paint blocks of houses with lit windows along a street."""
        grey = max(self._mood.land)
        self._mood = replace(self._mood, land=mix(self._mood.land, (grey, grey, grey), 0.75))
        self._sky_light()
        for depth in _DEPTHS[:-1]:
            x = -0.02
            while x < 1:
                wide = self._dice.between(0.05, 0.1) * (0.5 + depth)
                tall = self._dice.between(0.12, 0.42) * (0.6 + 0.5 * depth)
                self._house(x, wide, self._base(depth) - tall, depth)
                x += wide + self._dice.between(-0.004, 0.015)
        self._ridge(1.0, (np.array([0.0, 1.0]), np.zeros(2)))

    def sea(self) -> None:
        """Paint the sea, a cliff, and the lighthouse that stands on it."""
        self._sky_light()
        mood, horizon = self._mood, 0.58
        water = _gradient(
            self.width, self.height, mix(mood.horizon, mood.zenith, 0.3), mood.zenith, until=1.0
        )
        self.image.paste(
            water.crop((0, round(horizon * self.height), *water.size)),
            (0, round(horizon * self.height)),
        )
        draw = self._draw()
        for _ in range(120):
            y = horizon + 0.42 * self._dice.between(0, 1) ** 2
            near = (y - horizon) / 0.42
            x = self._light[0] + self._dice.between(-1, 1) * (0.06 + 0.5 * near)
            half = self._dice.between(0.01, 0.05) * (0.3 + near)
            draw.line(
                self._pixels((x - half, y), (x + half, y)),
                fill=(*mood.light, 90),
                width=max(1, round(0.003 * self.height * (0.5 + near))),
            )
        side = 1 if self._light[0] < 0.5 else 0
        cliff = [
            (abs(side - x), y)
            for x, y in (
                (0, 0.5),
                (0.16, 0.51),
                (0.26, 0.56),
                (0.3, 0.66),
                (0.37, 0.78),
                (0.4, 1),
                (0, 1),
            )
        ]
        self._shape(cliff, self._land(0.9))
        self._lighthouse(abs(side - 0.13), 0.52)

    def room(self) -> None:
        """Paint a room: a wall, a floor, a window with the hour outside, and a lamp."""
        mood = self._mood
        wall = hsv(self._dice.between(0, 1), 0.3, 0.62 - 0.26 * mood.lamps)
        outside = self.image.copy()
        self.image = _gradient(
            self.width, self.height, mix(wall, (20, 16, 24), 0.5), wall, until=0.8
        )
        window = (self._dice.between(0.1, 0.2), 0.16, self._dice.between(0.36, 0.46), 0.56)
        left, top, right, bottom = self._box(window)
        self.image.paste(outside.resize((right - left, bottom - top)), (left, top))
        draw = self._draw()
        frame = mix(wall, (255, 250, 240), 0.45)
        line = max(2, round(0.014 * self.height))
        draw.rectangle((left, top, right, bottom), outline=frame, width=line)
        draw.line(
            ((left + right) // 2, top, (left + right) // 2, bottom), fill=frame, width=line // 2
        )
        draw.line(
            (left, (top + bottom) // 2, right, (top + bottom) // 2), fill=frame, width=line // 2
        )
        self._shape([(0, 0.76), (1, 0.76), (1, 1), (0, 1)], mix(wall, (46, 28, 22), 0.7))
        self._glow(((window[0] + window[2]) / 2, 0.4), 0.55, mood.light, 0.3)
        lamp = self._dice.between(0.66, 0.84)
        dark = mix(wall, (20, 14, 18), 0.75)
        self._shape(
            [(lamp - 0.14, 0.68), (lamp + 0.14, 0.68), (lamp + 0.14, 0.7), (lamp - 0.14, 0.7)], dark
        )
        for x in (lamp - 0.12, lamp + 0.11):
            self._shape([(x, 0.7), (x + 0.01, 0.7), (x + 0.01, 0.86), (x, 0.86)], dark)
        self._shape(
            [(lamp - 0.004, 0.5), (lamp + 0.004, 0.5), (lamp + 0.008, 0.68), (lamp - 0.008, 0.68)],
            dark,
        )
        self._glow((lamp, 0.48), 0.6, _WARM, 0.8 * mood.lamps)
        self._shape(
            [
                (lamp - 0.022, 0.44),
                (lamp + 0.022, 0.44),
                (lamp + 0.045, 0.54),
                (lamp - 0.045, 0.54),
            ],
            _WARM,
        )

    def weather(self) -> None:
        """Paint what falls from the sky, in front of everything."""
        draw = self._draw()
        for _ in range(self._mood.raindrops):
            x, y = self._dice.between(0, 1.05), self._dice.between(-0.1, 1)
            length = self._dice.between(0.03, 0.08)
            draw.line(
                self._pixels((x, y), (x - 0.17 * length, y + length)),
                fill=(225, 235, 240, 60),
                width=max(1, round(0.0025 * self.height)),
            )

    def _sky_light(self) -> None:
        mood = self._mood
        draw = self._draw()
        for _ in range(mood.stars):
            self._disc(
                draw,
                (self._dice.between(0, 1), self._dice.between(0, 0.6)),
                self._dice.between(0.0008, 0.0022),
                (255, 255, 245, 190),
            )
        self._glow(self._light, 0.7, mood.light, 0.7)
        if not mood.raindrops:
            self._disc(self._draw(), self._light, 0.05, mood.light)

    def _base(self, depth: float) -> float:
        return 0.48 + 0.36 * depth

    def _land(self, depth: float) -> Colour:
        return mix(self._mood.horizon, self._mood.land, 0.2 + 0.8 * depth)

    def _ridge(self, depth: float, ridge: tuple[NDArray[np.float64], NDArray[np.float64]]) -> None:
        points = [
            (x, self._base(depth) - y) for x, y in zip(*(a.tolist() for a in ridge), strict=True)
        ]
        self._shape([*points, (1, 1), (0, 1)], self._land(depth))

    def _rolling(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        xs = np.linspace(0, 1, 200)
        turns, phase = self._dice.between(0.6, 1.5), self._dice.between(0, 6.3)
        ys = np.sin(6.28 * turns * xs + phase) + 0.4 * np.sin(17.3 * turns * xs + 2 * phase)
        return xs, 0.05 * ys

    def _jagged(self, height: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        gaps = np.cumsum([self._dice.between(0.3, 1) for _ in range(13)])
        knots = (gaps - gaps[0]) / (gaps[-1] - gaps[0])
        peaks = [
            height * self._dice.between(0.4, 1) * (0.3 if knot % 2 else 1) for knot in range(13)
        ]
        xs = np.linspace(0, 1, 120)
        rough = np.array([self._dice.between(-0.012, 0.012) for _ in xs])
        return xs, np.interp(xs, knots, peaks) + rough

    def _house(self, x: float, wide: float, top: float, depth: float) -> None:
        colour = self._land(depth)
        self._shape([(x, top), (x + wide, top), (x + wide, 1), (x, 1)], colour)
        draw = self._draw()
        lit = mix(colour, _WARM, 0.85 * self._mood.lamps)
        step = 0.02 + 0.016 * depth
        for row in np.arange(top + step, 0.86, 1.7 * step).tolist():
            for column in np.arange(x + 0.4 * step, x + wide - 0.7 * step, step).tolist():
                if self._dice.between(0, 1) < 0.45:
                    draw.rectangle(
                        self._box((column, row, column + 0.35 * step, row + 0.8 * step)), fill=lit
                    )

    def _fir(self, draw: ImageDraw, foot: Point, tall: float, colour: Colour) -> None:
        x, y = foot
        for low, high, half in ((0, 0.6, 0.22), (0.3, 0.82, 0.17), (0.58, 1, 0.11)):
            half *= tall * self.height / self.width
            draw.polygon(
                self._pixels(
                    (x - half, y - low * tall), (x, y - high * tall), (x + half, y - low * tall)
                ),
                fill=colour,
            )

    def _lighthouse(self, x: float, foot: float) -> None:
        unit = self.height / self.width
        top = foot - 0.3
        stone = mix(self._land(0.6), (240, 236, 228), 0.55)
        self._shape(
            [
                (x - 0.028 * unit, top),
                (x + 0.028 * unit, top),
                (x + 0.045 * unit, foot),
                (x - 0.045 * unit, foot),
            ],
            stone,
        )
        self._shape(
            [(x - 0.03 * unit, top - 0.02), (x, top - 0.085), (x + 0.03 * unit, top - 0.02)],
            self._land(1),
        )
        self._glow((x, top - 0.025), 0.3, _WARM, 0.9)
        self._shape(
            [
                (x - 0.022 * unit, top - 0.045),
                (x + 0.022 * unit, top - 0.045),
                (x + 0.022 * unit, top),
                (x - 0.022 * unit, top),
            ],
            _WARM,
        )

    def _shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon that pales a little towards its foot, as if in haze."""
        from PIL import Image, ImageDraw

        corners = self._pixels(*points)
        top, bottom = (round(edge(y for _, y in corners)) for edge in (min, max))
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon(corners, fill=255)
        fill = _gradient(
            self.width,
            max(1, bottom - top),
            colour,
            mix(colour, self._mood.horizon, 0.22),
            until=1.0,
        )
        self.image.paste(fill, (0, top), mask.crop((0, top, self.width, top + fill.height)))

    def _glow(self, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        from PIL import Image

        rows, columns = self.height // 8, self.width // 8
        y, x = np.mgrid[0:rows, 0:columns]
        distance = np.hypot(x - centre[0] * columns, y - centre[1] * rows) / (radius * rows)
        light = 255 * strength * np.clip(1 - distance, 0, 1) ** 2.5
        mask = Image.fromarray(light.astype(np.uint8)).resize(
            self.image.size, Image.Resampling.BICUBIC
        )
        self.image.paste(colour, mask=mask)

    def _disc(self, draw: ImageDraw, centre: Point, radius: float, fill: tuple[int, ...]) -> None:
        x, y = centre[0] * self.width, centre[1] * self.height
        r = radius * self.height
        draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def _draw(self) -> ImageDraw:
        from PIL import ImageDraw

        return ImageDraw.Draw(self.image, "RGBA")

    def _pixels(self, *points: Point) -> list[Point]:
        return [(x * self.width, y * self.height) for x, y in points]

    def _box(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        left, top, right, bottom = box
        return (
            round(left * self.width),
            round(top * self.height),
            round(right * self.width),
            round(bottom * self.height),
        )


PLACES: dict[str, Callable[[Scenery], None]] = {
    "hills": Scenery.hills,
    "mountains": Scenery.mountains,
    "forest": Scenery.forest,
    "city": Scenery.city,
    "sea": Scenery.sea,
    "room": Scenery.room,
}


def _gradient(width: int, height: int, top: Colour, bottom: Colour, *, until: float) -> Image.Image:
    """Return a picture that goes from one colour to another, reached `until` of the way down."""
    from PIL import Image

    share = np.clip(np.linspace(0, 1 / until, height), 0, 1)[:, None]
    rows = np.array(top) * (1 - share) + np.array(bottom) * share
    column = Image.fromarray(np.rint(rows).astype(np.uint8)[:, None, :])
    return column.resize((width, height), Image.Resampling.NEAREST)


def _turned(colour: Colour, turns: float) -> Colour:
    import colorsys

    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    return hsv(hue + turns, saturation, value)
