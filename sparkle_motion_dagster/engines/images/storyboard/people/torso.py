"""Bodies below a head: their measures, and how clothes are painted on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve, polyline
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch, draw_rim

DARK: Colour = (18, 14, 26)


@dataclass(frozen=True)
class Torso:
    """Measures of a body in a head's units, and how clothes are painted on it.

    Attributes:
        sketch: The head above it.
        bottom: How far down there is something to see.
        shoulder: Half the breadth of the shoulders.
        shift: How far a turn moves what lies on the chest.
    """

    sketch: Sketch
    bottom: float
    shoulder: float
    shift: float

    def fill(self, points: Sequence[Point], colour: Colour) -> str:
        """Fill a shape on the body, lit as the body is round; return its path."""
        path = closed(points)
        self.flat(path, colour)
        return path

    def flat(self, path: str, colour: Colour) -> None:
        """Fill a path on the body."""
        reach = self.shoulder * 1.05
        self.sketch.drawing.path(
            path, self.sketch.shading.round(self.sketch.drawing, colour, -reach, reach, 0.9)
        )

    def piece(
        self, points: Sequence[Point], colour: Colour, seam: Colour, width: float, opacity: float
    ) -> None:
        """Fill a shape on the chest, with a seam around it."""
        path = self.fill(self.chest(points), colour)
        self.sketch.drawing.path(path, stroke=seam, width=width, opacity=opacity)

    def panel(
        self, points: Sequence[Point], colour: Colour, seam: Colour, width: float, opacity: float
    ) -> None:
        """Fill a shape with straight edges on the chest, with a seam around it."""
        path = self.cut(points)
        self.flat(path, colour)
        self.sketch.drawing.path(path, stroke=seam, width=width, opacity=opacity)

    def cut(self, points: Sequence[Point]) -> str:
        """Return the path of a shape with straight edges on the chest."""
        return polyline(self.chest(points)) + "Z"

    def chest(self, points: Sequence[Point]) -> list[Point]:
        """Return places on the chest, moved by the turn."""
        return [(x + self.shift, y) for x, y in points]

    def line(
        self, points: Sequence[Point], colour: Colour, width: float, opacity: float = 1
    ) -> None:
        """Draw a line on the chest."""
        self.sketch.drawing.path(
            curve(self.chest(points)), stroke=colour, width=width, opacity=opacity
        )

    def dark(self, colour: Colour, share: float = 0.4) -> Colour:
        """Return a darker colour in the scene's light."""
        return self.sketch.tone(mix(colour, DARK, share))

    def light(self, colour: Colour, share: float = 0.25) -> Colour:
        """Return a lighter colour in the scene's light."""
        return mix(self.sketch.tone(colour), self.sketch.shading.glint, share)

    def buttons(self, places: Sequence[Point], colour: Colour, size: float = 6.5) -> None:
        """Draw buttons."""
        for x, y in self.chest(places):
            self.sketch.drawing.ellipse((x, y + 1), size + 0.8, size + 0.8, self.dark(colour, 0.6))
            self.sketch.drawing.ellipse((x, y), size, size, self.sketch.tone(colour))
            glint = self.sketch.shading.glint
            self.sketch.drawing.ellipse((x - 2, y - 2), size / 3, size / 3, glint, 0.7)

    def down(self, start: float, gap: float) -> list[float]:
        """Return heights from a start downwards, for as far as there is something to see."""
        end = min(self.bottom, 620)
        return [start + gap * step for step in range(int(max(0, (end - start) // gap)) + 1)]


def torso_of(sketch: Sketch, bottom: float) -> Torso:
    """Return the measures of a body below a head."""
    shoulder = 152 * sketch.look.build.shoulders
    return Torso(sketch, max(bottom, 240), shoulder, 12 * sketch.turn)


def trunk(torso: Torso) -> list[Point]:
    """Return the outline of shoulders, arms and body, down to the bottom."""
    wide, low = torso.shoulder, torso.bottom + 60
    stout = torso.sketch.look.build.girth
    right: list[Point] = [
        (34, 124), (66, 143), (0.72 * wide, 160), (0.95 * wide, 186), (1.1 * wide, 246),
        (1.17 * wide * (0.6 + 0.4 * stout), 340), (1.2 * wide * (0.5 + 0.5 * stout), low),
    ]  # fmt: skip
    return [*[(-x, y) for x, y in reversed(right)], *right]


def main_colour(torso: Torso) -> Colour:
    """Return the colour of what covers shoulders and arms."""
    clothes = torso.sketch.look.clothes
    return clothes.under if clothes.style in ("apron", "overalls") else clothes.colour


def draw_trunk(torso: Torso) -> None:
    """Draw shoulders, arms and body in one cloth."""
    clothes = torso.sketch.look.clothes
    outline = trunk(torso)
    colour = main_colour(torso)
    path = curve(outline) + "Z"
    torso.flat(path, colour)
    drawing, wide = torso.sketch.drawing, torso.shoulder
    dark = torso.dark(colour, 0.5)
    for side in (-1, 1):
        arm = [
            (side * 0.8 * wide, 236),
            (side * 0.84 * wide, 300),
            (side * 0.82 * wide, torso.bottom + 60),
        ]
        drawing.path(curve(arm), stroke=dark, width=4, opacity=0.5)
        fold = [(side * 0.6 * wide, 178), (side * 0.74 * wide, 214), (side * 0.78 * wide, 258)]
        drawing.path(curve(fold), stroke=dark, width=3, opacity=0.25)
    shadow = drawing.radial((torso.shift, 118), 92, (0, dark, 0.6), (0.55, dark, 0.4), (1, dark, 0))
    drawing.path(path, shadow)
    draw_rim(torso.sketch, outline, colour, 10)
    if clothes.style == "tweed":
        _draw_weave(torso, path)


def _draw_weave(torso: Torso, path: str) -> None:
    drawing, clothes = torso.sketch.drawing, torso.sketch.look.clothes
    with drawing.group(clipped=drawing.clip(path), opacity=0.28):
        for step in range(-9, 10):
            x = 26 * step
            line = polyline([(x, 110), (x, torso.bottom + 60)])
            drawing.path(line, stroke=torso.dark(clothes.colour), width=2.4)
        for y in torso.down(120, 26):
            line = polyline([(-240, y), (240, y)])
            drawing.path(line, stroke=torso.light(clothes.colour), width=2)


def neckline(torso: Torso, colour: Colour, half: float, depth: float) -> None:
    """Bare (or cover) what lies inside a neckline."""
    shape = torso.chest(
        [(-half, 128), (0, 122), (half, 128), (0.62 * half, 128 + 0.62 * depth), (0, 128 + depth),
         (-0.62 * half, 128 + 0.62 * depth)]
    )  # fmt: skip
    torso.fill(shape, colour)
