"""Small things for tables and sills, each about one unit large, standing on its foot."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen

_BRASS: Colour = (214, 168, 88)
_PAPER: Colour = (244, 234, 210)
_FLAME: Colour = (255, 206, 120)


def candle(pen: Pen, _dice: Dice) -> None:
    """Draw a burning candle."""
    pen.shadow(0.4, 0.4)
    pen.oval(0, 0.04, 0.3, 0.07, pen.air.half(_BRASS))
    pen.box(-0.11, 0.05, 0.22, 0.55, pen.round(0, 0.11, (246, 236, 214)))
    pen.oval(0, 0.6, 0.11, 0.03, (255, 240, 200))
    pen.blob([(0, 0.64), (-0.06, 0.74), (0, 0.96), (0.06, 0.74)], (255, 190, 90))
    pen.blob([(0, 0.66), (-0.03, 0.73), (0, 0.86), (0.03, 0.73)], (255, 246, 206))
    pen.glow(0, 0.78, 2.8, _FLAME, 0.55)


def lantern(pen: Pen, _dice: Dice) -> None:
    """Draw an oil lamp."""
    pen.shadow(0.45, 0.4)
    metal: Colour = (140, 104, 70)
    pen.shape([(-0.3, 0), (0.3, 0), (0.22, 0.18), (-0.22, 0.18)], pen.round(0, 0.3, metal))
    glass = [(-0.18, 0.18), (-0.26, 0.42), (-0.14, 0.7), (0.14, 0.7), (0.26, 0.42), (0.18, 0.18)]
    pen.blob(glass, (255, 226, 160), 0.75)
    pen.blob([(0, 0.22), (-0.08, 0.36), (0, 0.58), (0.08, 0.36)], (255, 246, 210))
    pen.shape([(-0.18, 0.7), (0.18, 0.7), (0.08, 0.84), (-0.08, 0.84)], pen.round(0, 0.18, metal))
    handle = [(-0.28, 0.2), (-0.32, 0.6), (0, 1.02), (0.32, 0.6), (0.28, 0.2)]
    pen.stroke(handle, 0.035, pen.air.half(metal))
    pen.glow(0, 0.42, 2.8, _FLAME, 0.55)


def book(pen: Pen, _dice: Dice) -> None:
    """Draw an open book."""
    pen.shadow(0.85, 0.4)
    for side in (-1, 1):
        pen.blob(
            [(0, 0.06), (side * 0.35, 0.02), (side * 0.8, 0.06), (side * 0.68, 0.34),
             (side * 0.3, 0.36), (0, 0.32)],
            pen.air.shade((120, 60, 50)),
        )  # fmt: skip
        page = pen.air.lit(_PAPER) if side == pen.sunward else pen.air.half(_PAPER)
        pen.blob(
            [(0, 0.1), (side * 0.34, 0.08), (side * 0.74, 0.1), (side * 0.64, 0.36),
             (side * 0.3, 0.4), (0, 0.34)],
            page,
        )  # fmt: skip
        for step in range(5):
            y = 0.15 + 0.04 * step
            line = [(side * 0.1, y), (side * (0.6 - 0.02 * step), y)]
            pen.line(line, 0.008, pen.air.shade((150, 140, 130)), 0.6)


def letter(pen: Pen, dice: Dice) -> None:
    """Draw a letter on its envelope."""
    pen.shadow(0.8, 0.35)
    pen.shape(
        [(-0.72, 0.02), (0.5, 0.0), (0.62, 0.34), (-0.56, 0.38)], pen.air.half((206, 178, 138))
    )
    pen.line([(-0.56, 0.38), (0.0, 0.14), (0.62, 0.34)], 0.014, pen.air.shade((160, 130, 100)))
    pen.shape([(-0.34, 0.1), (0.74, 0.14), (0.66, 0.48), (-0.38, 0.46)], pen.air.lit(_PAPER))
    for step in range(5):
        y = 0.4 - 0.055 * step
        line = [(-0.26, y), (0.0, y + 0.012), (0.25, y - 0.006), (dice.between(0.4, 0.6), y)]
        pen.stroke(line, 0.012, pen.air.shade((70, 70, 110)), 0.8)
    pen.oval(0.5, 0.2, 0.06, 0.045, pen.air.lit((176, 50, 46)))


def radio(pen: Pen, _dice: Dice) -> None:
    """Draw a radio set with its glowing dial and a microphone."""
    wood: Colour = (132, 88, 62)
    pen.shadow(0.85, 0.45)
    case = [(-0.7, 0), (0.7, 0), (0.7, 0.72), (0.6, 0.82), (-0.6, 0.82), (-0.7, 0.72)]
    pen.shape(case, pen.fade(0, 0.8, pen.air.shade(wood), pen.air.lit(wood)))
    pen.box(-0.58, 0.12, 0.56, 0.56, pen.air.shade((176, 150, 110)))
    for step in range(6):
        slot = [(-0.56, 0.17 + 0.09 * step), (-0.04, 0.17 + 0.09 * step)]
        pen.line(slot, 0.016, pen.air.shade((110, 86, 62)))
    pen.oval(0.32, 0.48, 0.22, 0.22, (255, 214, 130))
    pen.line([(0.32, 0.48), (0.42, 0.62)], 0.025, (120, 50, 36))
    pen.glow(0.32, 0.48, 1.2, _FLAME, 0.6)
    for x in (0.16, 0.32, 0.48):
        pen.oval(x, 0.14, 0.06, 0.06, pen.air.lit(_BRASS))
    pen.line([(0.55, 0.82), (0.8, 1.5)], 0.02, pen.air.half((190, 190, 196)))


def telephone(pen: Pen, dice: Dice) -> None:
    """Draw a telephone with a dial."""
    colour = dice.pick(((40, 40, 46), (150, 46, 46), (60, 96, 90)))
    pen.shadow(0.7, 0.45)
    base = [(-0.5, 0), (-0.4, 0.38), (-0.2, 0.5), (0.2, 0.5), (0.4, 0.38), (0.5, 0)]
    pen.blob(base, pen.round(0, 0.5, colour))
    pen.oval(0, 0.22, 0.2, 0.17, pen.air.lit((220, 214, 200)))
    pen.oval(0, 0.22, 0.07, 0.06, pen.air.shade(colour))
    pen.blob(
        [(-0.62, 0.42), (-0.56, 0.62), (-0.3, 0.62), (0, 0.68), (0.3, 0.62), (0.56, 0.62),
         (0.62, 0.42), (0.4, 0.44), (0, 0.54), (-0.4, 0.44)],
        pen.air.half(colour),
    )  # fmt: skip


def key(pen: Pen, _dice: Dice) -> None:
    """Draw an old key that lies there."""
    pen.shadow(0.8, 0.35)
    brass = pen.air.lit(_BRASS)
    pen.hoop((-0.5, 0.14), (0.2, 0.11), 0.07, brass)
    pen.line([(-0.3, 0.14), (0.65, 0.14)], 0.07, brass)
    for x in (0.42, 0.56):
        pen.box(x, 0.0, 0.07, 0.14, brass)


def watch(pen: Pen, dice: Dice) -> None:
    """Draw a pocket watch, or a compass: a dial with hands on its chain."""
    pen.shadow(0.5, 0.4)
    pen.stroke(
        [(0, 0.86), (0.3, 1.0), (0.5, 0.6), (0.8, 0.3), (0.95, 0.02)], 0.03, pen.air.half(_BRASS)
    )
    pen.oval(0, 0.42, 0.42, 0.42, pen.round(0, 0.42, _BRASS))
    pen.oval(0, 0.42, 0.34, 0.34, pen.air.lit((246, 240, 224)))
    for x, y in (
        (0, 1), (1, 0), (0, -1), (-1, 0), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7),
    ):  # fmt: skip
        pen.oval(0.28 * x, 0.42 + 0.28 * y, 0.02, 0.02, pen.air.shade((60, 56, 60)))
    turn = dice.between(-0.2, 0.2)
    pen.line([(0, 0.42), (turn, 0.68)], 0.022, pen.air.shade((60, 40, 40)))
    pen.line([(0, 0.42), (0.14, 0.36 + turn)], 0.032, pen.air.shade((60, 40, 40)))
    pen.box(-0.05, 0.83, 0.1, 0.07, pen.air.lit(_BRASS))


def knife(pen: Pen, _dice: Dice) -> None:
    """Draw a blade that lies there."""
    pen.shadow(0.85, 0.35)
    steel = pen.fade(0.08, 0.22, pen.air.lit((226, 232, 238)), pen.air.half((140, 150, 164)))
    pen.shape([(-0.2, 0.08), (0.85, 0.1), (0.6, 0.22), (-0.2, 0.22)], steel)
    pen.shape(
        [(-0.75, 0.07), (-0.2, 0.08), (-0.2, 0.22), (-0.75, 0.21)], pen.air.half((104, 66, 46))
    )
    pen.box(-0.24, 0.02, 0.06, 0.26, pen.air.lit(_BRASS))


def ring(pen: Pen, dice: Dice) -> None:
    """Draw a ring with a stone."""
    pen.shadow(0.45, 0.4)
    pen.hoop((0, 0.36), (0.34, 0.34), 0.09, pen.air.lit(_BRASS))
    stone = dice.pick(((120, 220, 226), (226, 70, 90), (150, 120, 230)))
    cut = [(-0.16, 0.76), (0.16, 0.76), (0.22, 0.88), (0.12, 1.0), (-0.12, 1.0), (-0.22, 0.88)]
    pen.shape(cut, pen.air.half(stone))
    facet = [(-0.06, 0.8), (0.08, 0.8), (0.04, 0.98), (-0.1, 0.98)]
    pen.shape(facet, pen.air.lit(mix(stone, (255, 255, 255), 0.6)))
    pen.glow(0, 0.88, 0.8, stone, 0.5)


def whistle(pen: Pen, _dice: Dice) -> None:
    """Draw a silver whistle."""
    pen.shadow(0.7, 0.35)
    silver: Colour = (206, 212, 220)
    pen.oval(-0.2, 0.26, 0.3, 0.25, pen.round(-0.2, 0.3, silver))
    pen.shape([(-0.1, 0.28), (0.7, 0.3), (0.7, 0.48), (-0.16, 0.5)], pen.air.lit(silver))
    pen.box(0.02, 0.4, 0.18, 0.1, pen.air.shade((80, 84, 92)))


def hat(pen: Pen, _dice: Dice) -> None:
    """Draw a straw hat."""
    straw: Colour = (230, 196, 124)
    pen.shadow(0.85, 0.4)
    pen.oval(0, 0.12, 0.8, 0.15, pen.round(0, 0.8, straw))
    pen.blob(
        [(-0.4, 0.14), (-0.38, 0.4), (-0.15, 0.52), (0.15, 0.52), (0.38, 0.4), (0.4, 0.14),
         (0, 0.08)],
        pen.round(0, 0.4, straw),
    )  # fmt: skip
    pen.stroke([(-0.4, 0.2), (0, 0.14), (0.4, 0.2)], 0.09, pen.air.half((150, 60, 56)))


def vase(pen: Pen, dice: Dice) -> None:
    """Draw flowers in a pot."""
    pot = dice.pick(((190, 108, 80), (86, 120, 140), (226, 214, 190)))
    petals = dice.pick(((216, 72, 74), (240, 170, 190), (250, 206, 96), (170, 130, 206)))
    leaf: Colour = (86, 132, 84)
    pen.shadow(0.5, 0.45)
    heads = [
        (-0.36, 0.82), (-0.14, 0.98), (0.12, 0.92), (0.36, 0.8), (0.0, 0.78), (-0.24, 0.68),
        (0.26, 0.66),
    ]  # fmt: skip
    for x, y in heads:
        pen.stroke([(x * 0.2, 0.4), (x * 0.7, 0.6), (x, y)], 0.025, pen.air.shade(leaf))
    for x in (-0.42, -0.2, 0.2, 0.44):
        blade = [(x * 0.3, 0.42), (x * 0.8 - 0.05, 0.6), (x * 1.15, 0.62), (x * 0.8, 0.48)]
        pen.blob(blade, pen.air.half(leaf))
    for x, y in heads:
        for dx, dy in ((-0.07, 0), (0.07, 0), (0, 0.07), (0, -0.06)):
            pen.oval(
                x + dx, y + dy, 0.07, 0.065, pen.air.half(petals) if dy < 0 else pen.air.lit(petals)
            )
        pen.oval(x, y, 0.035, 0.035, pen.air.lit((250, 222, 130)))
    pen.shape([(-0.28, 0.42), (0.28, 0.42), (0.2, 0), (-0.2, 0)], pen.round(0, 0.28, pot))
    pen.box(-0.31, 0.38, 0.62, 0.08, pen.air.lit(pot))


def piece_of_clockwork(pen: Pen, dice: Dice) -> None:
    """Draw a clock that stands on its feet."""
    wood: Colour = (132, 84, 60)
    pen.shadow(0.6, 0.45)
    case = [(-0.5, 0), (-0.44, 0.5), (-0.3, 0.86), (0, 1.0), (0.3, 0.86), (0.44, 0.5), (0.5, 0)]
    pen.blob(case, pen.round(0, 0.5, wood))
    pen.oval(0, 0.56, 0.31, 0.31, pen.air.lit(_BRASS))
    pen.oval(0, 0.56, 0.27, 0.27, pen.air.lit((248, 242, 226)))
    for x, y in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        pen.oval(0.21 * x, 0.56 + 0.21 * y, 0.02, 0.02, pen.air.shade((60, 56, 60)))
    turn = dice.between(-0.15, 0.15)
    pen.line([(0, 0.56), (turn, 0.76)], 0.022, (50, 44, 48))
    pen.line([(0, 0.56), (0.12, 0.5)], 0.03, (50, 44, 48))
