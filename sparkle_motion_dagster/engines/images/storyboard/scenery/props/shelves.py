"""What stands on shelves and tables of a room, in metres."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen

WOOD: Colour = (142, 100, 72)
_SPINES: tuple[Colour, ...] = (
    (150, 66, 58), (62, 92, 98), (176, 138, 82), (86, 74, 104), (200, 178, 140), (84, 110, 82),
)  # fmt: skip


def bookcase(pen: Pen, dice: Dice, width: float, height: float) -> None:
    """Stand a bookcase against the wall."""
    half = width / 2
    pen.box(-half, 0, width, height, pen.air.shade(mix(WOOD, (50, 30, 24), 0.4)))
    y = 0.12
    while y < height - 0.35:
        x = -half + 0.07
        while x < half - 0.14:
            wide, tall = dice.between(0.05, 0.1), dice.between(0.22, 0.33)
            if not dice.happens(0.08):
                spine = dice.pick(_SPINES)
                colour = pen.air.half(spine) if dice.happens(0.6) else pen.air.lit(spine)
                pen.box(x, y, wide * 0.9, tall, colour)
            x += wide
        pen.box(-half, y - 0.05, width, 0.05, pen.air.half(WOOD))
        y += 0.42


def shelf(pen: Pen, dice: Dice, width: float, *, bread: bool = False) -> None:
    """Hang a shelf with jars and plates, or loaves, on the wall."""
    half = width / 2
    pen.box(-half, -0.05, width, 0.05, pen.air.half(WOOD))
    x = -half + 0.08
    while x < half - 0.12:
        size = dice.between(0.06, 0.1)
        if bread:
            pen.oval(x + size, 0.08, size * 1.5, 0.09, pen.round(x + size, size, (206, 148, 84)))
            x += 3.1 * size
            continue
        colour = dice.pick(((226, 212, 190), (176, 92, 72), (108, 138, 140), (214, 170, 100)))
        tall = dice.between(0.12, 0.26)
        pen.box(x, 0, size * 1.5, tall, pen.round(x + size * 0.75, size * 0.75, colour))
        pen.box(x + size * 0.2, tall, size * 1.1, 0.03, pen.air.shade(WOOD))
        x += size * 1.5 + 0.05


def loaves(pen: Pen, dice: Dice) -> None:
    """Lay loaves on a table."""
    for x in (-0.6, -0.25, 0.15, 0.55):
        wide = dice.between(0.13, 0.2)
        pen.oval(x, 0.07, wide, 0.085, pen.round(x, wide, (210, 150, 86)))
        for cut in (-0.4, 0.0, 0.4):
            notch = [(x + (cut - 0.1) * wide, 0.1), (x + (cut + 0.1) * wide, 0.14)]
            pen.line(notch, 0.012, pen.air.lit((246, 214, 160)))


def pans(pen: Pen, dice: Dice) -> None:
    """Hang pans on the wall."""
    for step in range(3):
        x, size = -0.4 + 0.36 * step, dice.between(0.1, 0.15)
        pen.line([(x, 0.3), (x, size)], 0.03, pen.air.shade((90, 66, 52)))
        pen.oval(x, 0, size, size, pen.round(x, size, (186, 110, 72)))


def papers(pen: Pen, dice: Dice) -> None:
    """Scatter papers on a table."""
    for _ in range(5):
        x, y = dice.between(-0.5, 0.6), dice.between(-0.02, 0.05)
        sheet = [(x, y), (x + 0.2, y + 0.005), (x + 0.17, y + 0.045), (x - 0.02, y + 0.04)]
        pen.shape(sheet, pen.air.lit((240, 234, 218)))


def books(pen: Pen, dice: Dice) -> None:
    """Pile books on a table."""
    y = 0.0
    for _ in range(4):
        half = dice.between(0.12, 0.17)
        colour = dice.pick(_SPINES)
        shift = dice.between(-0.03, 0.03)
        pen.box(shift - half, y, 2 * half, 0.05, pen.air.half(colour))
        pen.box(shift + half * 0.86, y + 0.008, half * 0.14, 0.034, pen.air.lit((236, 226, 200)))
        y += 0.052


def glassware(pen: Pen, dice: Dice, width: float) -> None:
    """Stand flasks and tubes in a row, some with something that glows in them."""
    x = -width / 2
    while x < width / 2:
        size = dice.between(0.06, 0.11)
        colour = dice.pick(((96, 200, 180), (226, 150, 90), (150, 120, 210), (190, 214, 220)))
        pen.shape(
            [(x - size, 0), (x + size, 0), (x + size * 0.3, size * 2), (x - size * 0.3, size * 2)],
            pen.air.half((206, 222, 226)),
            0.6,
        )
        pen.shape(
            [(x - size * 0.9, 0.01), (x + size * 0.9, 0.01), (x + size * 0.55, size),
             (x - size * 0.55, size)],
            colour,
            0.85,
        )  # fmt: skip
        pen.box(x - size * 0.26, size * 2, size * 0.52, size, pen.air.half((206, 222, 226)))
        if dice.happens(0.4):
            pen.glow(x, size, 0.6, colour, 0.5)
        x += size * 3.2
    pen.box(-width / 2 - 0.1, -0.05, width + 0.2, 0.05, pen.air.half((190, 196, 196)))


def bottles(pen: Pen, dice: Dice, width: float) -> None:
    """Stand bottles in a row."""
    pen.box(-width / 2, -0.04, width, 0.05, pen.air.half(WOOD))
    x = -width / 2 + 0.08
    while x < width / 2 - 0.06:
        colour = dice.pick(
            ((86, 128, 90), (170, 96, 50), (206, 170, 96), (120, 60, 60), (96, 130, 140))
        )
        tall = dice.between(0.24, 0.34)
        pen.box(x - 0.045, 0, 0.09, tall * 0.65, pen.round(x, 0.05, colour))
        pen.box(x - 0.018, tall * 0.62, 0.036, tall * 0.38, pen.air.half(colour))
        pen.line(
            [(x + 0.02, 0.04), (x + 0.02, tall * 0.55)], 0.012, pen.air.own((255, 226, 170)), 0.6
        )
        x += dice.between(0.11, 0.16)
