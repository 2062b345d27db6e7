"""The site that a place is built on: the frame, the light, and the ground in perspective.

The ground is flat and the camera stands on it at a height, so a thing that stands farther away
stands higher in the picture and is smaller, and everything that stands anywhere fits together.
"""

import math
from collections.abc import Iterator

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Point
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Layers
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import Land, Mood
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Air, Pen, shed
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Reading

_FOCAL = 1.2
"""Focal length as a share of the picture's height: a normal lens."""


class Site:
    """Where scenery is set up.

    Attributes:
        layers: What is drawn on.
        frame: Where the picture lies in the keyframe.
        reading: What the prompt says.
        mood: The light here.
        outside: The light under the sky; the same, where there is no roof.
        land: What grows.
        dice: What decides all the rest.
        horizon: The row of the horizon, in pixels.
        eye: How high above the ground the camera stands, in metres.
        measure: A length in pixels that suits the frame whatever its shape.
        sun: Where the sun or the moon stands, in pixels.
        sunward: -1 if it stands left of the middle, 1 if right of it.
    """

    def __init__(
        self, layers: Layers, reading: Reading, mood: Mood, outside: Mood, land: Land,
        dice: Dice, horizon: float, eye: float,
    ) -> None:  # fmt: skip
        self.layers, self.frame = layers, layers.frame
        self.reading, self.mood, self.land, self.dice = reading, mood, land, dice
        self.outside, self.eye = outside, eye
        self.horizon = self.y(horizon)
        self.measure = math.sqrt(self.frame.rows * min(self.frame.rows, self.frame.width))
        third = dice.apart("sun").pick((0.2, 0.28, 0.36, 0.64, 0.72, 0.8))
        sky = self.horizon - self.frame.top
        self.sun: Point = (self.x(third), self.horizon - mood.altitude * 0.86 * sky)
        self.sunward = -1 if third < 0.5 else 1

    @property
    def drawing(self) -> Drawing:
        """The drawing of the things."""
        return self.layers.crisp

    def x(self, share: float) -> float:
        """Return the column at a share of the picture's width."""
        return share * self.frame.width

    def y(self, share: float) -> float:
        """Return the row at a share of the picture's height."""
        return self.frame.top + share * self.frame.rows

    def metre(self, distance: float) -> float:
        """Return how many pixels a metre has at a distance, in metres."""
        return _FOCAL * self.measure / distance

    def ground(self, distance: float) -> float:
        """Return the row of the ground at a distance, in metres."""
        return self.horizon + self.metre(distance) * self.eye

    def at(self, x: float, up: float, distance: float, middle: float = 0.5) -> Point:
        """Return the pixel of a place, in metres: to the right, above the ground, and away.

        Args:
            x: From a line on the ground that runs straight away from the camera.
            up: Above the ground.
            distance: From the camera.
            middle: Where that line vanishes, as a share of the picture's width.
        """
        unit = self.metre(distance)
        return self.x(middle) + x * unit, self.ground(distance) - up * unit

    def nearest(self) -> float:
        """Return the distance of the ground at the lower edge, in metres."""
        return _FOCAL * self.measure * self.eye / max(1.0, self.frame.height - self.horizon)

    def air(self, distance: float) -> Air:
        """Return the air before things at a distance, in metres."""
        return Air(self.mood, distance / (distance + self.mood.sight))

    def pen(self, share: float, distance: float, mirrored: int = 1) -> Pen:
        """Return a pen for a thing that stands on the ground; its unit is a metre."""
        foot = (self.x(share), self.ground(distance))
        return Pen(
            self.layers, foot, self.metre(distance), self.air(distance), self.sunward, mirrored
        )

    def pen_at(self, foot: Point, unit: float, haze: float = 0.0, mirrored: int = 1) -> Pen:
        """Return a pen for a thing that stands anywhere, in pixels; `unit` is its metre."""
        return Pen(self.layers, foot, unit, Air(self.mood, haze), self.sunward, mirrored)

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        """Shed light around a place; `radius` as a share of the picture's measure."""
        shed(self.layers, centre, radius * self.measure, colour, strength)

    def floor(self, far: Colour, near: Colour) -> None:
        """Fill all that lies below the horizon, by colours as they look."""
        start = self.horizon
        middle = (0.35, mix(far, near, 0.62), 1.0)
        bottom = self.frame.height
        paint = self.drawing.vertical(start, bottom, (0, far, 1), middle, (1, near, 1))
        self.drawing.box((0, start), (self.frame.width, bottom - start), paint)

    def scattered(self, near: float, far: float, count: int) -> Iterator[tuple[float, float]]:
        """Return places on the ground, far ones first: shares of the width, metres.

        They lie evenly in the picture, so the farther the more there are.
        """
        steps = sorted(self.dice.between(0, 1) for _ in range(count))
        for step in steps:
            yield self.dice.between(-0.05, 1.05), 1 / ((1 - step) / far + step / near)

    def patches(self, colour: Colour, count: int, size: float, opacity: float) -> None:
        """Lay flat patches on the ground, `size` metres wide, by their own colour."""
        for share, distance in self.scattered(self.nearest(), 60, count):
            pen = self.pen(share, distance)
            half = self.dice.about(size, 0.6) / 2
            tall = half * max(0.06, self.eye / distance) * 0.7
            pen.oval(0, 0, half, tall, pen.air.half(colour), opacity)
