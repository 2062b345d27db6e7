"""Shirts, sweaters, dresses, overalls, and ties."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.people.torso import (
    Torso,
    main_colour,
    neckline,
)


def draw_shirt(torso: Torso) -> None:
    """Draw an open collar and buttons."""
    clothes, colour = torso.sketch.look.clothes, main_colour(torso)
    dark = torso.dark(colour)
    neckline(torso, torso.sketch.look.skin, 32, 44)
    torso.line([(0, 172), (1, 300), (0, torso.bottom + 60)], dark, 3, 0.6)
    for side in (-1, 1):
        collar = [
            (side * 30, 116), (side * 45, 126), (side * 50, 168), (side * 4, 172),
            (side * 22, 142),
        ]  # fmt: skip
        torso.panel(collar, mix(colour, (255, 255, 255), 0.16), dark, 2.6, 0.55)
    torso.buttons([(0, y) for y in torso.down(200, 52)], mix(colour, (255, 255, 255), 0.4), 4.2)
    if clothes.tie is not None:
        draw_tie(torso, clothes.tie)


def draw_sweater(torso: Torso) -> None:
    """Draw a ribbed collar and the folds of wool."""
    clothes = torso.sketch.look.clothes
    dark = torso.dark(clothes.colour)
    collar = [(-39, 106), (-43, 142), (0, 160), (43, 142), (39, 106), (0, 128)]
    torso.piece(collar, mix(clothes.colour, (255, 250, 240), 0.08), dark, 2.4, 0.5)
    for step in range(-4, 5):
        x, rise = 8.5 * step, 1 - abs(step) / 5
        torso.line([(x, 118 + 10 * rise), (1.06 * x, 140 + 14 * rise)], dark, 1.8, 0.35)
    for y in torso.down(196, 34):
        torso.line([(-100, y - 8), (0, y), (100, y - 8)], dark, 2, 0.2)


def draw_dress(torso: Torso) -> None:
    """Draw a neckline that bares the collarbones."""
    clothes = torso.sketch.look.clothes
    shape = [(-58, 126), (0, 118), (58, 126), (48, 166), (0, 196), (-48, 166)]
    torso.piece(shape, torso.sketch.look.skin, torso.light(clothes.colour, 0.2), 6, 0.9)
    bone = torso.sketch.tone(mix(torso.sketch.look.skin, (110, 40, 50), 0.4))
    for side in (-1, 1):
        torso.line([(side * 8, 152), (side * 30, 146), (side * 48, 148)], bone, 2.4, 0.4)
    dark = torso.dark(clothes.colour)
    for x in (-44, -16, 16, 44):
        torso.line([(x, 216), (1.1 * x, 280), (0.9 * x, 330)], dark, 2.6, 0.25)


def draw_t_shirt(torso: Torso) -> None:
    """Draw a round neckline."""
    clothes = torso.sketch.look.clothes
    neckline(torso, torso.sketch.look.skin, 46, 46)
    dark = torso.dark(clothes.colour)
    rib = [(-47, 127), (-30, 157), (0, 176), (30, 157), (47, 127)]
    torso.line(rib, torso.light(clothes.colour, 0.15), 7)
    torso.line([(-50, 131), (-32, 162), (0, 181), (32, 162), (50, 131)], dark, 2, 0.5)


def draw_overalls(torso: Torso) -> None:
    """Draw a bib and straps over a shirt."""
    clothes, wide = torso.sketch.look.clothes, torso.shoulder
    draw_shirt(torso)
    dark = torso.dark(clothes.colour, 0.5)
    bib = [
        (-58, 236), (58, 236), (72, 330), (wide, 380), (wide, torso.bottom + 60),
        (-wide, torso.bottom + 60), (-wide, 380), (-72, 330),
    ]  # fmt: skip
    torso.panel(bib, clothes.colour, dark, 3, 0.6)
    for side in (-1, 1):
        strap = [(side * 40, 250), (side * 60, 250), (side * 84, 158), (side * 64, 150)]
        torso.panel(strap, clothes.colour, dark, 2.4, 0.6)
    torso.buttons([(-50, 246), (50, 246)], (206, 166, 84), 7)


def draw_tie(torso: Torso, colour: Colour) -> None:
    """Draw a tie and its knot."""
    torso.flat(torso.cut([(-8, 172), (8, 172), (17, 268), (0, 290), (-17, 268)]), colour)
    knot = torso.cut([(-12, 152), (12, 152), (8, 174), (-8, 174)])
    torso.sketch.drawing.path(knot, torso.light(colour, 0.12), stroke=torso.dark(colour), width=2)
