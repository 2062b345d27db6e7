"""What burns in a room: stove, oven and fireplace, in metres."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen

WOOD: Colour = (142, 100, 72)
_FIRE: Colour = (255, 148, 56)


def stove(pen: Pen) -> None:
    """Stand an iron stove, a fire behind its door, against the wall."""
    iron: Colour = (72, 72, 80)
    pen.box(-0.15, 1.0, 0.3, 2.0, pen.round(0, 0.15, iron))
    pen.box(-0.55, 0.08, 1.1, 0.92, pen.fade(0, 1, pen.air.shade(iron), pen.air.half(iron)))
    pen.box(-0.62, 0.98, 1.24, 0.07, pen.air.half((110, 110, 118)))
    pen.box(-0.34, 0.3, 0.68, 0.44, (120, 40, 24))
    pen.box(-0.29, 0.34, 0.58, 0.34, pen.fade(0.3, 0.7, (255, 190, 84), (226, 96, 40)))
    pen.box(-0.02, 0.3, 0.04, 0.44, (60, 34, 30))
    pen.glow(0, 0.5, 2.0, _FIRE, 0.6)
    pen.oval(0.28, 1.16, 0.17, 0.13, pen.round(0.28, 0.17, (120, 134, 140)))


def brick_oven(pen: Pen) -> None:
    """Build a baker's oven, its fire glowing behind the iron door."""
    brick: Colour = (166, 100, 78)
    hood = [(-1.3, 0), (1.3, 0), (1.3, 1.7), (0.9, 2.9), (-0.9, 2.9), (-1.3, 1.7)]
    pen.shape(hood, pen.fade(0, 2.6, pen.air.half(brick), pen.air.shade(brick)))
    dark = pen.air.shade((120, 70, 58))
    for row in range(12):
        y = 0.16 + 0.22 * row
        half = 1.3 if y < 1.7 else 1.3 - 0.33 * (y - 1.7)
        pen.line([(-half, y), (half, y)], 0.014, dark, 0.6)
        for step in range(5):
            x = -1.1 + 0.5 * step + (0.25 if row % 2 else 0)
            if abs(x) < half:
                pen.line([(x, y), (x, y + 0.22)], 0.014, dark, 0.6)
    arch = [
        (-0.62, 0.75), (-0.62, 1.15), (-0.35, 1.45), (0, 1.54), (0.35, 1.45), (0.62, 1.15),
        (0.62, 0.75),
    ]  # fmt: skip
    pen.blob([(x * 1.16, 0.7 + (y - 0.75) * 1.18) for x, y in arch], pen.air.shade((62, 58, 64)))
    pen.blob(arch, pen.fade(0.75, 1.5, (255, 206, 104), (214, 84, 36)))
    for x, tall in ((-0.3, 0.34), (0.0, 0.46), (0.28, 0.3)):
        pen.blob(
            [(x - 0.12, 0.78), (x - 0.07, 0.78 + 0.6 * tall), (x, 0.78 + tall),
             (x + 0.09, 0.78 + 0.5 * tall), (x + 0.12, 0.78)],
            (255, 232, 150),
            0.85,
        )  # fmt: skip
    pen.oval(0, 0.84, 0.26, 0.07, (120, 62, 40))
    pen.oval(0, 0.88, 0.24, 0.06, (226, 156, 84))
    pen.box(-1.0, 0.6, 2.0, 0.1, pen.air.half((110, 108, 112)))
    pen.glow(0, 1.1, 3.0, _FIRE, 0.85)


def fireplace(pen: Pen) -> None:
    """Build an open fireplace."""
    stone: Colour = (150, 140, 134)
    pen.shape(
        [(-0.95, 0), (0.95, 0), (0.95, 1.3), (0.55, 1.6), (0.55, 2.7), (-0.55, 2.7), (-0.55, 1.6),
         (-0.95, 1.3)],
        pen.fade(0, 2.6, pen.air.half(stone), pen.air.shade(stone)),
    )  # fmt: skip
    pen.box(-1.05, 1.25, 2.1, 0.12, pen.air.half(WOOD))
    pen.blob([(-0.58, 0.05), (-0.58, 0.7), (0, 1.0), (0.58, 0.7), (0.58, 0.05)], (40, 24, 24))
    flames(pen, 0.55)


def flames(pen: Pen, size: float) -> None:
    """Draw a fire."""
    for left, right in ((0.1, 0.22), (0.22, 0.1)):
        log = [(-0.7 * size, left * size), (0.7 * size, right * size)]
        pen.line(log, 0.16 * size, pen.air.shade((90, 60, 46)))
    for scale, colour in ((1.0, (226, 92, 40)), (0.72, (255, 160, 60)), (0.42, (255, 228, 140))):
        pen.blob(
            [(-0.55 * size * scale, 0.16 * size), (-0.4 * size * scale, 0.6 * size * scale),
             (-0.12 * size, 0.75 * size * scale), (0.02 * size, 1.35 * size * scale),
             (0.2 * size * scale, 0.75 * size * scale), (0.5 * size * scale, 0.7 * size * scale),
             (0.5 * size * scale, 0.16 * size)],
            colour,
            0.95,
        )  # fmt: skip
    pen.glow(0, 0.6 * size, 6.5 * size, _FIRE, 0.85)
