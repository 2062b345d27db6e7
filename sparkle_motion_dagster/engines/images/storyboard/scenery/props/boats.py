"""Boats and ships, in metres."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen

_HULLS: tuple[Colour, ...] = ((176, 72, 60), (56, 92, 118), (226, 214, 190), (78, 108, 90))
_MAST: Colour = (128, 98, 76)


def _wake(pen: Pen, half: float) -> None:
    """Draw the dark mirror of a hull and a bright line of water at it."""
    pen.oval(0, -0.12, half * 1.1, 0.3, pen.air.shade((40, 60, 72)), 0.6)
    pen.oval(0, -0.05, half * 1.15, 0.07, pen.air.lit((236, 244, 246)), 0.6)


def _hull(pen: Pen, half: float, height: float, colour: Colour) -> None:
    outline = [(-half, height), (-half * 0.82, 0), (half * 0.78, 0), (half * 1.12, height * 1.25)]
    pen.shape(outline, pen.fade(0, height, pen.air.shade(colour), pen.air.lit(colour)))
    pen.line([(-half, height), (half * 1.12, height * 1.25)], 0.08, pen.air.lit((236, 228, 212)))


def rowing_boat(pen: Pen, dice: Dice) -> None:
    """Draw a rowing boat."""
    _wake(pen, 1.8)
    _hull(pen, 1.7, 0.55, dice.pick(_HULLS))
    pen.line([(-0.3, 0.5), (-1.5, 0.0)], 0.06, pen.air.half(_MAST))


def fishing_boat(pen: Pen, dice: Dice) -> None:
    """Draw a small fishing boat with a wheelhouse and a lamp at its mast."""
    _wake(pen, 4.2)
    pen.line([(1.0, 1.4), (1.0, 6.2)], 0.12, pen.air.shade(_MAST))
    pen.line([(1.0, 6.0), (4.3, 1.8)], 0.03, pen.air.shade(_MAST))
    white = pen.fade(1, 3, pen.air.shade((226, 220, 206)), pen.air.lit((226, 220, 206)))
    pen.box(-2.2, 1.1, 2.2, 2.1, white)
    pen.box(-2.45, 3.1, 2.7, 0.22, pen.air.shade((120, 80, 70)))
    lit = pen.air.mood.lamps > 0.5
    pen.box(
        -1.9, 2.0, 1.6, 0.75, pen.air.own((255, 214, 140)) if lit else pen.air.shade((80, 100, 116))
    )
    _hull(pen, 4.0, 1.4, dice.pick(_HULLS))
    if lit:
        pen.glow(-1.1, 2.4, 3.4, (255, 206, 130), 0.6)
        pen.oval(1.0, 6.2, 0.16, 0.16, (255, 240, 200))
        pen.glow(1.0, 6.2, 2.6, (255, 230, 180), 0.7)


def sailing_boat(pen: Pen, dice: Dice) -> None:
    """Draw a sailing boat."""
    _wake(pen, 2.8)
    pen.line([(0.2, 0.7), (0.2, 7.4)], 0.1, pen.air.shade(_MAST))
    sail = dice.pick(((240, 232, 214), (240, 232, 214), (206, 112, 84)))
    pen.blob([(0.0, 1.3), (-2.2, 1.4), (-1.2, 3.6), (0.0, 7.0)], pen.round(-1, 1.2, sail))
    pen.shape([(0.4, 1.4), (2.6, 1.4), (0.4, 6.4)], pen.air.half(sail))
    _hull(pen, 2.6, 0.75, dice.pick(_HULLS))


def ship(pen: Pen, dice: Dice) -> None:
    """Draw a three-masted ship."""
    _wake(pen, 16)
    for x, tall in ((-8.0, 19.0), (0.0, 23.0), (8.0, 19.0)):
        pen.line([(x, 3), (x, tall)], 0.3, pen.air.shade(_MAST))
        for step, wide in ((0.3, 4.4), (0.55, 3.6), (0.78, 2.6)):
            y = 3 + (tall - 3) * step
            high = (tall - 3) * 0.2
            sail = [
                (x - wide, y), (x + wide, y), (x + wide * 0.86, y + high),
                (x - wide * 0.86, y + high),
            ]  # fmt: skip
            pen.shape(sail, pen.round(x, wide, (238, 228, 206)))
    pen.line([(13, 5), (21, 9)], 0.25, pen.air.shade(_MAST))
    pen.line([(0, 22.5), (20, 8.6)], 0.06, pen.air.shade(_MAST))
    hull = dice.pick(((104, 74, 58), (70, 62, 66)))
    side = [(-15, 5.4), (-13.6, 0), (12, 0), (15.5, 4.6), (12, 3.6), (-9, 3.4), (-10, 5.6)]
    pen.shape(side, pen.fade(0, 5, pen.air.shade(hull), pen.air.half(hull)))
    for step in range(9):
        pen.box(
            -10 + 2.4 * step,
            1.9,
            0.7,
            0.7,
            pen.air.own((255, 206, 130))
            if pen.air.mood.lamps > 0.5
            else pen.air.lit((200, 170, 120)),
        )
