"""Food and drink, each about one unit large, standing on its foot."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen

_PAPER: Colour = (244, 234, 210)


def pie(pen: Pen, dice: Dice) -> None:
    """Draw a pie in its dish, with a lattice and steam."""
    dish(pen, dice)
    pen.oval(0, 0.3, 0.62, 0.2, pen.round(0, 0.62, (222, 158, 86)))
    pen.oval(0, 0.34, 0.52, 0.155, pen.air.half((104, 44, 84)))
    crust = pen.air.lit((238, 186, 112))
    for x in (-0.34, -0.12, 0.1, 0.32):
        reach = 0.14 * (1 - (x / 0.6) ** 2) ** 0.5
        pen.line([(x - 0.05, 0.34 - reach), (x + 0.08, 0.34 + reach)], 0.05, crust)
    for y in (-0.07, 0.0, 0.07):
        reach = 0.5 * (1 - (y / 0.17) ** 2) ** 0.5
        pen.line(
            [(-reach, 0.34 + y), (reach, 0.34 + y + 0.015)], 0.045, pen.air.half((230, 172, 98))
        )
    for step in range(13):
        x = -0.58 + 1.16 * step / 12
        y = 0.31 - 0.165 * (1 - (x / 0.62) ** 2) ** 0.5
        pen.oval(x, y, 0.062, 0.05, pen.air.lit((236, 180, 104)))
    steam(pen.moved(0, 0.45), dice)


def dish(pen: Pen, _dice: Dice) -> None:
    """Draw an empty tin dish."""
    pen.shadow(0.74, 0.5)
    pen.shape(
        [(-0.6, 0.3), (0.6, 0.3), (0.46, 0.02), (-0.46, 0.02)], pen.round(0, 0.6, (170, 176, 184))
    )
    pen.oval(0, 0.02, 0.46, 0.05, pen.round(0, 0.46, (150, 156, 166)))
    pen.oval(0, 0.3, 0.63, 0.15, pen.round(0, 0.63, (196, 202, 208)))
    pen.oval(0, 0.29, 0.54, 0.115, pen.air.shade((160, 156, 160)))


def steam(pen: Pen, dice: Dice) -> None:
    """Draw steam that curls up."""
    colour = mix((255, 250, 240), pen.air.mood.key, 0.2)
    for x in (-0.24, 0.02, 0.26):
        bend = dice.between(0.08, 0.16)
        for width, opacity in ((0.12, 0.1), (0.06, 0.16), (0.025, 0.22)):
            pen.stroke(
                [(x, 0), (x + bend, 0.2), (x - bend * 0.7, 0.42), (x + bend * 0.8, 0.66), (x, 0.9)],
                width,
                colour,
                opacity,
            )


def bread(pen: Pen, _dice: Dice) -> None:
    """Draw a loaf."""
    pen.shadow(0.7, 0.45)
    pen.blob(
        [(-0.6, 0.06), (-0.62, 0.3), (-0.25, 0.5), (0.25, 0.5), (0.62, 0.3), (0.6, 0.06), (0, 0)],
        pen.round(0, 0.6, (206, 142, 78)),
    )
    for x in (-0.32, 0.0, 0.32):
        pen.stroke(
            [(x - 0.08, 0.28), (x, 0.4), (x + 0.1, 0.47)], 0.06, pen.air.lit((244, 208, 150))
        )


def cup(pen: Pen, dice: Dice) -> None:
    """Draw a steaming cup."""
    colour = dice.pick(((232, 226, 212), (96, 136, 146), (196, 96, 74), (226, 186, 104)))
    pen.shadow(0.6, 0.45)
    ring = [(0.3, 0.55), (0.58, 0.58), (0.6, 0.3), (0.3, 0.22)]
    pen.stroke(ring, 0.09, pen.air.half(colour))
    pen.shape(
        [(-0.38, 0.72), (0.38, 0.72), (0.28, 0.03), (-0.28, 0.03)], pen.round(0, 0.38, colour)
    )
    pen.oval(0, 0.04, 0.28, 0.05, pen.round(0, 0.3, colour))
    pen.oval(0, 0.72, 0.38, 0.1, pen.air.lit(colour))
    pen.oval(0, 0.71, 0.33, 0.075, pen.air.half((92, 58, 42)))
    steam(pen.moved(0, 0.74, 0.7), dice)


def bottle(pen: Pen, dice: Dice) -> None:
    """Draw a bottle and a glass."""
    colour = dice.pick(((72, 112, 82), (130, 78, 46), (110, 48, 58)))
    pen.shadow(0.4, 0.45)
    pen.blob(
        [(-0.18, 0), (-0.18, 0.55), (-0.07, 0.72), (-0.06, 1.0), (0.06, 1.0), (0.07, 0.72),
         (0.18, 0.55), (0.18, 0)],
        pen.round(0, 0.18, colour),
    )  # fmt: skip
    pen.box(-0.17, 0.2, 0.34, 0.26, pen.air.half(_PAPER))
    glass = pen.moved(0.42, 0)
    glass.line([(0, 0.02), (0, 0.22)], 0.03, pen.air.half((210, 220, 226)))
    glass.oval(0, 0.02, 0.11, 0.025, pen.air.half((210, 220, 226)))
    bowl = [(-0.12, 0.48), (-0.13, 0.3), (0, 0.2), (0.13, 0.3), (0.12, 0.48)]
    glass.blob(bowl, pen.air.lit((220, 230, 234)), 0.4)
    wine = [(-0.12, 0.36), (-0.11, 0.28), (0, 0.21), (0.11, 0.28), (0.12, 0.36)]
    glass.blob(wine, pen.air.half((140, 36, 50)), 0.9)


def apples(pen: Pen, dice: Dice) -> None:
    """Draw a few apples."""
    pen.shadow(0.7, 0.4)
    for x, y in ((-0.38, 0.2), (0.36, 0.2), (0.0, 0.22), (-0.16, 0.5)):
        colour = dice.pick(((206, 62, 52), (226, 150, 60), (150, 170, 70)))
        pen.oval(x, y, 0.22, 0.21, pen.round(x, 0.22, colour))
        pen.oval(x + pen.sunward * 0.08, y + 0.08, 0.05, 0.05, pen.air.lit((255, 240, 220)), 0.6)
        pen.stroke([(x, y + 0.18), (x + 0.03, y + 0.28)], 0.025, pen.air.shade((90, 66, 50)))


def crumbs(pen: Pen, dice: Dice) -> None:
    """Draw a ring of crumbs where something stood."""
    places = (
        (1, 0), (0.92, 0.38), (0.7, 0.7), (0.38, 0.92), (0, 1), (-0.38, 0.92), (-0.7, 0.7),
        (-0.92, 0.38), (-1, 0), (-0.92, -0.38), (-0.7, -0.7), (-0.38, -0.92), (0, -1),
        (0.38, -0.92), (0.7, -0.7), (0.92, -0.38),
    )  # fmt: skip
    pen.oval(0, 0.16, 0.56, 0.13, pen.air.shade((180, 150, 116)), 0.22)
    for x, y in places:
        for _ in range(4):
            reach = dice.between(0.85, 1.2)
            size = dice.between(0.012, 0.034)
            pen.oval(
                0.58 * x * reach,
                0.16 + 0.14 * y * reach,
                size,
                size * 0.8,
                pen.air.lit((222, 164, 92)) if dice.happens(0.6) else pen.air.shade((190, 130, 70)),
            )
