"""Furniture, in metres."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site

WOOD: Colour = (142, 100, 72)
_LAMP: Colour = (255, 206, 130)
_CLOTHS: tuple[Colour, ...] = ((166, 78, 66), (74, 108, 108), (188, 146, 88), (104, 92, 128))


def picture(pen: Pen, dice: Dice) -> None:
    """Hang a small landscape on the wall."""
    wide, tall = 0.9, 0.62
    pen.box(-wide / 2, 0, wide, tall, pen.air.half((140, 108, 74)))
    sky, land = dice.pick(
        (
            ((190, 200, 200), (120, 130, 100)),
            ((226, 186, 150), (110, 90, 100)),
            ((150, 176, 196), (90, 120, 130)),
        )
    )
    pen.box(-wide / 2 + 0.06, 0.06, wide - 0.12, tall - 0.12, pen.air.half(sky))
    pen.shape(
        [(-wide / 2 + 0.06, 0.06), (wide / 2 - 0.06, 0.06), (wide / 2 - 0.06, 0.24), (0.1, 0.16),
         (-0.2, 0.32), (-wide / 2 + 0.06, 0.2)],
        pen.air.half(land),
    )  # fmt: skip


def rug(site: Site, dice: Dice, distance: float, half: float) -> None:
    """Lay a rug on the floor."""
    pen = site.pen(0.5, distance)
    tall = half * 0.62 * site.eye / distance
    colour = dice.pick(_CLOTHS)
    for share, tone in (
        (1.0, colour), (0.86, mix(colour, (240, 220, 180), 0.35)), (0.76, colour),
        (0.3, mix(colour, (240, 220, 180), 0.3)),
    ):  # fmt: skip
        pen.oval(0, 0, half * share, tall * share, pen.air.half(tone))


def armchair(pen: Pen, dice: Dice) -> None:
    """Stand an armchair in the room."""
    cloth = dice.pick(_CLOTHS)
    pen.shadow(0.75, 0.45)
    back = [(-0.5, 0.2), (-0.52, 0.85), (-0.3, 1.08), (0.3, 1.08), (0.52, 0.85), (0.5, 0.2)]
    pen.blob(back, pen.fade(0.2, 1, pen.air.shade(cloth), pen.air.half(cloth)))
    pen.blob(
        [(-0.42, 0.2), (-0.44, 0.44), (0.0, 0.52), (0.44, 0.44), (0.42, 0.2)], pen.air.lit(cloth)
    )
    for side in (-1, 1):
        pen.blob(
            [(side * 0.4, 0.1), (side * 0.42, 0.62), (side * 0.56, 0.68), (side * 0.68, 0.6),
             (side * 0.64, 0.1)],
            pen.round(side * 0.54, 0.16, cloth),
        )  # fmt: skip
        pen.box(side * 0.5 - 0.04, 0, 0.08, 0.14, pen.air.shade(WOOD))


def floor_lamp(pen: Pen) -> None:
    """Stand a tall lamp in the room."""
    pen.oval(0, 0.02, 0.2, 0.05, pen.air.shade((60, 54, 54)))
    pen.line([(0, 0), (0, 1.4)], 0.035, pen.air.shade((60, 54, 54)))
    _shade(pen.moved(0, 1.36), 0.28, 3.2)


def table_lamp(pen: Pen, height: float) -> None:
    """Stand a small lamp on something."""
    pen.oval(0, 0.02, 0.1, 0.03, pen.air.shade((96, 74, 56)))
    pen.line([(0, 0), (0, height * 0.6)], 0.03, pen.air.half((170, 134, 84)))
    _shade(pen.moved(0, height * 0.55), 0.17, 2.4)


def _shade(pen: Pen, size: float, reach: float) -> None:
    lit = pen.air.mood.lamps > 0.4
    low, high = (
        ((255, 226, 160), (250, 190, 110))
        if lit
        else (pen.air.lit((236, 218, 184)), pen.air.half((226, 204, 168)))
    )
    cone = [(-size, 0), (size, 0), (size * 0.62, size * 1.15), (-size * 0.62, size * 1.15)]
    pen.shape(cone, pen.fade(0, size, low, high))
    if lit:
        pen.glow(0, size * 0.3, reach, _LAMP, 0.5)


def pot_plant(pen: Pen, dice: Dice) -> None:
    """Stand a plant in a pot."""
    pen.shadow(0.3)
    leaf: Colour = (88, 130, 88)
    for side, long in ((-0.5, 0.7), (-0.25, 0.95), (0.05, 1.1), (0.3, 0.9), (0.55, 0.6)):
        tip = (side, 0.35 + long * dice.between(0.8, 1))
        pen.blob(
            [
                (0, 0.35),
                (side * 0.3 - 0.06, 0.35 + 0.6 * long),
                tip,
                (side * 0.6 + 0.08, 0.35 + 0.45 * long),
            ],
            pen.air.half(leaf) if dice.happens(0.5) else pen.air.lit(leaf),
        )
    pen.shape([(-0.2, 0), (0.2, 0), (0.27, 0.4), (-0.27, 0.4)], pen.round(0, 0.25, (190, 112, 82)))


def counter(pen: Pen, width: float) -> None:
    """Stand a counter along the wall."""
    half = width / 2
    wood: Colour = (176, 156, 132)
    pen.box(-half, 0, width, 0.86, pen.fade(0, 0.86, pen.air.shade(wood), pen.air.half(wood)))
    pen.box(-half - 0.05, 0.86, width + 0.1, 0.07, pen.air.lit((206, 178, 142)))
    doors = max(2, round(width / 0.6))
    for door in range(doors):
        x = -half + (door + 0.08) * width / doors
        pen.box(x, 0.1, 0.84 * width / doors, 0.64, pen.air.shade(wood))
        pen.oval(x + 0.72 * width / doors, 0.5, 0.025, 0.025, pen.air.lit((220, 190, 130)))


def wardrobe(pen: Pen, dice: Dice) -> None:
    """Stand a wardrobe against the wall."""
    wood = mix(WOOD, (90, 60, 50), dice.between(0, 0.5))
    pen.box(-0.6, 0, 1.2, 2.1, pen.fade(0, 2.1, pen.air.shade(wood), pen.air.half(wood)))
    for x in (-0.52, 0.04):
        pen.box(x, 0.15, 0.48, 1.75, pen.air.shade(wood))
    pen.oval(-0.1, 1.0, 0.03, 0.03, pen.air.lit((220, 190, 130)))


def bed(pen: Pen, dice: Dice) -> None:
    """Stand a bed in the room, its head at the wall."""
    cloth = dice.pick(((176, 96, 86), (92, 118, 140), (206, 176, 120)))
    pen.box(-0.85, 0, 1.7, 1.15, pen.air.shade(WOOD))
    pen.blob([(-0.7, 0.5), (-0.66, 0.8), (-0.1, 0.82), (-0.06, 0.52)], pen.air.lit((240, 236, 228)))
    pen.blob([(0.06, 0.52), (0.1, 0.82), (0.66, 0.8), (0.7, 0.5)], pen.air.lit((240, 236, 228)))
    blanket = [(-0.82, 0.55), (0.82, 0.55), (1.08, 0.1), (1.08, -0.5), (-1.08, -0.5), (-1.08, 0.1)]
    pen.shape(blanket, pen.fade(-0.5, 0.55, pen.air.shade(cloth), pen.air.half(cloth)))
    pen.shape(
        [(-0.82, 0.58), (0.82, 0.58), (0.93, 0.36), (-0.93, 0.36)], pen.air.lit((240, 236, 228))
    )
    for x in (-0.5, 0.1, 0.6):
        pen.stroke([(x, 0.34), (x * 1.2, 0.05), (x * 1.25, -0.48)], 0.03, pen.air.shade(cloth), 0.5)


def chest(pen: Pen) -> Pen:
    """Stand a small chest of drawers in the room; the pen returned stands on it."""
    pen.shadow(0.4)
    pen.box(-0.3, 0, 0.6, 0.62, pen.fade(0, 0.6, pen.air.shade(WOOD), pen.air.half(WOOD)))
    pen.box(-0.33, 0.6, 0.66, 0.05, pen.air.lit(WOOD))
    return pen.moved(0, 0.65)


def blinds(pen: Pen, width: float, height: float) -> None:
    """Let blinds down before a window."""
    for step in range(11):
        y = height * (1 - step / 11) - 0.05
        pen.box(-width / 2, y, width, 0.045, pen.air.shade((196, 180, 150)))


def cabinet(pen: Pen) -> None:
    """Stand a filing cabinet against the wall."""
    metal: Colour = (126, 132, 124)
    pen.box(-0.35, 0, 0.7, 1.4, pen.round(0, 0.35, metal))
    for step in range(4):
        pen.box(-0.3, 0.06 + 0.34 * step, 0.6, 0.28, pen.air.shade(metal))
        pen.box(-0.07, 0.2 + 0.34 * step, 0.14, 0.03, pen.air.lit((210, 200, 170)))


def bar_counter(pen: Pen) -> None:
    """Stand a bar's counter in the room."""
    wood: Colour = (110, 66, 50)
    pen.box(-2.6, 0, 5.0, 1.08, pen.fade(0, 1.1, pen.air.shade(wood), pen.air.half(wood)))
    pen.box(-2.75, 1.08, 5.3, 0.1, pen.air.lit((170, 112, 76)))
    for step in range(6):
        pen.box(-2.4 + 0.8 * step, 0.14, 0.6, 0.78, pen.air.shade(wood))


def stool(pen: Pen) -> None:
    """Stand a bar stool in the room."""
    pen.shadow(0.3)
    for x in (-0.17, 0.17):
        pen.line([(x * 1.3, 0), (x * 0.6, 0.74)], 0.035, pen.air.shade((90, 66, 54)))
    pen.oval(0, 0.76, 0.21, 0.06, pen.round(0, 0.2, (150, 62, 54)))
