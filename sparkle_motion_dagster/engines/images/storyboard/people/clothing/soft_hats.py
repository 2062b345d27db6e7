"""Hats of cloth: caps, berets, hoods, scarves."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.clothing.hat_making import (
    fill,
    line,
    mirrored,
    shade_forehead,
    visor,
)
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch


def draw_cap(sketch: Sketch) -> None:
    """Draw a cap with a visor."""
    hat = sketch.look.hat
    size, wide = hat.size, (sketch.half_width + 9) * hat.size
    base = -46 + 42 * (size - 1)
    right = [
        (0.5 * wide, -122 * size), (0.98 * wide, -92 * size), (1.1 * wide, base - 8),
        (0.98 * wide, base + 6), (0.5 * wide, base + 4),
    ]  # fmt: skip
    shade_forehead(sketch, base + 14)
    fill(sketch, mirrored((0, -128 * size), right), hat.colour, 1.1 * wide)
    dark = mix(sketch.tone(hat.colour), (16, 10, 20), 0.35)
    for x in (-0.42, 0.42):
        seam = [(0, -126 * size), (x * wide, -100 * size), (x * 1.5 * wide, base)]
        line(sketch, seam, dark, 2, 0.5, 0.0)
    sketch.drawing.ellipse(sketch.round_head(0, -127 * size, -0.1), 6, 4, dark)
    visor(sketch, base + 2, mix(hat.colour, (20, 14, 24), 0.22), 0.92 * wide, 24)


def draw_beret(sketch: Sketch) -> None:
    """Draw a beret, worn aslant."""
    hat, wide = sketch.look.hat, sketch.half_width
    lean = -1 if sketch.look.hair.parting > 0 else 1
    shade_forehead(sketch, -56)
    points = [
        (lean * (wide + 34), -92), (lean * 0.8 * wide, -124), (0, -130),
        (-lean * 0.75 * wide, -112), (-lean * (wide + 6), -72),
    ]  # fmt: skip
    points += [
        (-lean * 0.6 * wide, -62), (0, -66), (lean * 0.7 * wide, -58), (lean * (wide + 18), -66),
    ]  # fmt: skip
    fill(sketch, points, hat.colour, wide + 34)
    dark = mix(sketch.tone(hat.colour), (14, 10, 22), 0.35)
    rim = [(-lean * (wide + 2), -68), (-lean * 0.5 * wide, -62), (lean * 0.6 * wide, -58)]
    line(sketch, rim, dark, 3, 0.6, 0)
    line(sketch, [(0, -128), (2, -138)], dark, 4, 1, -0.1)


def draw_beanie(sketch: Sketch) -> None:
    """Draw a woollen hat with its fold."""
    hat, wide = sketch.look.hat, sketch.half_width + 7
    right = [(0.6 * wide, -120), (0.98 * wide, -84), (1.02 * wide, -44), (0.5 * wide, -40)]
    shade_forehead(sketch, -34)
    fill(sketch, mirrored((0, -130), [*right, (0, -40)]), hat.colour, wide)
    fold = [(0.6 * wide, -66), (1.04 * wide, -72), (1.06 * wide, -42), (0.6 * wide, -34), (0, -31)]
    fill(sketch, mirrored((0, -62), fold), mix(hat.colour, (255, 250, 240), 0.1), 1.05 * wide, 0.05)
    dark = mix(sketch.tone(hat.colour), (14, 10, 22), 0.35)
    for step in range(-4, 5):
        x = 0.23 * wide * step
        line(sketch, [(x, -62 - 1.6 * abs(step)), (x, -34 - 1.2 * abs(step))], dark, 2, 0.4, 0.05)


def draw_toque(sketch: Sketch) -> None:
    """Draw a cook's hat."""
    hat, wide = sketch.look.hat, sketch.half_width
    puff = [
        (0.5 * wide, -184), (1.16 * wide, -170), (1.2 * wide, -128), (0.86 * wide, -106), (0, -100),
    ]  # fmt: skip
    fill(sketch, mirrored((0, -176), puff), hat.colour, 1.2 * wide)
    band = [(0.88 * wide, -112), (0.9 * wide, -66), (0.5 * wide, -58), (0, -55)]
    shape = mirrored((0, -104), [(0.5 * wide, -106), *band])
    fill(sketch, shape, mix(hat.colour, (200, 200, 210), 0.25), wide, 0.05)
    dark = mix(sketch.tone(hat.colour), (90, 80, 100), 0.4)
    for x in (-0.56, -0.2, 0.2, 0.56):
        line(sketch, [(x * wide, -110), (x * 1.3 * wide, -150)], dark, 2.4, 0.5, 0)


def draw_hood(sketch: Sketch) -> None:
    """Draw a hood around the face."""
    hat, wide = sketch.look.hat, sketch.half_width
    outer = [
        (0.6 * wide, -126), (wide + 16, -80), (wide + 26, -10), (wide + 22, 70), (wide + 2, 132),
        (36, 158),
    ]  # fmt: skip
    inner = [
        (30, 140), (wide - 14, 96), (wide - 2, 40), (wide - 3, -16), (wide - 16, -58),
        (0.45 * wide, -84),
    ]  # fmt: skip
    front = 0.12
    right = [sketch.round_head(x, y, front) for x, y in [(0, -134), *outer, *inner, (0, -91)]]
    left = [sketch.round_head(-x, y, front) for x, y in [(0, -134), *outer, *inner, (0, -91)]]
    for side, points in ((1, right), (-1, left)):
        level = sketch.shading.round(sketch.drawing, hat.colour, -wide - 26, wide + 26)
        sketch.drawing.path(curve(points[:7]) + curve(points[7:]).replace("M", "L", 1) + "Z", level)
        dark = mix(sketch.tone(hat.colour, 0.6 * side), (14, 10, 22), 0.4)
        sketch.drawing.path(curve(points[7:]), stroke=dark, width=3.4, opacity=0.7)


def draw_headscarf(sketch: Sketch) -> None:
    """Draw a headscarf, knotted under the chin."""
    hat, wide = sketch.look.hat, sketch.half_width
    outer = [
        (0.6 * wide, -108), (wide + 8, -66), (wide + 11, -4), (wide + 4, 58), (50, 104), (0, 122),
    ]  # fmt: skip
    inner = [
        (0, 108), (40, 92), (wide - 12, 54), (wide - 6, 0), (wide - 14, -44), (0.45 * wide, -70),
    ]  # fmt: skip
    for side in (-1, 1):
        points = [
            sketch.round_head(side * x, y, 0.14) for x, y in [(0, -114), *outer, *inner, (0, -78)]
        ]
        paint = sketch.shading.round(sketch.drawing, hat.colour, -wide - 12, wide + 12)
        sketch.drawing.path(curve(points[:7]) + curve(points[7:]).replace("M", "L", 1) + "Z", paint)
        dark = mix(sketch.tone(hat.colour, 0.6 * side), (14, 10, 22), 0.35)
        sketch.drawing.path(curve(points[7:]), stroke=dark, width=2.4, opacity=0.5)
        fold = [(0.2 * wide, -100), (0.72 * wide, -62), (0.95 * wide, 0), (0.86 * wide, 60)]
        line(sketch, [(side * x, y) for x, y in fold], dark, 2, 0.4, 0.1)
    knot = sketch.round_head(0, 118 + sketch.jaw_drop, 0.4)
    colour = sketch.tone(hat.colour)
    for side in (-1, 1):
        end = [
            knot,
            (knot[0] + side * 18, knot[1] + 12),
            (knot[0] + side * 20, knot[1] + 46),
            (knot[0] + side * 6, knot[1] + 40),
        ]
        sketch.drawing.path(closed(end), mix(colour, (14, 10, 22), 0.15))
    sketch.drawing.ellipse(knot, 10, 9, colour)
