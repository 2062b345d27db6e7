"""What hats are made of: filled shapes around a head, brims, and the shade below them."""

from collections.abc import Sequence

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

BRASS: Colour = (226, 184, 92)


def mirrored(top: Point, right: Sequence[Point]) -> list[Point]:
    """Return a closed shape from its top and its right side."""
    return [top, *right, *[(-x, y) for x, y in reversed(right)]]


def fill(
    sketch: Sketch, points: Sequence[Point], colour: Colour, reach: float, front: float = -0.1
) -> str:
    """Fill a shape around the head, lit as the head is round; return its path."""
    path = closed([sketch.round_head(x, y, front) for x, y in points])
    sketch.drawing.path(path, sketch.shading.round(sketch.drawing, colour, -reach, reach))
    return path


def line(
    sketch: Sketch,
    points: Sequence[Point],
    colour: Colour,
    width: float,
    opacity: float = 1,
    front: float = 0.3,
) -> None:
    """Draw a line around the head."""
    path = curve([sketch.round_head(x, y, front) for x, y in points])
    sketch.drawing.path(path, stroke=colour, width=width, opacity=opacity)


def shade_forehead(sketch: Sketch, y: float) -> None:
    """Darken the forehead under a brim."""
    wide = sketch.half_width - 2
    points = [
        sketch.round_head(x, y + dy, 0.2)
        for x, dy in (
            (-wide, -9), (-40, -4), (0, -2), (40, -4), (wide, -9), (wide, 1), (40, 10), (0, 13),
            (-40, 10), (-wide, 1),
        )
    ]  # fmt: skip
    sketch.drawing.path(closed(points), (36, 12, 40), opacity=0.24)


def visor(sketch: Sketch, y: float, colour: Colour, wide: float, deep: float) -> None:
    """Draw a visor over the forehead."""
    front = 0.55
    points = [
        (-wide, y - 6), (-0.5 * wide, y + 0.55 * deep), (0, y + deep),
        (0.5 * wide, y + 0.55 * deep), (wide, y - 6),
    ]  # fmt: skip
    points += [(0.5 * wide, y - 3), (0, y + 1), (-0.5 * wide, y - 3)]
    fill(sketch, points, colour, wide, front)
    line(
        sketch,
        [(-0.6 * wide, y + 0.3 * deep), (0, y + 0.62 * deep), (0.6 * wide, y + 0.3 * deep)],
        mix(sketch.tone(colour), sketch.shading.glint, 0.3),
        2.2,
        0.5,
        front,
    )
