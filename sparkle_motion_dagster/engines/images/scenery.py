"""Where a storyboard frame plays: sky, light and a place in flat layers, paler with distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.canvas import (
    Canvas,
    Colour,
    Point,
    hsv,
    mix,
    turned,
)
from sparkle_motion_dagster.engines.images.chance import Dice

_Ridge: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""A skyline: positions from left to right, and how high it rises there above its layer."""

_DEPTHS = (0.2, 0.45, 0.7, 1.0)
"""The layers of a landscape from the farthest to the nearest."""

_WARM: Colour = (255, 214, 150)
_STARLIGHT: Colour = (255, 255, 245)
_RAIN: Colour = (225, 235, 240)


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
            zenith=turned(self.zenith, sky_hue),
            horizon=turned(self.horizon, sky_hue / 2),
            land=turned(self.land, land_hue),
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
    """Paints places onto a canvas under one sky. Each method paints over what is there."""

    def __init__(self, canvas: Canvas, mood: Mood, dice: Dice) -> None:
        self._canvas, self._mood, self._dice = canvas, mood, dice
        self._light = (dice.between(0.15, 0.85), mood.light_y)
        canvas.wash(mood.zenith, mood.horizon, to_y=0.68)

    def hills(self) -> None:
        """Paint rolling hills."""
        self._sky_light()
        for depth in _DEPTHS:
            self._layer(depth, self._rolling())

    def mountains(self) -> None:
        """Paint a range of mountains behind a meadow."""
        self._sky_light()
        for depth in _DEPTHS[:-1]:
            self._layer(depth, self._jagged(0.4 * (1.15 - depth)))
        self._layer(1.0, self._rolling())

    def forest(self) -> None:
        """Paint hills full of firs."""
        self._sky_light()
        for depth in _DEPTHS:
            ridge = self._rolling()
            for place in np.arange(0, 1, 0.014 + 0.04 * depth).tolist():
                x = place + self._dice.between(0, 0.02)
                foot = self._base(depth) - float(np.interp(x, *ridge)) + 0.02
                tall = 0.03 + 0.16 * depth * self._dice.between(0.6, 1.2)
                self._fir((x, foot), tall, self._land(depth))
            self._layer(depth, ridge)

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
        self._layer(1.0, (np.array([0.0, 1.0]), np.zeros(2)))

    def sea(self) -> None:
        """Paint the sea, a cliff, and the lighthouse that stands on it."""
        self._sky_light()
        mood, horizon = self._mood, 0.58
        self._canvas.wash(mix(mood.horizon, mood.zenith, 0.6), mood.zenith, from_y=horizon)
        for _ in range(120):
            near = self._dice.between(0, 1) ** 2
            y = horizon + (1 - horizon) * near
            x = self._light[0] + self._dice.between(-1, 1) * (0.06 + 0.5 * near)
            half = self._dice.between(0.01, 0.05) * (0.3 + near)
            width = 0.003 * (0.5 + near)
            self._canvas.line((x - half, y), (x + half, y), width, mood.light, 0.35)
        side = 1 if self._light[0] < 0.5 else 0
        edge = ((0, 0.5), (0.16, 0.51), (0.26, 0.56), (0.3, 0.66), (0.37, 0.78), (0.4, 1), (0, 1))
        cliff = [(abs(side - x), y) for x, y in edge]
        self._shape(cliff, self._land(0.9))
        self._lighthouse(abs(side - 0.13), 0.52)

    def room(self) -> None:
        """Paint a room: a wall, a floor, a window with the hour outside, and a lamp."""
        canvas, mood = self._canvas, self._mood
        wall = hsv(self._dice.between(0, 1), 0.3, 0.62 - 0.26 * mood.lamps)
        outside = canvas.image.copy()
        canvas.wash(mix(wall, (20, 16, 24), 0.5), wall, to_y=0.8)
        left, right = self._dice.between(0.1, 0.2), self._dice.between(0.36, 0.46)
        canvas.inset(outside, (left, 0.16), (right, 0.56))
        frame = mix(wall, (255, 250, 240), 0.45)
        middle = (left + right) / 2
        for x, width in ((left, 0.014), (middle, 0.008), (right, 0.014)):
            canvas.line((x, 0.16), (x, 0.56), width, frame, 1)
        for y, width in ((0.16, 0.014), (0.36, 0.008), (0.56, 0.014)):
            canvas.line((left, y), (right, y), width, frame, 1)
        self._shape([(0, 0.76), (1, 0.76), (1, 1), (0, 1)], mix(wall, (46, 28, 22), 0.7))
        canvas.glow((middle, 0.4), 0.55, mood.light, 0.3)
        self._lamp(self._dice.between(0.66, 0.84), mix(wall, (20, 14, 18), 0.75))

    def weather(self) -> None:
        """Paint what falls from the sky, in front of everything."""
        for _ in range(self._mood.raindrops):
            x, y = self._dice.between(0, 1.05), self._dice.between(-0.1, 1)
            length = self._dice.between(0.03, 0.08)
            self._canvas.line((x, y), (x - 0.17 * length, y + length), 0.0025, _RAIN, 0.24)

    def _sky_light(self) -> None:
        mood = self._mood
        for _ in range(mood.stars):
            star = (self._dice.between(0, 1), self._dice.between(0, 0.6))
            self._canvas.disc(star, self._dice.between(0.0008, 0.0022), _STARLIGHT)
        self._canvas.glow(self._light, 0.7, mood.light, 0.7)
        if not mood.raindrops:
            self._canvas.disc(self._light, 0.05, mood.light)

    def _base(self, depth: float) -> float:
        return 0.48 + 0.36 * depth

    def _land(self, depth: float) -> Colour:
        return mix(self._mood.horizon, self._mood.land, 0.2 + 0.8 * depth)

    def _layer(self, depth: float, ridge: _Ridge) -> None:
        xs, ys = (values.tolist() for values in ridge)
        skyline = [(x, self._base(depth) - y) for x, y in zip(xs, ys, strict=True)]
        self._shape([*skyline, (1, 1), (0, 1)], self._land(depth))

    def _rolling(self) -> _Ridge:
        xs = np.linspace(0, 1, 200)
        turns, phase = self._dice.between(0.6, 1.5), self._dice.between(0, 6.3)
        ys = np.sin(6.28 * turns * xs + phase) + 0.4 * np.sin(17.3 * turns * xs + 2 * phase)
        return xs, 0.05 * ys

    def _jagged(self, height: float) -> _Ridge:
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
        lit = mix(colour, _WARM, 0.85 * self._mood.lamps)
        step = 0.02 + 0.016 * depth
        for row in np.arange(top + step, 0.86, 1.7 * step).tolist():
            for column in np.arange(x + 0.4 * step, x + wide - 0.7 * step, step).tolist():
                if self._dice.between(0, 1) < 0.45:
                    self._canvas.box((column, row), (column + 0.35 * step, row + 0.8 * step), lit)

    def _fir(self, foot: Point, tall: float, colour: Colour) -> None:
        x, y = foot
        for low, high, wide in ((0, 0.6, 0.22), (0.3, 0.82, 0.17), (0.58, 1, 0.11)):
            half = wide * tall * self._canvas.aspect
            branch = [(x - half, y - low * tall), (x, y - high * tall), (x + half, y - low * tall)]
            self._canvas.flat(branch, colour)

    def _lighthouse(self, x: float, foot: float) -> None:
        top = foot - 0.3
        self._post(x, (top, foot), (0.028, 0.045), mix(self._land(0.6), (240, 236, 228), 0.55))
        self._post(x, (top - 0.085, top - 0.02), (0, 0.03), self._land(1))
        self._canvas.glow((x, top - 0.025), 0.3, _WARM, 0.9)
        self._post(x, (top - 0.045, top), (0.022, 0.022), _WARM)

    def _lamp(self, x: float, wood: Colour) -> None:
        table = 0.14 / self._canvas.aspect
        self._post(x, (0.68, 0.7), (table, table), wood)
        for leg in (-0.12, 0.12):
            self._post(x + leg, (0.7, 0.86), (0.01, 0.01), wood)
        self._post(x, (0.5, 0.68), (0.008, 0.014), wood)
        self._canvas.glow((x, 0.48), 0.6, _WARM, 0.8 * self._mood.lamps)
        self._post(x, (0.44, 0.54), (0.04, 0.08), _WARM)

    def _post(
        self, x: float, height: tuple[float, float], half: tuple[float, float], colour: Colour
    ) -> None:
        """Paint something upright: from and to which height, how broad at its top and foot."""
        (top, foot), (above, below) = height, (width * self._canvas.aspect for width in half)
        self._shape(
            [(x - above, top), (x + above, top), (x + below, foot), (x - below, foot)], colour
        )

    def _shape(self, corners: list[Point], colour: Colour) -> None:
        """Fill a polygon that pales a little towards its foot, as if in haze."""
        self._canvas.shape(corners, colour, mix(colour, self._mood.horizon, 0.22))


PLACES: dict[str, Callable[[Scenery], None]] = {
    "hills": Scenery.hills,
    "mountains": Scenery.mountains,
    "forest": Scenery.forest,
    "city": Scenery.city,
    "sea": Scenery.sea,
    "room": Scenery.room,
}
