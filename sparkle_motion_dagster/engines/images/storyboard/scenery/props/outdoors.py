"""Things and animals that stand on the ground, in metres."""

import itertools

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen
from sparkle_motion_dagster.engines.images.storyboard.scenery.props.hearths import flames

_WOOD: Colour = (142, 106, 78)
_STONE: Colour = (170, 164, 158)


def bench(pen: Pen, _dice: Dice) -> None:
    """Draw a park bench."""
    pen.shadow(1.0)
    iron = pen.air.shade((60, 62, 68))
    for x in (-0.75, 0.75):
        pen.line([(x, 0), (x, 0.45), (x * 1.02, 0.92)], 0.06, iron)
        pen.line([(x - 0.14, 0), (x, 0.3)], 0.05, iron)
    for y in (0.58, 0.72, 0.86):
        pen.box(-0.9, y, 1.8, 0.09, pen.air.half(_WOOD))
    pen.box(-0.95, 0.42, 1.9, 0.08, pen.air.lit(_WOOD))


def gate(pen: Pen, _dice: Dice) -> None:
    """Draw a garden gate between two posts."""
    iron = pen.air.shade((92, 70, 60))
    for x in (-0.95, 0.75):
        pen.box(x, 0, 0.22, 1.7, pen.round(x + 0.11, 0.11, (160, 112, 92)))
        pen.oval(x + 0.11, 1.78, 0.14, 0.12, pen.air.half(_STONE))
    for step in range(8):
        x = -0.66 + 0.18 * step
        pen.line([(x, 0.08), (x, 1.2 + 0.18 * (1 - abs(step - 3.5) / 3.5))], 0.04, iron)
    for y in (0.3, 1.05):
        pen.line([(-0.73, y), (0.75, y)], 0.05, iron)


def umbrella(pen: Pen, dice: Dice) -> None:
    """Draw a parasol that stands open."""
    cloth = dice.pick(((196, 62, 58), (226, 176, 84), (70, 118, 130)))
    pen.shadow(0.9)
    pen.line([(0, 0), (0, 2.3)], 0.05, pen.air.shade((110, 86, 66)))
    edges = [-1.3, -0.65, 0.0, 0.65, 1.3]
    for index, (left, right) in enumerate(itertools.pairwise(edges)):
        colour = cloth if index % 2 else (238, 228, 208)
        pen.blob(
            [(0, 2.5), (left * 0.7, 2.3), (left, 1.86), ((left + right) / 2, 1.94), (right, 1.86),
             (right * 0.7, 2.3)],
            pen.air.half(colour) if index * pen.sunward > pen.sunward else pen.air.lit(colour),
        )  # fmt: skip


def campfire(pen: Pen, _dice: Dice) -> None:
    """Draw a camp fire."""
    for x in (-0.6, -0.35, 0.0, 0.36, 0.62):
        pen.oval(x, 0.02, 0.16, 0.1, pen.air.half((120, 112, 110)))
    flames(pen, 0.6)
    pen.glow(0, 0.4, 7, (255, 150, 60), 0.6)


def tent(pen: Pen, dice: Dice) -> None:
    """Draw a tent."""
    cloth = dice.pick(((206, 150, 84), (120, 134, 96), (176, 92, 76)))
    pen.shadow(1.7)
    canvas = pen.fade(0, 1.7, pen.air.shade(cloth), pen.air.lit(cloth))
    pen.shape([(-1.5, 0), (1.5, 0), (0.2, 1.7)], canvas)
    pen.shape([(1.5, 0), (0.2, 1.7), (1.9, 0.3)], pen.air.shade(cloth))
    inside = (
        pen.air.own((255, 206, 130)) if pen.air.mood.lamps > 0.5 else pen.air.shade((60, 50, 48))
    )
    pen.shape([(-0.4, 0), (0.5, 0), (0.16, 1.2)], inside)
    pen.glow(0, 0.5, 2.4, (255, 206, 130), 0.5 * pen.air.mood.lamps)


def fountain(pen: Pen, _dice: Dice) -> None:
    """Draw a fountain."""
    pen.shadow(2.0)
    pen.shape([(-1.7, 0), (1.7, 0), (1.8, 0.6), (-1.8, 0.6)], pen.round(0, 1.8, _STONE))
    pen.oval(0, 0.6, 1.8, 0.26, pen.air.lit(_STONE))
    pen.oval(0, 0.6, 1.6, 0.2, pen.air.half((120, 170, 186)))
    pen.box(-0.14, 0.5, 0.28, 1.2, pen.round(0, 0.14, _STONE))
    pen.oval(0, 1.7, 0.7, 0.14, pen.round(0, 0.7, _STONE))
    for side in (-1, 1):
        for reach in (0.5, 0.9):
            pen.stroke(
                [(0, 2.2), (side * reach * 0.5, 2.3), (side * reach, 1.5),
                 (side * reach * 1.1, 0.7)],
                0.04,
                pen.air.lit((226, 240, 246)),
                0.7,
            )  # fmt: skip


def statue(pen: Pen, _dice: Dice) -> None:
    """Draw a statue on its plinth."""
    pen.shadow(1.0)
    pen.box(-0.7, 0, 1.4, 1.6, pen.round(0, 0.7, _STONE))
    pen.box(-0.85, 1.6, 1.7, 0.18, pen.air.lit(_STONE))
    bronze = (92, 120, 108)
    robe = [(-0.4, 1.78), (-0.3, 2.7), (-0.22, 3.2), (0.22, 3.2), (0.34, 2.6), (0.46, 1.78)]
    pen.blob(robe, pen.round(0, 0.35, bronze))
    pen.oval(0, 3.42, 0.17, 0.21, pen.round(0, 0.17, bronze))
    pen.stroke([(0.2, 3.05), (0.55, 3.2), (0.85, 3.7)], 0.13, pen.air.half(bronze))


def barrels(pen: Pen, _dice: Dice) -> None:
    """Draw a few barrels and a crate."""
    pen.shadow(1.2)
    for x, y in ((-0.5, 0.0), (0.2, 0.0), (-0.14, 0.86)):
        part = pen.moved(x, y)
        staves = [(-0.27, 0), (-0.33, 0.43), (-0.27, 0.86), (0.27, 0.86), (0.33, 0.43), (0.27, 0)]
        part.blob(staves, part.round(0, 0.33, (150, 104, 70)))
        for up in (0.16, 0.68):
            part.stroke(
                [(-0.29, up), (0, up - 0.04), (0.29, up)], 0.05, part.air.shade((80, 80, 86))
            )
    crate = pen.moved(0.95, 0)
    crate.box(-0.35, 0, 0.7, 0.66, crate.air.half(_WOOD))
    crate.line([(-0.35, 0), (0.35, 0.66)], 0.06, crate.air.shade(_WOOD))


def suitcase(pen: Pen, dice: Dice) -> None:
    """Draw a suitcase."""
    leather = dice.pick(((140, 90, 60), (104, 60, 56), (90, 100, 84)))
    pen.shadow(0.45, 0.45)
    pen.stroke(
        [(-0.1, 0.46), (-0.08, 0.56), (0.08, 0.56), (0.1, 0.46)], 0.035, pen.air.shade(leather)
    )
    pen.box(-0.36, 0, 0.72, 0.48, pen.fade(0, 0.48, pen.air.shade(leather), pen.air.lit(leather)))
    for x in (-0.22, 0.16):
        pen.box(x, 0, 0.06, 0.48, pen.air.shade(leather))


def piano(pen: Pen, _dice: Dice) -> None:
    """Draw an upright piano."""
    wood: Colour = (62, 46, 46)
    pen.shadow(0.9, 0.45)
    varnish = pen.fade(0, 1.2, pen.air.shade(wood), pen.air.lit(mix(wood, (150, 110, 90), 0.3)))
    pen.box(-0.75, 0, 1.5, 1.2, varnish)
    pen.box(-0.78, 0.62, 1.56, 0.12, pen.air.lit((240, 236, 224)))
    for step in range(14):
        pen.box(-0.72 + 0.105 * step, 0.66, 0.05, 0.08, (28, 24, 28))
    pen.shape([(-0.3, 0.8), (0.3, 0.8), (0.27, 1.08), (-0.27, 1.08)], pen.air.lit((240, 232, 212)))


def telescope(pen: Pen, _dice: Dice) -> None:
    """Draw a telescope on its tripod."""
    pen.shadow(0.5)
    for x in (-0.4, 0.05, 0.42):
        pen.line([(0, 1.1), (x, 0)], 0.05, pen.air.half(_WOOD))
    pen.line([(-0.55, 0.95), (0.75, 1.6)], 0.17, pen.air.half((196, 150, 84)))
    pen.line([(0.35, 1.4), (0.8, 1.625)], 0.22, pen.air.lit((214, 170, 96)))


def robot(pen: Pen, dice: Dice) -> None:
    """Draw a friendly robot."""
    metal = dice.pick(((150, 164, 176), (196, 150, 90), (120, 160, 150)))
    pen.shadow(0.6, 0.45)
    for x in (-0.2, 0.2):
        pen.box(x - 0.09, 0, 0.18, 0.5, pen.round(x, 0.09, metal))
        pen.stroke([(x * 1.9, 1.2), (x * 3.1, 0.95), (x * 2.9, 0.62)], 0.1, pen.air.half(metal))
    pen.blob(
        [(-0.4, 0.45), (-0.42, 1.2), (0, 1.32), (0.42, 1.2), (0.4, 0.45)], pen.round(0, 0.42, metal)
    )
    head = [(-0.3, 1.36), (-0.32, 1.75), (0, 1.86), (0.32, 1.75), (0.3, 1.36)]
    pen.blob(head, pen.round(0, 0.32, metal))
    for x in (-0.13, 0.13):
        pen.oval(x, 1.6, 0.07, 0.07, (130, 240, 240))
        pen.glow(x, 1.6, 0.5, (110, 220, 230), 0.6)
    pen.line([(0, 1.86), (0, 2.1)], 0.03, pen.air.shade(metal))
    pen.oval(0, 2.12, 0.05, 0.05, (255, 120, 100))


def rocket(pen: Pen, _dice: Dice) -> None:
    """Draw a rocket."""
    pen.shadow(2.0)
    for side in (-1, 1):
        fin = [(side * 0.7, 0.6), (side * 1.7, -0.1), (side * 1.5, 1.6), (side * 0.8, 2.8)]
        pen.shape(fin, pen.air.half((190, 70, 60)))
    hull = [(-0.7, 0.4), (-1.0, 3.0), (-0.6, 5.6), (0, 7.2), (0.6, 5.6), (1.0, 3.0), (0.7, 0.4)]
    pen.blob(hull, pen.round(0, 1.0, (226, 226, 230)))
    pen.blob([(-0.62, 5.6), (0, 7.2), (0.62, 5.6), (0, 5.45)], pen.round(0, 0.62, (190, 70, 60)))
    pen.oval(0, 4.2, 0.42, 0.42, pen.air.half((120, 126, 140)))
    pen.oval(0, 4.2, 0.32, 0.32, pen.air.own((140, 210, 230)))


def balloon(pen: Pen, dice: Dice) -> None:
    """Draw a hot-air balloon; its foot is its basket."""
    tones = dice.pick(
        (
            ((206, 76, 64), (240, 216, 170)),
            ((70, 122, 140), (240, 206, 120)),
            ((180, 90, 130), (250, 210, 160)),
        )
    )
    pen.box(-0.5, 0, 1.0, 0.8, pen.round(0, 0.5, (150, 104, 70)))
    for x in (-0.45, 0.45):
        pen.line([(x, 0.8), (x * 2.4, 2.4)], 0.05, pen.air.shade((90, 76, 66)))
    envelope = [(-1.0, 2.3), (-2.6, 4.6), (-2.2, 6.9), (0, 8.1), (2.2, 6.9), (2.6, 4.6), (1.0, 2.3)]
    pen.blob(envelope, pen.round(0, 2.6, tones[0]))
    for left, right in ((-0.62, -0.25), (0.25, 0.62)):
        pen.blob(
            [(left * 1.0, 2.3), (left * 3.2, 5.0), (left * 1.4, 7.7), (right * 1.0, 7.9),
             (right * 3.2, 5.0), (right * 1.0, 2.3)],
            pen.air.half(tones[1]),
            0.85,
        )  # fmt: skip


def chair(pen: Pen, dice: Dice) -> None:
    """Draw a wooden chair."""
    wood = dice.pick(((150, 104, 70), (110, 74, 58)))
    dark = pen.air.shade(wood)
    pen.shadow(0.35, 0.4)
    for x in (-0.2, 0.2):
        pen.line([(x, 0), (x * 0.95, 0.95)], 0.045, dark)
        pen.line([(x * 1.25, -0.06), (x * 1.1, 0.45)], 0.045, pen.air.half(wood))
    for y in (0.62, 0.76, 0.9):
        pen.box(-0.2, y, 0.4, 0.06, pen.air.half(wood))
    pen.shape([(-0.26, 0.42), (0.26, 0.42), (0.2, 0.52), (-0.2, 0.52)], pen.air.lit(wood))
