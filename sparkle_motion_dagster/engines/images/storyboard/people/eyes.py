"""Eyes, lids, lashes and eyebrows."""

from collections.abc import Callable
from typing import TypeAlias

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

_WHITE: Colour = (250, 247, 242)
_LASH: Colour = (38, 26, 30)
_EYE_Y = 4.0

_Place: TypeAlias = Callable[[float, float], Point]
"""From a place in an eye to one in the drawing: x from its inner corner (-1) to its outer one (1),
y in units from its middle."""


def draw_eyes(sketch: Sketch) -> None:
    """Draw both eyes, as far open as the expression has them."""
    for side in (-1, 1):
        _draw_eye(sketch, side)


def draw_brows(sketch: Sketch) -> None:
    """Draw both eyebrows."""
    look, expression = sketch.look, sketch.expression
    weight = look.brows.weight * (0.85 if look.feminine else 1.15) * (1 - 0.25 * look.youth)
    lift = 9 * expression.brows
    for side in (-1, 1):

        def at(x: float, y: float, side: int = side) -> Point:
            return sketch.on_face(side * x * look.build.spacing, y - lift + 7 * look.youth, 6)

        slant = expression.frown
        knit = 4 * max(slant, 0) + 2 * max(-slant, 0)
        inner, middle, outer = -22 + 10 * slant, -25.5 - 2 * slant, -17 - 5 * slant
        arch = 2 if look.feminine else 0
        upper = [at(17 - knit, inner - 2.2 * weight), at(33, middle - arch - 2.9 * weight)]
        lower = [at(36, middle - arch + 1.5 * weight), at(18 - knit, inner + 2.0 * weight)]
        points = [*upper, at(53, outer - 0.8 * weight), at(54, outer + 0.6), *lower]
        points.append(at(15.5 - knit, inner + 0.2))
        colour = sketch.tone(look.brows.colour, side * 0.45)
        sketch.drawing.path(closed(points), colour, opacity=0.94)


def _draw_eye(sketch: Sketch, side: int) -> None:
    drawing, look, expression = sketch.drawing, sketch.look, sketch.expression
    size = look.build.eyes
    middle = 34.0 * look.build.spacing
    half = 16.5 * size
    eye_y = _EYE_Y + 8 * look.youth
    lids = min(max(expression.lids, 0.0), 1.4)
    tall = 13.0 * size * (1 + 0.15 * look.youth)

    def at(x: float, y: float) -> Point:
        return sketch.on_face(side * (middle + x * half), eye_y + y, 2)

    rise, sink = tall * (0.95 * lids - 0.28 * (1 - min(lids, 1))), tall * 0.66
    sink *= 1 - 0.5 * expression.squint * min(1, lids)
    droop = 2.5 * look.wrinkles
    inner, outer = at(-1, 2.5), at(1, -0.5 + droop)
    top = [
        inner,
        at(-0.55, -0.72 * rise),
        at(0.08, -rise),
        at(0.66, -0.7 * rise + droop / 2),
        outer,
    ]
    low = [outer, at(0.55, 0.8 * sink), at(-0.05, sink), at(-0.62, 0.72 * sink), inner]
    across = side * 0.42 + 0.3 * sketch.turn
    shade = sketch.tone(mix(look.skin, (96, 40, 44), 0.42), across)
    if lids > 0.12:
        shape = curve(top) + curve(low).replace("M", "L", 1) + "Z"
        drawing.path(shape, sketch.tone(mix(_WHITE, look.skin, 0.08), across))
        with drawing.group(clipped=drawing.clip(shape)):
            _draw_iris(sketch, at, tall, across)
            upper_shade = [(x, y + 2.6) for x, y in top]
            drawing.path(curve(upper_shade), stroke=(40, 26, 40), width=6, opacity=0.22)
        crease = [(x, y - 5.2 - 1.5 * lids) for x, y in top[1:]]
        drawing.path(curve(crease), stroke=shade, width=1.7, opacity=0.55)
        line = top
    else:
        line = low[::-1]
    weight = (4.6 - 1.6 * look.youth if look.feminine else 3.2) * size
    lash = sketch.tone(_LASH, across)
    rising = zip(line, (0.15, 0.62, 0.9, 1.0, 0.5), strict=True)
    edge = [(x, y - weight * share) for (x, y), share in rising]
    lashes = curve(line) + curve(edge[::-1]).replace("M", "L", 1) + "Z"
    drawing.path(lashes, lash, stroke=lash, width=1.1)
    if look.feminine:
        reach = (
            max(0.0, 1 - 1.5 * side * sketch.turn) * (5.5 - 3 * look.youth) * size
            if lids > 0.12
            else 4.0
        )
        end = line[-1]
        tip = (
            end[0] + side * reach * (1 - 0.3 * abs(sketch.turn)),
            end[1] - (3.4 if lids > 0.12 else -1.5),
        )
        drawing.path(curve([line[-2], end, tip]), stroke=lash, width=2.4 * size)
    drawing.path(curve(low[1:-1]), stroke=shade, width=1.5, opacity=0.6)
    _draw_age(sketch, at, sink, shade)
    if expression.tears > 0.05:
        _draw_tears(sketch, at, sink)


def draw_sockets(sketch: Sketch) -> None:
    """Darken the skin softly around the eyes."""
    look = sketch.look
    for side in (-1, 1):
        shown = 1 - 0.7 * max(side * sketch.turn, 0)
        x, y = sketch.on_face(side * 34.0 * look.build.spacing, 2 + 8 * look.youth, 2)
        dark = sketch.tone(mix(look.skin, (120, 52, 58), 0.5), side * 0.42)
        paint = sketch.drawing.radial(
            (x, y), 29, (0, dark, 0.3 * shown), (0.55, dark, 0.16 * shown), (1, dark, 0)
        )
        sketch.drawing.ellipse((x, y), 29, 25, paint)


def _draw_iris(sketch: Sketch, at: _Place, tall: float, across: float) -> None:
    look, (gaze_x, gaze_y) = sketch.look, sketch.expression.gaze
    radius = 0.88 * tall
    x, y = at(0, -1)
    x, y = x + 6.0 * gaze_x, y + 4.0 * gaze_y
    narrow = radius * (1 - 0.12 * abs(sketch.turn))
    iris = sketch.tone(look.iris, across)
    sketch.drawing.ellipse((x, y), narrow, radius, mix(iris, (16, 12, 18), 0.45))
    sketch.drawing.ellipse((x, y), narrow * 0.86, radius * 0.86, iris)
    glow = mix(iris, sketch.shading.glint, 0.35)
    sketch.drawing.ellipse((x, y + 0.38 * radius), narrow * 0.6, radius * 0.42, glow, 0.75)
    sketch.drawing.ellipse((x, y), narrow * 0.47, radius * 0.47, (20, 14, 20))
    lit = sketch.shading.lit_side
    glint = sketch.shading.glint
    sketch.drawing.ellipse((x + lit * 0.34 * radius, y - 0.36 * radius), 3.0, 3.2, glint, 0.95)
    sketch.drawing.ellipse((x - lit * 0.36 * radius, y + 0.34 * radius), 1.5, 1.5, glint, 0.6)


def _draw_age(sketch: Sketch, at: _Place, sink: float, shade: Colour) -> None:
    years = sketch.look.wrinkles
    if years > 0.15:
        bag = [at(-0.75, sink + 3), at(0, sink + 6.5), at(0.75, sink + 3)]
        sketch.drawing.path(curve(bag), stroke=shade, width=1.6, opacity=0.25 + 0.35 * years)
        for lift in (-3, 3):
            crow = [at(1.22, lift), at(1.5, lift * 2.2)]
            sketch.drawing.path(curve(crow), stroke=shade, width=1.4, opacity=0.45 * years)


def _draw_tears(sketch: Sketch, at: _Place, sink: float) -> None:
    share, glint = sketch.expression.tears, sketch.shading.glint
    brim = [at(-0.6, 0.75 * sink), at(0, sink - 1), at(0.6, 0.75 * sink)]
    sketch.drawing.path(curve(brim), stroke=glint, width=2.6, opacity=0.75 * share)
    if share > 0.5:
        drop = [at(0.1, sink + 1), at(0.16, sink + 12), at(0.1, sink + 26)]
        sketch.drawing.path(curve(drop), stroke=glint, width=2.6, opacity=0.5 * share)
        sketch.drawing.ellipse(drop[-1], 2.3, 3.4, glint, 0.7 * share)
