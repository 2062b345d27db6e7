"""Mouths, and the beards around them, which move with them."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch
from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth

_INSIDE: Colour = (62, 16, 24)
_TEETH: Colour = (250, 246, 238)
_TONGUE: Colour = (202, 92, 96)
_LIP: Colour = (186, 62, 66)
_MOUTH_Y = 62.0


@dataclass(frozen=True)
class _Lips:
    """Where the lips are, in units: half the mouth's width, and how far it gapes at its middle."""

    half: float
    gape: float
    corner_y: float
    upper_y: float
    lower_y: float
    upper: float
    lower: float


def _lips(mouth: Mouth, fullness: float, y: float) -> _Lips:
    rounded, spread = max(-mouth.width, 0.0), max(mouth.width, 0.0)
    half = 24 + 8 * spread + 3 * max(mouth.curve, 0) - 11.5 * rounded - 2 * mouth.opening
    gape = 27 * mouth.opening * (1 + 0.12 * rounded) * (1 - mouth.press)
    line = y + 2.5 * mouth.curve
    plump = fullness * (1 + 0.4 * rounded) * (1 - 0.5 * mouth.press - 0.18 * spread)
    return _Lips(
        half=half,
        gape=gape,
        corner_y=y - 6.5 * mouth.curve + 0.18 * gape,
        upper_y=line - 0.26 * gape + 1.5 * mouth.tuck,
        lower_y=line + 0.74 * gape - 3.0 * mouth.tuck,
        upper=3.9 * plump,
        lower=6.0 * plump * (1 - 0.75 * mouth.tuck),
    )


def draw_mouth(sketch: Sketch) -> None:
    """Draw the mouth that the expression has."""
    look, mouth, drawing = sketch.look, sketch.expression.mouth, sketch.drawing
    lips = _lips(mouth, look.build.lips * (1 - 0.2 * look.wrinkles), _MOUTH_Y - 3 * look.youth)

    def at(x: float, y: float) -> Point:
        return sketch.on_face(x, y, 8)

    across = 0.3 * sketch.turn
    colour = sketch.tone(mix(look.skin, _LIP, 0.5 if look.feminine else 0.3), across)
    line = sketch.tone(mix(look.skin, (84, 22, 30), 0.72), across)
    left, right = at(-lips.half, lips.corner_y), at(lips.half, lips.corner_y)
    _draw_lip_shade(sketch, at(0, lips.lower_y + lips.lower + 7), lips.half, across)
    bow = [
        left,
        at(-0.42 * lips.half, lips.upper_y - lips.upper * 0.95),
        at(0, lips.upper_y - lips.upper * 0.62),
        at(0.42 * lips.half, lips.upper_y - lips.upper * 0.95),
        right,
    ]
    upper = [left, at(-0.5 * lips.half, _between(lips.corner_y, lips.upper_y)), at(0, lips.upper_y)]
    upper += [at(0.5 * lips.half, _between(lips.corner_y, lips.upper_y)), right]
    lower = [right, at(0.58 * lips.half, _between(lips.corner_y, lips.lower_y))]
    lower += [
        at(0, lips.lower_y),
        at(-0.58 * lips.half, _between(lips.corner_y, lips.lower_y)),
        left,
    ]
    rim = [right, at(0.55 * lips.half, _between(lips.corner_y, lips.lower_y) + lips.lower * 0.9)]
    rim += [at(0, lips.lower_y + lips.lower)]
    rim += [at(-0.55 * lips.half, _between(lips.corner_y, lips.lower_y) + lips.lower * 0.9), left]
    outer = curve(bow) + curve(rim).replace("M", "L", 1) + "Z"
    drawing.path(outer, colour)
    gloss = [at(-0.3 * lips.half, lips.lower_y + 0.55 * lips.lower)]
    gloss += [at(0.3 * lips.half, lips.lower_y + 0.55 * lips.lower)]
    drawing.path(
        curve(gloss), stroke=mix(colour, sketch.shading.glint, 0.4), width=1.8, opacity=0.5
    )
    if lips.lower_y - lips.upper_y > 2.2:
        inside = curve(upper) + curve(lower).replace("M", "L", 1) + "Z"
        drawing.path(inside, sketch.tone(_INSIDE, across))
        with drawing.group(clipped=drawing.clip(inside)):
            _draw_inside(sketch, lips, at(0, 0)[0], across)
        drawing.path(curve(upper), stroke=line, width=1.8, opacity=0.8)
    else:
        drawing.path(curve(upper), stroke=line, width=2.6 + 0.8 * mouth.press)
    if mouth.tuck > 0.4:
        x, y = at(0, lips.upper_y - 1.2)
        size = (1.16 * lips.half, 4.2)
        teeth = sketch.tone(_TEETH, across)
        drawing.box((x - size[0] / 2, y), size, teeth, opacity=mouth.tuck, rounding=2)
    for corner, side in ((left, -1), (right, 1)):
        dimple = [
            (corner[0] + side * 1.0, corner[1] - 2.2),
            (corner[0] + side * 2.2, corner[1] + 1.6),
        ]
        drawing.path(curve(dimple), stroke=line, width=1.8, opacity=0.5)


def _between(corner: float, middle: float) -> float:
    """Return the height of a lip halfway from the mouth's corner to its middle."""
    return corner + 0.74 * (middle - corner)


def _draw_lip_shade(sketch: Sketch, centre: Point, half: float, across: float) -> None:
    dark = sketch.tone(mix(sketch.look.skin, (120, 50, 54), 0.5), across)
    paint = sketch.drawing.radial(centre, half * 0.75, (0, dark, 0.34), (1, dark, 0))
    sketch.drawing.ellipse(centre, half * 0.7, 4.5, paint)


def _draw_inside(sketch: Sketch, lips: _Lips, x: float, across: float) -> None:
    mouth, drawing = sketch.expression.mouth, sketch.drawing
    gape = lips.lower_y - lips.upper_y
    teeth = sketch.tone(_TEETH, across)
    tongue = sketch.tone(_TONGUE, across)
    wide = lips.half * 0.9
    tall = min(6.5, 0.42 * gape + 1.5) * (1 - 0.35 * max(-mouth.width, 0))
    if gape > 9:
        rise = 0.45 * mouth.tongue * gape
        drawing.ellipse((x, lips.lower_y + 0.1 * gape - rise), wide * 0.72, 0.42 * gape, tongue)
    elif mouth.tongue > 0.2:
        drawing.ellipse((x, lips.lower_y), wide * 0.6, 0.7 * gape * mouth.tongue, tongue)
    drawing.box((x - wide, lips.upper_y - 6), (2 * wide, 6 + tall), teeth, rounding=min(3.0, tall))
    if mouth.width > 0.25 and 5 < gape < 13:
        drawing.box((x - wide * 0.7, lips.lower_y - 2.6), (wide * 1.4, 8), teeth, rounding=2)


def draw_beard(sketch: Sketch) -> None:
    """Draw what grows on chin and cheeks, under the mouth."""
    style, drawing = sketch.look.beard, sketch.drawing
    if style in ("none", "moustache", "walrus"):
        return
    colour = mix(sketch.look.hair.colour, sketch.look.skin, 0.06)
    if style == "stubble":
        _draw_stubble(sketch)
        return
    drop, wide = sketch.jaw_drop, sketch.half_width
    length = {"goatee": 12.0, "full": 16.0, "long": 74.0}[style]
    chin, edge = 100 + drop + length, sketch.round_head

    if style == "goatee":
        shape = [
            sketch.on_face(x, y, 8)
            for x, y in ((-27, 60), (-22, 92 + drop), (0, chin), (22, 92 + drop), (27, 60), (0, 74))
        ]
    else:
        jaw = 60 * sketch.look.build.jaw
        shape = [
            edge(-wide - 1, 14, 0.05), edge(-wide - 2, 44, 0.1), edge(-jaw - 4, 82 + drop, 0.25),
            edge(-26, chin - 8, 0.42), edge(0, chin, 0.45), edge(26, chin - 8, 0.42),
            edge(jaw + 4, 82 + drop, 0.25), edge(wide + 2, 44, 0.1), edge(wide + 1, 14, 0.05),
            sketch.on_face(wide - 16, 36), sketch.on_face(34, 52, 4), sketch.on_face(17, 47, 8),
            sketch.on_face(0, 49, 8),
            sketch.on_face(-17, 47, 8), sketch.on_face(-34, 52, 4), sketch.on_face(-wide + 16, 36),
        ]  # fmt: skip
    drawing.path(closed(shape), sketch.shading.round(drawing, colour, -wide - 10, wide + 10))
    dark = sketch.tone(mix(colour, (20, 12, 20), 0.35))
    for x in (-22, -8, 8, 22):
        strand = [sketch.on_face(x * 0.9, 82 + drop, 8), sketch.on_face(x * 0.7, chin - 8, 8)]
        drawing.path(curve(strand), stroke=dark, width=1.8, opacity=0.35)


def draw_moustache(sketch: Sketch) -> None:
    """Draw what grows on the upper lip, over the mouth."""
    style, drawing = sketch.look.beard, sketch.drawing
    if style in ("none", "stubble"):
        return
    colour = mix(sketch.look.hair.colour, (20, 14, 18), 0.08)
    large = style == "walrus"
    reach, hang, thick = (42.0, 27.0, 13.0) if large else (27.0, 9.0, 7.0)
    lift = 2.0 * sketch.expression.mouth.opening

    def at(x: float, y: float) -> Point:
        return sketch.on_face(x, y - lift, 12)

    for side in (-1, 1):
        shape = [
            at(0, 47), at(side * reach * 0.42, 47 - 0.1 * thick),
            at(side * reach * 0.85, 51 + 0.25 * hang),
            at(side * reach, 50 + hang), at(side * reach * 0.62, 51 + 0.75 * hang + 0.2 * thick),
            at(side * reach * 0.25, 50 + thick), at(0, 47 + thick),
        ]  # fmt: skip
        drawing.path(closed(shape), sketch.tone(colour, side * 0.35))
        sheen = [
            at(side * 5, 50),
            at(side * reach * 0.45, 50),
            at(side * reach * 0.8, 52 + 0.4 * hang),
        ]
        light = mix(sketch.tone(colour, side * 0.35), sketch.shading.glint, 0.25)
        drawing.path(curve(sheen), stroke=light, width=2, opacity=0.6)


def _draw_stubble(sketch: Sketch) -> None:
    drop, wide = sketch.jaw_drop, sketch.half_width
    jaw = 46 * sketch.look.build.jaw
    colour = sketch.tone(mix(sketch.look.skin, sketch.look.hair.colour, 0.6))
    cheeks = [(-wide + 3, 36, 0.1), (-jaw, 78 + drop, 0.28), (0, 98 + drop, 0.45)]
    cheeks += [(jaw, 78 + drop, 0.28), (wide - 3, 36, 0.1)]
    shape = [sketch.round_head(*place) for place in cheeks]
    shape += [sketch.on_face(x, y) for x, y in ((38, 56), (18, 45), (-18, 45), (-38, 56))]
    sketch.drawing.path(closed(shape), colour, opacity=0.26)
