"""Hats that keep their shape: peaked caps, brims, helmets, crowns."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve
from sparkle_motion_dagster.engines.images.storyboard.people.clothing.hat_making import (
    BRASS,
    fill,
    line,
    mirrored,
    shade_forehead,
    visor,
)
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch


def draw_peaked(sketch: Sketch) -> None:
    """Draw a peaked cap with its band and badge."""
    hat, wide = sketch.look.hat, sketch.half_width + 8
    shade_forehead(sketch, -36)
    right = [
        (0.6 * wide, -132), (1.3 * wide, -112), (1.32 * wide, -100), (1.02 * wide, -72),
        (0.5 * wide, -66),
    ]  # fmt: skip
    fill(sketch, mirrored((0, -142), right), hat.colour, 1.3 * wide)
    band = [(0.5 * wide, -72), (1.02 * wide, -78), (1.01 * wide, -52), (0.5 * wide, -44)]
    fill(
        sketch, mirrored((0, -70), [*band, (0, -42)]), mix(hat.colour, (8, 8, 14), 0.45), wide, 0.1
    )
    line(
        sketch,
        [(-0.98 * wide, -55), (-0.5 * wide, -47), (0, -45), (0.5 * wide, -47), (0.98 * wide, -55)],
        sketch.tone(BRASS),
        3.2,
        0.9,
        0.15,
    )
    visor(sketch, -46, (34, 34, 42), 0.86 * wide, 20)
    badge = sketch.round_head(0, -88, 0.4)
    sketch.drawing.ellipse(badge, 11, 12, sketch.tone(mix(BRASS, (80, 50, 20), 0.35)))
    sketch.drawing.ellipse(
        (badge[0] - 1, badge[1] - 1), 8, 9, sketch.tone(BRASS, 0.3 * sketch.shading.lit_side)
    )
    sketch.drawing.ellipse((badge[0] - 2, badge[1] - 4), 3, 3, sketch.shading.glint, 0.7)


def draw_crown(sketch: Sketch) -> None:
    """Draw a crown."""
    wide = sketch.half_width * 0.86
    gold = sketch.look.hat.colour
    base = [(-wide, -84), (-0.5 * wide, -76), (0, -73), (0.5 * wide, -76), (wide, -84)]
    spikes = [
        (wide * 1.1, -134), (0.66 * wide, -106), (0.5 * wide, -142), (0.2 * wide, -108), (0, -150),
        (-0.2 * wide, -108), (-0.5 * wide, -142), (-0.66 * wide, -106), (-wide * 1.1, -134),
    ]  # fmt: skip
    points = [sketch.round_head(x, y, 0.1) for x, y in spikes]
    path = (
        curve([sketch.round_head(x, y, 0.1) for x, y in base])
        + "L"
        + "L".join(f"{x:.2f},{y:.2f}" for x, y in points)
        + "Z"
    )
    sketch.drawing.path(path, sketch.shading.round(sketch.drawing, gold, -wide, wide))
    dark = mix(sketch.tone(gold), (80, 40, 10), 0.4)
    seam = [(-wide, -90), (-0.5 * wide, -83), (0, -80), (0.5 * wide, -83), (wide, -90)]
    line(sketch, seam, dark, 2, 0.7, 0.1)
    for x, y in spikes[::2]:
        sketch.drawing.ellipse(
            sketch.round_head(x, y, 0.1), 5, 5, mix(sketch.tone(gold), sketch.shading.glint, 0.3)
        )
    sketch.drawing.ellipse(sketch.round_head(0, -96, 0.2), 6, 7, sketch.tone((176, 36, 60)))


def draw_helmet(sketch: Sketch) -> None:
    """Draw a helmet."""
    hat, wide = sketch.look.hat, sketch.half_width + 12
    shade_forehead(sketch, -44)
    right = [
        (0.62 * wide, -118), (1.02 * wide, -74), (1.08 * wide, -30), (1.02 * wide, 20),
        (0.9 * wide, 22), (0.86 * wide, -34), (0.5 * wide, -50),
    ]  # fmt: skip
    fill(sketch, mirrored((0, -126), [*right, (0, -52)]), hat.colour, 1.1 * wide)
    light = mix(sketch.tone(hat.colour, 0.5 * sketch.shading.lit_side), sketch.shading.glint, 0.5)
    side = sketch.shading.lit_side
    sheen = [(side * 0.76 * wide, -60), (side * 0.56 * wide, -92), (side * 0.16 * wide, -108)]
    line(sketch, sheen, light, 8, 0.5, 0)
    dark = mix(sketch.tone(hat.colour), (14, 10, 22), 0.45)
    line(
        sketch,
        [(-0.86 * wide, -36), (-0.5 * wide, -51), (0, -54), (0.5 * wide, -51), (0.86 * wide, -36)],
        dark,
        4,
        0.8,
        0.1,
    )


def draw_brim(sketch: Sketch) -> None:
    """Draw a hat with a brim."""
    hat, wide = sketch.look.hat, sketch.half_width
    shade_forehead(sketch, -46)
    right = [(0.5 * wide, -140), (0.86 * wide, -122), (0.98 * wide, -70), (0.5 * wide, -60)]
    fill(sketch, mirrored((0, -132), [*right, (0, -57)]), hat.colour, wide)
    band = [(0.97 * wide, -84), (0.99 * wide, -68), (0.5 * wide, -58), (0, -55)]
    ribbon = mirrored((0, -72), [(0.5 * wide, -75), *band])
    fill(sketch, ribbon, mix(hat.colour, (24, 16, 24), 0.6), wide, 0.05)
    brim = [(wide + 62, -66), (wide + 20, -46), (0.6 * wide, -48), (0, -46)]
    under = mirrored((0, -62), [(0.6 * wide, -66), (wide + 10, -72), *brim])
    fill(sketch, under, mix(hat.colour, (255, 250, 240), 0.06), wide + 62, 0.05)


def draw_top_hat(sketch: Sketch) -> None:
    """Draw a top hat."""
    hat, wide = sketch.look.hat, sketch.half_width
    shade_forehead(sketch, -54)
    right = [(0.98 * wide, -196), (0.9 * wide, -130), (0.92 * wide, -72), (0.5 * wide, -64)]
    fill(sketch, mirrored((0, -200), [(0.6 * wide, -200), *right, (0, -62)]), hat.colour, wide)
    edge = [(0.6 * wide, -70), (wide + 26, -84), (wide + 22, -72), (0.6 * wide, -56), (0, -53)]
    brim = mirrored((0, -68), edge)
    fill(sketch, brim, mix(hat.colour, (255, 255, 255), 0.08), wide + 26, 0.05)
    ribbon = [(-0.9 * wide, -86), (0, -76), (0.9 * wide, -86)]
    line(sketch, ribbon, sketch.tone((130, 50, 60)), 9, 0.9, 0.05)


def draw_pointed(sketch: Sketch) -> None:
    """Draw a pointed hat."""
    hat, wide = sketch.look.hat, sketch.half_width
    shade_forehead(sketch, -50)
    cone = [
        (-0.9 * wide, -66), (-0.6 * wide, -130), (-0.1 * wide, -190), (0.42 * wide, -236),
        (0.3 * wide, -186), (0.6 * wide, -130), (0.9 * wide, -66), (0, -58),
    ]  # fmt: skip
    fill(sketch, cone, hat.colour, wide)
    ribbon = [(-0.86 * wide, -80), (0, -70), (0.86 * wide, -80)]
    line(sketch, ribbon, sketch.tone(BRASS), 8, 0.9, 0.05)
    brim = [(0.6 * wide, -68), (wide + 44, -76), (wide + 26, -58), (0.6 * wide, -50), (0, -47)]
    fill(sketch, mirrored((0, -64), brim), mix(hat.colour, (255, 250, 255), 0.07), wide + 44, 0.05)
