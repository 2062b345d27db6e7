"""A pen that draws a thing in its own measure, where it stands, in the light of its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix, multiplied
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import (
    Drawing,
    Paint,
    Point,
    curve,
    polyline,
)
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Layers
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import Mood


@dataclass(frozen=True)
class Air:
    """What light and distance make of a thing's own colour.

    Attributes:
        mood: The light.
        haze: How much of the distance lies before the thing, 0 to 1.
    """

    mood: Mood
    haze: float = 0.0

    def lit(self, colour: Colour) -> Colour:
        """Return a colour in the main light."""
        mood = self.mood
        light = mix(mood.ambient, mood.key, mood.strength)
        return mix(multiplied(colour, light), mood.haze, self.haze)

    def shade(self, colour: Colour) -> Colour:
        """Return a colour in the shadow."""
        return mix(
            multiplied(colour, mix((0, 0, 0), self.mood.ambient, 0.82)), self.mood.haze, self.haze
        )

    def half(self, colour: Colour) -> Colour:
        """Return a colour between light and shadow."""
        return mix(self.lit(colour), self.shade(colour), 0.5)

    def own(self, colour: Colour) -> Colour:
        """Return the colour of what shines by itself."""
        return mix(colour, self.mood.haze, self.haze * 0.7)


class Pen:
    """Draws one thing: x to the right and y upwards from the point that it stands on, in units.

    Attributes:
        air: The light that it stands in.
        unit: Pixels a unit (a metre, for what stands in a landscape).
        sunward: -1 if the main light comes from the left, 1 if from the right.
    """

    def __init__(
        self, layers: Layers, foot: Point, unit: float, air: Air, sunward: int, mirrored: int = 1
    ) -> None:
        self._layers, self._foot = layers, foot
        self.unit, self.air, self.sunward, self.mirrored = unit, air, sunward, mirrored

    @property
    def drawing(self) -> Drawing:
        """The drawing that the pen draws on."""
        return self._layers.crisp

    @property
    def foot(self) -> Point:
        """Where the thing stands, in pixels."""
        return self._foot

    def moved(self, x: float, y: float, scale: float = 1, *, mirrored: int = 1) -> "Pen":
        """Return a pen for a part that stands elsewhere, in another measure."""
        return Pen(
            self._layers, self.at(x, y), self.unit * scale, self.air, self.sunward,
            self.mirrored * mirrored,
        )  # fmt: skip

    def at(self, x: float, y: float) -> Point:
        """Return the pixel of a place on the thing."""
        return self._foot[0] + x * self.unit * self.mirrored, self._foot[1] - y * self.unit

    def shape(self, corners: Sequence[Point], paint: Paint, opacity: float = 1) -> None:
        """Fill a polygon."""
        self.drawing.polygon([self.at(*corner) for corner in corners], paint, opacity=opacity)

    def blob(self, points: Sequence[Point], paint: Paint, opacity: float = 1) -> None:
        """Fill a smooth closed shape through points."""
        pixels = [self.at(*point) for point in points]
        self.drawing.path(f"{curve([*pixels, pixels[0]])}Z", paint, opacity=opacity)

    def box(self, x: float, y: float, width: float, height: float, paint: Paint) -> None:
        """Fill an upright rectangle from its lower left corner."""
        self.shape([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], paint)

    def boxes(self, boxes: Sequence[tuple[float, float, float, float]], paint: Paint) -> None:
        """Fill many upright rectangles at once: lower left corner, width and height of each."""
        corners = (
            [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            for x, y, width, height in boxes
        )
        paths = (polyline([self.at(*corner) for corner in box]) for box in corners)
        self.drawing.path("Z".join(paths), paint)

    def oval(
        self, x: float, y: float, half_width: float, half_height: float, paint: Paint,
        opacity: float = 1,
    ) -> None:  # fmt: skip
        """Fill an ellipse."""
        self.drawing.ellipse(
            self.at(x, y), half_width * self.unit, half_height * self.unit, paint, opacity
        )

    def line(self, points: Sequence[Point], width: float, paint: Paint, opacity: float = 1) -> None:
        """Draw straight lines."""
        path = polyline([self.at(*point) for point in points])
        self.drawing.path(path, stroke=paint, width=max(0.5, width * self.unit), opacity=opacity)

    def stroke(
        self, points: Sequence[Point], width: float, paint: Paint, opacity: float = 1
    ) -> None:
        """Draw a smooth line through points."""
        path = curve([self.at(*point) for point in points])
        self.drawing.path(path, stroke=paint, width=max(0.5, width * self.unit), opacity=opacity)

    def hoop(self, centre: Point, radii: Point, width: float, paint: Paint) -> None:
        """Draw a line around an ellipse."""
        compass = (
            (1, 0),
            (0.7, 0.7),
            (0, 1),
            (-0.7, 0.7),
            (-1, 0),
            (-0.7, -0.7),
            (0, -1),
            (0.7, -0.7),
        )
        ring = [(centre[0] + radii[0] * x, centre[1] + radii[1] * y) for x, y in compass]
        self.stroke([*ring, ring[0]], width, paint)

    def fade(self, low: float, high: float, foot: Paint, head: Paint) -> str:
        """Return a paint that goes from one colour at a height to another at a greater height."""
        assert not isinstance(foot, str) and not isinstance(head, str)  # noqa: S101, PT018
        return self.drawing.linear(self.at(0, low), self.at(0, high), (0, foot, 1), (1, head, 1))

    def round(self, x: float, half_width: float, colour: Colour) -> str:
        """Return a paint for something round, lit from its side."""
        dark, bright = self.air.shade(colour), self.air.lit(colour)
        stops = [(0.0, mix(dark, bright, 0.2), 1.0), (0.75, bright, 1.0), (1.0, bright, 1.0)]
        direction = self.sunward * self.mirrored
        return self.drawing.linear(
            self.at(x - direction * half_width, 0), self.at(x + direction * half_width, 0), *stops
        )

    def shadow(self, half_width: float, opacity: float = 0.35) -> None:
        """Draw the shadow where it stands."""
        dark = mix(self.air.shade((40, 40, 60)), self.air.mood.haze, self.air.haze)
        self.oval(0, 0, half_width, half_width * 0.16, dark, opacity * (1 - self.air.haze))

    def glow(
        self, x: float, y: float, radius: float, colour: Colour, strength: float = 0.5
    ) -> None:
        """Shed light around a place; nothing of it is left at the radius."""
        shed(
            self._layers, self.at(x, y), radius * self.unit, colour, strength * (1 - self.air.haze)
        )


def shed(layers: Layers, centre: Point, radius: float, colour: Colour, strength: float) -> None:
    """Shed light around a place of the picture; nothing of it is left at the radius (pixels)."""
    drawing = layers.light.drawing
    stops = [
        (0.0, colour, strength),
        (0.25, colour, strength * 0.5),
        (0.6, colour, strength * 0.13),
    ]
    paint = drawing.radial(centre, radius, *stops, (1.0, colour, 0.0))
    drawing.ellipse(centre, radius, radius, paint)
