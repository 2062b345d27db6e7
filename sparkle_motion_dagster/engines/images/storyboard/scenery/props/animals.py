"""Animals and their traces, in metres."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen


def cat(pen: Pen, dice: Dice) -> None:
    """Draw a cat that sits there."""
    fur = dice.pick(((112, 112, 120), (60, 58, 66), (206, 140, 84), (222, 214, 204)))
    pen.shadow(0.24, 0.4)
    tone = pen.round(0, 0.15, fur)
    pen.stroke([(0.12, 0.04), (0.3, 0.04), (0.36, 0.16), (0.3, 0.26)], 0.055, pen.air.half(fur))
    pen.blob([(-0.14, 0), (-0.13, 0.2), (-0.07, 0.34), (0.05, 0.34), (0.15, 0.18), (0.17, 0)], tone)
    pen.oval(-0.06, 0.4, 0.115, 0.1, tone)
    for x in (-0.13, 0.01):
        pen.shape([(x - 0.04, 0.45), (x + 0.05, 0.46), (x, 0.56)], pen.air.half(fur))
    for x in (-0.1, -0.03):
        pen.oval(x, 0.41, 0.016, 0.022, pen.air.own((220, 216, 110)))
    pen.oval(-0.065, 0.375, 0.012, 0.009, pen.air.half((220, 140, 140)))


def sleeping_cats(pen: Pen, dice: Dice) -> None:
    """Draw a cat asleep with kittens around it."""
    for x, size in ((0.0, 1.0), (-0.38, 0.5), (0.36, 0.5), (-0.2, 0.42), (0.2, 0.44), (0.52, 0.4)):
        part = pen.moved(x, 0 if size == 1 else -0.06, size, mirrored=1 if x < 0 else -1)
        fur = dice.pick(((120, 120, 128), (136, 134, 140), (104, 102, 112)))
        part.shadow(0.3, 0.4)
        body = [(-0.28, 0.0), (-0.26, 0.16), (0.0, 0.25), (0.24, 0.17), (0.28, 0.0)]
        part.blob(body, part.round(0, 0.28, fur))
        part.oval(-0.2, 0.1, 0.11, 0.09, part.air.lit(fur))
        for ear in (-0.27, -0.16):
            part.shape([(ear - 0.03, 0.15), (ear + 0.04, 0.16), (ear, 0.23)], part.air.half(fur))
        part.stroke(
            [(-0.24, 0.09), (-0.2, 0.08), (-0.17, 0.09)], 0.012, part.air.shade((50, 46, 52))
        )
        part.stroke([(0.26, 0.03), (0.1, -0.02), (-0.12, 0.0)], 0.05, part.air.half(fur))


def dog(pen: Pen, dice: Dice) -> None:
    """Draw a dog that stands there."""
    fur = dice.pick(((160, 110, 72), (90, 84, 84), (210, 186, 150)))
    pen.shadow(0.5, 0.4)
    dark = pen.air.shade(fur)
    for x in (-0.26, -0.16, 0.22, 0.32):
        pen.line([(x, 0.34), (x + 0.01, 0.02)], 0.075, dark)
    body = [(-0.36, 0.32), (-0.36, 0.56), (0.1, 0.56), (0.36, 0.62), (0.38, 0.36), (0, 0.3)]
    pen.blob(body, pen.round(0, 0.36, fur))
    pen.stroke([(-0.34, 0.52), (-0.5, 0.62), (-0.54, 0.78)], 0.06, dark)
    pen.blob(
        [(0.26, 0.5), (0.28, 0.76), (0.42, 0.84), (0.54, 0.76), (0.68, 0.68), (0.66, 0.6),
         (0.46, 0.56)],
        pen.air.half(fur),
    )  # fmt: skip
    pen.blob([(0.3, 0.8), (0.26, 0.62), (0.36, 0.62), (0.4, 0.8)], dark)
    pen.oval(0.67, 0.66, 0.03, 0.025, (30, 26, 30))


def horse(pen: Pen, dice: Dice) -> None:
    """Draw a horse."""
    coat = dice.pick(((128, 82, 56), (70, 58, 56), (226, 220, 210)))
    pen.shadow(1.1, 0.4)
    dark = pen.air.shade(coat)
    for x, lean in ((-0.62, -0.05), (-0.42, 0.05), (0.42, -0.04), (0.6, 0.06)):
        pen.stroke([(x, 0.85), (x + lean, 0.45), (x + lean * 0.6, 0.03)], 0.13, dark)
    pen.blob(
        [(-0.78, 0.95), (-0.7, 1.36), (0, 1.36), (0.6, 1.5), (0.74, 1.05), (0.3, 0.8), (-0.4, 0.8)],
        pen.round(0, 0.7, coat),
    )
    neck = [(0.38, 1.3), (0.66, 1.9), (0.9, 2.1), (1.08, 1.98), (0.92, 1.7), (0.78, 1.2)]
    pen.blob(neck, pen.air.half(coat))
    pen.blob([(0.8, 2.12), (1.0, 2.1), (1.34, 1.82), (1.26, 1.7), (0.96, 1.82)], pen.air.lit(coat))
    mane = [(0.34, 1.4), (0.46, 1.9), (0.8, 2.2), (0.72, 1.9), (0.56, 1.4)]
    pen.blob(mane, pen.air.shade((52, 40, 40)))
    pen.stroke([(-0.74, 1.28), (-0.98, 1.05), (-0.96, 0.5)], 0.12, pen.air.shade((52, 40, 40)))


def birds(pen: Pen, dice: Dice) -> None:
    """Draw a flock of birds in the air, about a unit wide each."""
    dark = pen.air.shade((60, 60, 72))
    for _ in range(9):
        x, y, size = dice.between(-7, 7), dice.between(-2, 2.4), dice.between(0.5, 1.0)
        lift = dice.between(0.1, 0.35) * size
        wings: list[Point] = [
            (x - size, y + lift), (x - 0.4 * size, y + 1.2 * lift), (x, y),
            (x + 0.4 * size, y + 1.2 * lift), (x + size, y + lift),
        ]  # fmt: skip
        pen.stroke(wings, 0.1 * size, dark)


def moth(pen: Pen, _dice: Dice) -> None:
    """Draw a moth in the air, about a unit wide."""
    pale = pen.air.own((244, 240, 224))
    for side in (-1, 1):
        pen.blob([(0, 0.05), (side * 0.3, 0.45), (side * 0.62, 0.4), (side * 0.5, 0.1)], pale)
        hind_wing = [(0, 0.0), (side * 0.4, -0.02), (side * 0.36, -0.3), (side * 0.1, -0.22)]
        pen.blob(hind_wing, pen.air.half((230, 222, 200)))
        pen.oval(side * 0.4, 0.3, 0.06, 0.06, pen.air.shade((150, 130, 110)))
    pen.oval(0, 0, 0.05, 0.2, pen.air.shade((120, 104, 90)))
    pen.glow(0, 0.05, 1.6, (220, 226, 240), 0.35)


def paw_prints(pen: Pen, _dice: Dice) -> None:
    """Draw a trail of paw prints that leads away, as seen from above."""
    for step in range(8):
        x = (0.2 if step % 2 else -0.2) + 0.1 * step
        paw_print(pen.moved(x, 0.34 * step), 0.22 * (1 - 0.07 * step), 0.8)


def paw_print(pen: Pen, size: float, flat: float) -> None:
    """Draw one paw print; `flat` is how much of its length is seen, from 0 (none) to 1."""
    colour = pen.air.half((104, 56, 120))
    pen.oval(0, 0, size * 0.6, size * 0.42 * flat, colour, 0.85)
    for toe in (-0.6, -0.2, 0.2, 0.6):
        up = size * (0.72 - 0.5 * abs(toe)) * flat
        pen.oval(toe * size, up, size * 0.19, size * 0.2 * flat, colour, 0.85)
