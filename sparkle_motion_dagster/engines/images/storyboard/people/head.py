"""Heads: skin, ears, nose, cheeks, glasses, and the neck they sit on."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.eyes import draw_sockets
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch, draw_rim

_BLUSH: Colour = (222, 84, 78)


def draw_neck(sketch: Sketch) -> None:
    """Draw the neck, and the shadow that the head throws on it."""
    look, drawing = sketch.look, sketch.drawing
    half = (24 if look.feminine else 32) * (0.8 + 0.2 * look.build.girth) * (1 - 0.2 * look.youth)
    x = 10 * sketch.turn
    shape: list[Point] = [(x - half, 50), (x - half, 112), (x - half - 16, 150), (x, 176)]
    shape += [(x + half + 16, 150), (x + half, 112), (x + half, 50)]
    skin = mix(look.skin, (150, 70, 60), 0.12)
    path = closed(shape)
    drawing.path(path, sketch.shading.round(drawing, skin, x - half, x + half))
    dark = sketch.tone(mix(look.skin, (90, 36, 50), 0.5))
    low = 134 + sketch.jaw_drop
    drawing.path(path, drawing.vertical(low - 42, low, (0, dark, 0.75), (1, dark, 0)))


def draw_ears(sketch: Sketch) -> None:
    """Draw the ears that show beside the face."""
    look, drawing = sketch.look, sketch.drawing
    for side in (-1, 1):
        if side * sketch.turn > 0.45:
            continue
        x, y = sketch.round_head(side * (sketch.half_width + 2), 16 + 4 * look.youth, -0.3)
        skin = mix(look.skin, (206, 90, 80), 0.14)
        drawing.ellipse((x, y), 11, 19, sketch.tone(skin, side * 0.75))
        inner = sketch.tone(mix(look.skin, (150, 56, 58), 0.4), side * 0.75)
        drawing.path(
            curve([(x + side * 2, y - 10), (x + side * 6, y - 2), (x + side * 1, y + 8)]),
            stroke=inner, width=2.4, opacity=0.7,
        )  # fmt: skip


def draw_skull(sketch: Sketch) -> None:
    """Draw the face's skin, with what the light and the years do to it."""
    look, drawing, shading = sketch.look, sketch.drawing, sketch.shading
    shape = closed(sketch.outline())
    wide = sketch.half_width
    drawing.path(shape, shading.round(drawing, look.skin, -wide - 4, wide + 4))
    dark = sketch.tone(mix(look.skin, (130, 48, 60), 0.45), -0.6 * shading.lit_side)
    drawing.path(shape, drawing.vertical(66, 116, (0, dark, 0), (1, dark, 0.4)))
    draw_sockets(sketch)
    _draw_cheeks(sketch)
    draw_rim(sketch, sketch.outline(), look.skin)
    if look.smudge is not None:
        _draw_smudge(sketch, look.smudge)
    if look.freckles:
        _draw_freckles(sketch)
    if look.wrinkles > 0.15:
        _draw_lines(sketch)


def draw_nose(sketch: Sketch) -> None:
    """Draw the nose."""
    look, drawing = sketch.look, sketch.drawing
    size = look.build.nose
    y = 36 - 4 * look.youth
    away = -sketch.shading.lit_side
    dark = sketch.tone(mix(look.skin, (110, 36, 46), 0.5), away * 0.3)
    line = sketch.tone(mix(look.skin, (90, 26, 34), 0.62), away * 0.3)

    def at(x: float, down: float, out: float) -> tuple[float, float]:
        return sketch.on_face(x * size, down, out)

    bridge = [at(away * 5, -4, 8), at(away * 7, 16, 16), at(away * 11.5, y - 1, 12)]
    bridge += [at(away * 7, y + 5, 14), at(0, y + 3, 22), at(away * 1.5, 14, 18)]
    paint = drawing.vertical(-6, y + 4, (0, dark, 0.05), (0.5, dark, 0.26), (1, dark, 0.5))
    drawing.path(closed(bridge), paint)
    for side in (-1, 1):
        wing = [at(side * 8.5, y - 6, 10), at(side * 12.5, y - 1, 8), at(side * 9, y + 3.2, 12)]
        drawing.path(curve(wing), stroke=line, width=2.0, opacity=0.55)
        nostril = [
            at(side * 7.5, y + 2.6, 13),
            at(side * 4.6, y + 3.0, 17),
            at(side * 2.0, y + 4.8, 19),
        ]
        drawing.path(curve(nostril), stroke=line, width=3.0, opacity=0.85)
    tip = [at(-2.4, y + 4.9, 19), at(0, y + 5.6, 20), at(2.4, y + 4.9, 19)]
    drawing.path(curve(tip), stroke=line, width=2.2, opacity=0.5)
    light = mix(sketch.tone(look.skin, sketch.shading.lit_side * 0.5), sketch.shading.glint, 0.45)
    drawing.ellipse(at(-away * 2.5, y - 5, 22), 4.4 * size, 3.4 * size, light, 0.5)


def draw_glasses(sketch: Sketch) -> None:
    """Draw the glasses, if there are any."""
    style, drawing = sketch.look.glasses, sketch.drawing
    if style == "none":
        return
    rim: Colour = sketch.tone((52, 44, 50))
    glass = (34, 30, 40) if style == "dark" else sketch.shading.glint
    middle, y = 34 * sketch.look.build.spacing, 6 + 7 * sketch.look.youth
    for side in (-1, 1):
        reach = 23.0
        ring = [
            sketch.on_face(side * middle + dx * reach, y + dy * reach * 0.9, 12)
            for dx, dy in _RINGS["round" if style in ("round", "steamed") else "square"]
        ]
        drawing.path(closed(ring), glass, opacity={"dark": 0.9, "steamed": 0.42}.get(style, 0.14))
        shine = [(ring[1][0] - 9, ring[1][1] - 9), (ring[1][0] - 17, ring[1][1] + 6)]
        drawing.path(curve(shine), stroke=sketch.shading.glint, width=3, opacity=0.4)
        drawing.path(closed(ring), stroke=rim, width=3.2)
        hinge = sketch.on_face(side * (middle + reach), y - 3, 10)
        if side * sketch.turn < 0.5:
            ear = sketch.round_head(side * (sketch.half_width + 1), y, -0.1)
            drawing.path(curve([hinge, ear]), stroke=rim, width=3)
    bridge = [sketch.on_face(x, y + lift, 14) for x, lift in ((-11, -3), (0, -7), (11, -3))]
    drawing.path(curve(bridge), stroke=rim, width=3)


_RINGS = {
    "round": (
        (0, -1), (0.71, -0.71), (1, 0), (0.71, 0.71),
        (0, 1), (-0.71, 0.71), (-1, 0), (-0.71, -0.71),
    ),
    "square": (
        (-0.6, -0.78), (0.75, -0.8), (1, -0.5), (0.92, 0.55),
        (0.5, 0.85), (-0.5, 0.85), (-0.92, 0.5), (-1, -0.5),
    ),
}  # fmt: skip


def _draw_cheeks(sketch: Sketch) -> None:
    look, drawing = sketch.look, sketch.drawing
    strength = 0.16 + 0.3 * sketch.expression.blush + 0.1 * look.youth + 0.06 * look.feminine
    for side in (-1, 1):
        shown = 1 - 0.8 * max(side * sketch.turn, 0)
        x, y = sketch.on_face(side * 45 * shown**0.3, 36 - 3 * sketch.expression.squint)
        colour = sketch.tone(mix(look.skin, _BLUSH, 0.6), side * 0.5)
        paint = drawing.radial(
            (x, y),
            25,
            (0, colour, strength * shown),
            (0.5, colour, strength * 0.6 * shown),
            (1, colour, 0),
        )
        drawing.ellipse((x, y), 25, 25, paint)


def _draw_smudge(sketch: Sketch, colour: Colour) -> None:
    """Draw what a hand has left on cheek and brow."""
    tone = sketch.tone(colour, 0.3)
    for x, y, wide, tall in (
        (-47, 40, 13, 5), (-38, 47, 8, 3.4), (-54, 32, 6, 3), (30, -40, 9, 3.4),
    ):  # fmt: skip
        paint = sketch.drawing.radial(
            sketch.on_face(x, y), wide, (0, tone, 0.75), (0.6, tone, 0.5), (1, tone, 0)
        )
        sketch.drawing.ellipse(sketch.on_face(x, y), wide, tall, paint)


def _draw_freckles(sketch: Sketch) -> None:
    colour = sketch.tone(mix(sketch.look.skin, (140, 62, 36), 0.62))
    for side in (-1, 1):
        for x, y in (
            (26, 30), (33, 36), (41, 29), (46, 37), (37, 42), (18, 26), (52, 32), (29, 41),
        ):  # fmt: skip
            sketch.drawing.ellipse(
                sketch.on_face(side * x + side * y % 3, y), 1.7, 1.5, colour, 0.6
            )
    for x, y in ((-5, 22), (6, 26), (0, 17)):
        sketch.drawing.ellipse(sketch.on_face(x, y, 14), 1.6, 1.4, colour, 0.5)


def _draw_lines(sketch: Sketch) -> None:
    """Draw the lines that years leave."""
    years, drawing = sketch.look.wrinkles, sketch.drawing
    colour = sketch.tone(mix(sketch.look.skin, (104, 36, 42), 0.5))
    for side in (-1, 1):
        fold = [sketch.on_face(side * x, y, 6) for x, y in ((15, 38), (26, 50), (30, 64))]
        drawing.path(curve(fold), stroke=colour, width=2, opacity=0.5 * years)
    for y, half in ((-52, 28), (-62, 22)):
        crease = [sketch.on_face(x, y + 2 * (x == 0)) for x in (-half, 0, half)]
        drawing.path(curve(crease), stroke=colour, width=1.7, opacity=0.4 * years)
