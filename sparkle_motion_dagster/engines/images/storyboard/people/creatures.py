"""What makes a head a cat's or a robot's: ears, muzzle and whiskers; seams, bolts and an aerial."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve, polyline
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

_DARK: Colour = (26, 22, 32)
_PINK: Colour = (216, 140, 142)


def draw_creature_behind(sketch: Sketch) -> None:
    """Draw what of a creature lies behind the face."""
    if sketch.look.kind == "cat":
        _draw_cat_ears(sketch)
    elif sketch.look.kind == "robot":
        _draw_aerial(sketch)


def draw_creature(sketch: Sketch) -> None:
    """Draw what of a creature lies on the face, under eyes and mouth."""
    if sketch.look.kind == "cat":
        _draw_muzzle(sketch)
    elif sketch.look.kind == "robot":
        _draw_seams(sketch)


def _draw_cat_ears(sketch: Sketch) -> None:
    skin, drawing = sketch.look.skin, sketch.drawing
    for side in (-1, 1):
        for colour, size in ((skin, 1.0), (mix(skin, _PINK, 0.6), 0.6)):
            x, y = sketch.round_head(side * 50, -84, -0.2)
            ear = [
                (x - side * 30 * size, y + 12), (x + side * 16 * size, y - 62 * size),
                (x + side * 27 * size, y + 34 * size),
            ]  # fmt: skip
            drawing.path(closed(ear), sketch.tone(colour, 0.6 * side))


def _draw_muzzle(sketch: Sketch) -> None:
    look, drawing = sketch.look, sketch.drawing
    pale = mix(look.skin, (255, 250, 244), 0.55)
    for side in (-1, 1):
        drawing.ellipse(sketch.on_face(side * 16, 56, 10), 26, 22, sketch.tone(pale, side * 0.3))
        line = sketch.tone(mix(look.skin, (255, 255, 255), 0.7), side * 0.4)
        for rise in (-7, 2, 11):
            start = sketch.on_face(side * 24, 54 + 0.4 * rise, 12)
            whisker = [start, (start[0] + side * 36, start[1] + 0.3 * rise)]
            whisker.append((start[0] + side * 70, start[1] + 1.3 * rise))
            drawing.path(curve(whisker), stroke=line, width=1.8, opacity=0.85)
        stripe = sketch.tone(mix(look.skin, _DARK, 0.4), side * 0.5)
        for x, y in ((16, -62), (34, -58)):
            mark = [sketch.on_face(side * x, y - 16), sketch.on_face(side * (x - 3), y + 8)]
            drawing.path(curve(mark), stroke=stripe, width=6, opacity=0.5)
    nose = [sketch.on_face(x, y, 20) for x, y in ((-10, 33), (10, 33), (0, 43))]
    drawing.path(closed(nose), sketch.tone(mix(_PINK, _DARK, 0.2)))


def _draw_aerial(sketch: Sketch) -> None:
    drawing, skin = sketch.drawing, sketch.look.skin
    foot, top = sketch.round_head(0, -96, -0.1), sketch.round_head(6, -146, -0.1)
    drawing.path(polyline([foot, top]), stroke=sketch.tone(mix(skin, _DARK, 0.4)), width=5)
    drawing.ellipse(top, 9, 9, sketch.tone((222, 84, 62), 0.6))
    drawing.ellipse((top[0] - 3, top[1] - 3), 3, 3, sketch.shading.glint, 0.8)
    for side in (-1, 1):
        x, y = sketch.round_head(side * (sketch.half_width + 4), 12, -0.2)
        bolt = sketch.tone(mix(skin, _DARK, 0.3), 0.7 * side)
        drawing.box((x - 11, y - 22), (22, 44), bolt, rounding=8)


def _draw_seams(sketch: Sketch) -> None:
    drawing, skin = sketch.drawing, sketch.look.skin
    dark = sketch.tone(mix(skin, _DARK, 0.55))
    wide = sketch.half_width
    brow = [sketch.on_face(x, y) for x, y in ((-0.86 * wide, -40), (0, -46), (0.86 * wide, -40))]
    drawing.path(curve(brow), stroke=dark, width=2.4, opacity=0.6)
    for side in (-1, 1):
        jaw = [(side * 0.9 * wide, 30), (side * 40, 46), (side * 36, 90)]
        seam = [sketch.on_face(x, y) for x, y in jaw]
        drawing.path(curve(seam), stroke=dark, width=2.4, opacity=0.6)
        for out, down in ((0.74, -54), (0.8, 24)):
            drawing.ellipse(sketch.on_face(side * out * wide, down), 4, 4, dark, 0.75)
    for step in range(4):
        x, y = sketch.on_face(0, 78 + 5 * step, 6)
        drawing.box((x - 12, y), (24, 2), dark, opacity=0.5, rounding=1)
