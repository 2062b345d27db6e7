"""Hair in masses: curls, clouds of them, braids."""

import math
from collections.abc import Sequence

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch


def hair_tone(sketch: Sketch, across: float) -> Colour:
    """Return the hair's colour in the scene's light, at a place from left (-1) to right."""
    return sketch.tone(sketch.look.hair.colour, across)


def hair_mass(sketch: Sketch, points: Sequence[Point], reach: float) -> None:
    """Fill a body of hair."""
    paint = sketch.shading.round(sketch.drawing, sketch.look.hair.colour, -reach, reach)
    sketch.drawing.path(closed(points), paint)


def scalloped(
    x: float, y: float, wide: float, tall: float, count: int, depth: float
) -> list[Point]:
    """Return an oval with a scalloped edge."""
    points = []
    for step in range(2 * count):
        grown = depth if step % 2 else -depth
        angle = math.pi * step / count
        points.append((x + (wide + grown) * math.sin(angle), y - (tall + grown) * math.cos(angle)))
    return points


def draw_cloud(sketch: Sketch, grown: float, count: int) -> None:
    """Draw a scalloped mass around the upper head."""
    x, y = sketch.round_head(0, -32, -0.2)
    wide = sketch.half_width + grown
    hair_mass(sketch, scalloped(x, y, wide, 72 + grown, count, 4.5), wide)


def draw_curls(sketch: Sketch) -> None:
    """Draw curls: a mass of small round ones over the skull, some on the forehead."""
    look, drawing = sketch.look, sketch.drawing
    covered = look.hat.style != "none"
    wide = sketch.half_width
    low = 12.0 if look.hair.fringe else 0.0
    line = [
        (-66, -22), (-54, -40 + low), (-36, -50 + low), (-17, -47 + low), (2, -53 + low),
        (21, -47 + low), (39, -51 + low), (55, -40 + low), (66, -22),
    ]  # fmt: skip
    inner = [sketch.round_head(-wide - 2, 10, 0)]
    inner += [sketch.on_face(x, y, -3) for x, y in line]
    inner += [sketch.round_head(wide + 2, 10, 0)]
    outer = [
        sketch.round_head(x, y, -0.1)
        for x, y in (
            (wide + 7, -24), (0.94 * wide, -74), (0.5 * wide, -100), (0, -106), (-0.5 * wide, -100),
            (-0.94 * wide, -74), (-wide - 7, -24),
        )
    ]  # fmt: skip
    path = curve(inner) + curve(outer).replace("M", "L", 1) + "Z"
    drawing.path(path, sketch.shading.round(drawing, look.hair.colour, -wide - 12, wide + 12))
    for x, y in inner[1:-1]:
        draw_curl(sketch, (x, y - 4), 12.5)
    if covered:
        return
    for ring, (tall, count, reach) in enumerate(((104, 9, 1.0), (84, 8, 0.74), (66, 5, 0.4))):
        for step in range(count):
            across = (2 * step / (count - 1) - 1) * reach
            lift = math.sqrt(max(0, 1 - (0.8 * across) ** 2))
            wobble = 3 * math.sin(2.4 * step + ring)
            place = sketch.round_head(across * (wide + 6), -tall * lift - 2 + wobble, -0.1)
            draw_curl(sketch, place, 15 + wobble)


def draw_curl(sketch: Sketch, centre: Point, size: float) -> None:
    """Draw one curl: a small ball with a spiral of light."""
    x, y = centre
    across = max(-1.0, min(1.0, x / sketch.half_width))
    tone = hair_tone(sketch, 0.85 * across)
    sketch.drawing.ellipse((x, y + 1), size, size * 0.95, mix(tone, (14, 8, 18), 0.22))
    sketch.drawing.ellipse((x, y - 1), size * 0.9, size * 0.82, tone)
    light = mix(tone, sketch.shading.glint, 0.16)
    arc = [
        (x - 0.55 * size, y + 0.05 * size), (x - 0.3 * size, y - 0.5 * size),
        (x + 0.3 * size, y - 0.5 * size), (x + 0.45 * size, y - 0.05 * size),
        (x + 0.1 * size, y + 0.2 * size),
    ]  # fmt: skip
    sketch.drawing.path(curve(arc), stroke=light, width=2, opacity=0.6)


def draw_braid(sketch: Sketch, start: Point, side: int) -> None:
    """Draw a braid that hangs from a place, leaning to the body's middle from a side."""
    dark = mix(hair_tone(sketch, 0.5 * side), (24, 14, 26), 0.35)
    x, y = start
    lean = 2.2 * side * (abs(x) > 1)
    for step in range(9):
        size = 17 - 0.9 * step
        for half, across in ((-1, 0.1), (1, 0.8)):
            centre = (x - lean * step + half * 0.42 * size, y + 19 * step + half * side * 2.5)
            turned = f"rotate({half * 32} {centre[0]:.2f} {centre[1]:.2f})"
            with sketch.drawing.group(transform=turned):
                sketch.drawing.ellipse(centre, size * 0.62, size * 0.92, dark)
                tone = hair_tone(sketch, side * across * 0.6)
                sketch.drawing.ellipse((centre[0], centre[1] - 1), size * 0.5, size * 0.8, tone)
    end_x, end_y = x - lean * 9, y + 171
    ribbon = sketch.tone((150, 50, 60))
    sketch.drawing.box((end_x - 6, end_y - 10), (12, 8), ribbon, rounding=3)
    tip = [(end_x - 7, end_y - 3), (end_x + 7, end_y - 3), (end_x + 3, end_y + 22)]
    sketch.drawing.path(closed(tip), hair_tone(sketch, 0.3 * side))
