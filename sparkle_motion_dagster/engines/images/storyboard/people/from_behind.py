"""Heads from behind, as over somebody's shoulder."""

from collections.abc import Sequence

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.curls import draw_braid, draw_curl
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch, draw_rim
from sparkle_motion_dagster.engines.images.storyboard.people.torso import Torso, trunk


def draw_back(torso: Torso) -> None:
    """Draw the clothed back."""
    sketch = torso.sketch
    clothes = sketch.look.clothes
    colour = clothes.under if clothes.style in ("apron", "overalls") else clothes.colour
    outline = trunk(torso)
    torso.flat(curve(outline) + "Z", colour)
    dark = torso.dark(colour, 0.5)
    torso.line([(0, 176), (2, 300), (0, torso.bottom + 60)], dark, 3, 0.35)
    for side in (-1, 1):
        torso.line(
            [(side * 0.5 * torso.shoulder, 160), (side * 0.8 * torso.shoulder, 214)], dark, 3, 0.3
        )
        if clothes.apron is not None:
            strap = [(side * 40, 128), (side * 10, 250), (-side * 60, 400)]
            torso.line(strap, torso.sketch.tone(clothes.apron), 16, 1)
    draw_rim(sketch, outline, colour, 10)


def draw_nape(sketch: Sketch) -> None:
    """Draw the neck from behind."""
    half = 24.0 if sketch.look.feminine else 32.0
    shape: list[Point] = [
        (-half, 30), (-half, 112), (-half - 14, 136), (0, 146), (half + 14, 136), (half, 112),
        (half, 30),
    ]  # fmt: skip
    skin = mix(sketch.look.skin, (120, 56, 56), 0.2)
    sketch.drawing.path(closed(shape), sketch.shading.round(sketch.drawing, skin, -half, half))


def draw_collar(torso: Torso) -> None:
    """Draw the collar (or hood, or scarf) over the nape."""
    clothes = torso.sketch.look.clothes
    if clothes.scarf is not None:
        band: list[Point] = [(-62, 118), (0, 106), (62, 118), (66, 148), (0, 160), (-66, 148)]
        torso.fill(band, clothes.scarf)
    elif clothes.style in ("oilskin", "hoodie"):
        hood: list[Point] = [
            (-86, 138), (-40, 118), (0, 114), (40, 118), (86, 138), (64, 200), (0, 236), (-64, 200),
        ]  # fmt: skip
        path = torso.fill(hood, mix(clothes.colour, (255, 250, 240), 0.08))
        torso.sketch.drawing.path(path, stroke=torso.dark(clothes.colour), width=3, opacity=0.6)
    elif clothes.style not in ("dress", "t-shirt"):
        collar: list[Point] = [(-48, 112), (0, 104), (48, 112), (58, 142), (0, 152), (-58, 142)]
        colour = clothes.under if clothes.style in ("apron", "overalls") else clothes.colour
        path = torso.fill(collar, mix(colour, (255, 250, 240), 0.08))
        torso.sketch.drawing.path(path, stroke=torso.dark(colour), width=3, opacity=0.5)


def draw_head_from_behind(sketch: Sketch) -> None:
    """Draw ears, hair and hat from behind."""
    look, drawing = sketch.look, sketch.drawing
    wide = sketch.half_width
    for side in (-1, 1):
        skin = mix(look.skin, (206, 90, 80), 0.2)
        drawing.ellipse((side * (wide + 1), 18), 10, 18, sketch.tone(skin, side * 0.75))
    bare = look.hair.style == "bald"
    skull = _skull(wide + (0 if bare else 7), 52.0 if bare else 66.0)
    drawing.path(
        closed(skull),
        sketch.shading.round(drawing, look.skin if bare else look.hair.colour, -wide - 8, wide + 8),
    )
    draw_rim(sketch, _draw_style(sketch) or skull, look.skin if bare else look.hair.colour)
    draw_hat_from_behind(sketch)


def _skull(wide: float, low: float) -> list[Point]:
    right: list[Point] = [
        (0.55 * wide, -100), (0.93 * wide, -64), (wide, -10), (0.9 * wide, 38), (0.5 * wide, low),
    ]  # fmt: skip
    return [(0, -110), *right, (0, low + 6), *[(-x, y) for x, y in reversed(right)]]


def _draw_style(sketch: Sketch) -> list[Point] | None:
    """Draw what is special about the hair; return its outline where it hides the skull's."""
    look, drawing = sketch.look, sketch.drawing
    style, wide = look.hair.style, sketch.half_width
    colour = look.hair.colour
    if style in ("long", "wavy", "bob"):
        low = 92.0 if style == "bob" else 226.0
        right: list[Point] = [
            (0.6 * wide, -104), (wide + 8, -56), (wide + 12, 30), (wide + 10, low - 30),
            (0.6 * wide, low),
        ]  # fmt: skip
        mane = [(0.0, -114.0), *right, (0.0, low + 4), *[(-x, y) for x, y in reversed(right)]]
        drawing.path(closed(mane), sketch.shading.round(drawing, colour, -wide - 12, wide + 12))
        _draw_falls(sketch, low)
        return mane
    if style in ("curls", "afro"):
        reach = 1.0 if style == "curls" else 1.3
        for row in range(7):
            y = -96 + 25 * row
            half = wide * reach * (1 - (row - 3) ** 2 / 18)
            for step in range(-3, 4):
                draw_curl(sketch, (half * step / 3 * 0.96 + 5 * (row % 2), y), 20)
    elif style == "bun":
        drawing.ellipse((0, -30), 36, 32, sketch.tone(mix(colour, (20, 10, 20), 0.25)))
        drawing.ellipse((0, -33), 33, 28, sketch.tone(colour, 0.3 * sketch.shading.lit_side))
        _draw_falls(sketch, 30)
    elif style == "ponytail":
        tail: list[Point] = [
            (-20, -34), (22, -34), (34, 40), (22, 150), (2, 214), (-20, 150), (-30, 40),
        ]  # fmt: skip
        drawing.path(closed(tail), sketch.tone(mix(colour, (20, 10, 20), 0.12)))
        drawing.box((-19, -40), (38, 13), sketch.tone((150, 50, 60)), rounding=6)
    elif style == "braid":
        draw_braid(sketch, (0, 40), 1)
    elif style == "pigtails":
        draw_braid(sketch, (-wide * 0.8, 60), -1)
        draw_braid(sketch, (wide * 0.8, 60), 1)
    elif style == "balding":
        drawing.ellipse((0, -62), 0.72 * wide, 44, sketch.tone(look.skin))
    elif style != "bald":
        _draw_falls(sketch, 62)
    return None


def _draw_falls(sketch: Sketch, low: float) -> None:
    """Draw lines of hair from the crown down."""
    dark: Colour = mix(sketch.tone(sketch.look.hair.colour), (20, 10, 20), 0.45)
    for x in (-52, -30, -10, 12, 34, 54):
        points = [(0.2 * x, -92), (0.8 * x, -50), (x, 0), (0.94 * x, low - 12)]
        sketch.drawing.path(curve(points), stroke=dark, width=2, opacity=0.28)


def draw_hat_from_behind(sketch: Sketch) -> None:
    """Draw the hat from behind."""
    hat, drawing = sketch.look.hat, sketch.drawing
    wide = sketch.half_width
    if hat.style == "none":
        return

    def fill(right: Sequence[Point], top: float, low: float, colour: Colour) -> None:
        shape = [(0.0, top), *right, (0.0, low), *[(-x, y) for x, y in reversed(right)]]
        reach = max(x for x, _ in right)
        drawing.path(closed(shape), sketch.shading.round(drawing, colour, -reach, reach))

    if hat.style in ("hood", "headscarf"):
        cloth = [(0.6 * wide, -122), (wide + 18, -70), (wide + 22, 20), (wide + 6, 110), (50, 150)]
        fill(cloth, -130, 160, hat.colour)
    elif hat.style == "brim":
        drawing.ellipse((0, -50), wide + 62, 24, sketch.tone(hat.colour))
        crown = [(0.6 * wide, -136), (0.95 * wide, -110), (0.98 * wide, -54)]
        fill(crown, -134, -44, mix(hat.colour, (255, 250, 240), 0.06))
    elif hat.style == "peaked":
        crown = [(0.6 * wide, -134), (1.36 * wide, -110), (1.08 * wide, -72), (1.06 * wide, -40)]
        fill(crown, -142, -34, hat.colour)
        band = mix(hat.colour, (8, 8, 14), 0.45)
        fill([(1.07 * wide, -74), (1.06 * wide, -44)], -70, -36, band)
    elif hat.style == "top hat":
        drawing.ellipse((0, -56), wide + 26, 16, sketch.tone(hat.colour))
        fill([(0.96 * wide, -198), (0.9 * wide, -130), (0.94 * wide, -60)], -202, -50, hat.colour)
    elif hat.style == "crown":
        fill([(0.9 * wide, -128), (0.84 * wide, -84)], -126, -74, hat.colour)
    elif hat.style == "toque":
        puff = [(0.6 * wide, -182), (1.18 * wide, -164), (1.1 * wide, -116), (0.9 * wide, -62)]
        fill(puff, -180, -52, hat.colour)
    elif hat.style == "pointed":
        drawing.ellipse((0, -58), wide + 44, 18, sketch.tone(hat.colour))
        fill([(0.16 * wide, -200), (0.55 * wide, -130), (0.92 * wide, -60)], -236, -50, hat.colour)
    else:
        low = 10.0 if hat.style == "helmet" else -36.0
        dome = [(0.6 * wide, -122), (1.05 * wide, -76), (1.1 * wide, -40), (1.02 * wide, low)]
        fill(dome, -130, low + 8, hat.colour)
