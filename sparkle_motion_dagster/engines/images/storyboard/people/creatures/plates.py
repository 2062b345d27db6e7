"""Plates of metal: boxes with rounded corners, and the vents in them."""

from typing import TypeAlias

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import polyline
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

DARK: Colour = (26, 24, 34)
RUST: Colour = (150, 82, 44)

Plate: TypeAlias = tuple[float, float, float, float]
"""Half the breadth of a box, its top, its bottom, and how round its corners are."""


def draw_plate(sketch: Sketch, plate: Plate, colour: Colour, depth: float) -> None:
    """Draw a box with rounded corners: its turned side, its front, and the light on it."""
    wide, top, bottom, corner = plate
    drawing, turn = sketch.drawing, sketch.turn
    side = sketch.tone(mix(colour, DARK, 0.42), -turn)
    drawing.box(
        (-wide - depth * turn, top + 3), (2 * wide, bottom - top - 3), side, rounding=corner
    )
    x = 0.35 * depth * turn
    paint = sketch.shading.round(drawing, colour, x - wide, x + wide, 0.8)
    drawing.box((x - wide, top), (2 * wide, bottom - top), paint, rounding=corner)
    dark = sketch.tone(mix(colour, DARK, 0.5))
    low = drawing.vertical(bottom - 0.35 * (bottom - top), bottom, (0, dark, 0), (1, dark, 0.4))
    drawing.box((x - wide, top), (2 * wide, bottom - top), low, rounding=corner)
    light = mix(sketch.tone(colour, sketch.shading.lit_side), sketch.shading.glint, 0.5)
    inset = 0.85 * corner + 8
    edge = [(x - wide + inset, top + 5), (x + wide - inset, top + 5)]
    drawing.path(polyline(edge), stroke=light, width=5, opacity=0.6)


def draw_vents(sketch: Sketch, metal: Colour, x: float, y: float, half: float, rows: int) -> None:
    """Draw slots below each other, from a place downwards."""
    dark = sketch.tone(mix(metal, DARK, 0.62))
    for row in range(rows):
        slot = polyline([(x - half, y + 15 * row), (x + half, y + 15 * row)])
        sketch.drawing.path(slot, stroke=dark, width=6, opacity=0.8)
