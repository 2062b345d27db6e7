"""Shirts, sweaters, dresses, overalls, and ties."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import polyline
from sparkle_motion_dagster.engines.images.storyboard.people.torso import (
    Torso,
    main_colour,
    neckline,
)


def draw_shirt(torso: Torso) -> None:
    """Draw an open collar and buttons."""
    clothes, drawing = torso.sketch.look.clothes, torso.sketch.drawing
    colour = main_colour(torso)
    dark = torso.dark(colour)
    neckline(torso, torso.sketch.look.skin, 32, 44)
    torso.line([(0, 172), (1, 300), (0, torso.bottom + 60)], dark, 3, 0.6)
    for side in (-1, 1):
        collar = (
            polyline(
                torso.chest(
                    [(side * 30, 116), (side * 45, 126), (side * 50, 168), (side * 4, 172),
                     (side * 22, 142)]
                )
            )
            + "Z"
        )  # fmt: skip
        torso.flat(collar, mix(colour, (255, 255, 255), 0.16))
        drawing.path(collar, stroke=dark, width=2.6, opacity=0.55)
    torso.buttons([(0, y) for y in torso.down(200, 52)], mix(colour, (255, 255, 255), 0.4), 4.2)
    if clothes.tie is not None:
        draw_tie(torso, clothes.tie)


def draw_sweater(torso: Torso) -> None:
    """Draw a ribbed collar and the folds of wool."""
    clothes, drawing = torso.sketch.look.clothes, torso.sketch.drawing
    dark = torso.dark(clothes.colour)
    collar = torso.chest([(-39, 106), (-43, 142), (0, 160), (43, 142), (39, 106), (0, 128)])
    path = torso.fill(collar, mix(clothes.colour, (255, 250, 240), 0.08))
    drawing.path(path, stroke=dark, width=2.4, opacity=0.5)
    for step in range(-4, 5):
        x = 8.5 * step
        torso.line(
            [(x, 118 + 10 * (1 - abs(step) / 5)), (1.06 * x, 140 + 14 * (1 - abs(step) / 5))],
            dark,
            1.8,
            0.35,
        )
    for y in torso.down(196, 34):
        torso.line([(-100, y - 8), (0, y), (100, y - 8)], dark, 2, 0.2)


def draw_dress(torso: Torso) -> None:
    """Draw a neckline that bares the collarbones."""
    clothes, drawing = torso.sketch.look.clothes, torso.sketch.drawing
    shape = torso.chest([(-58, 126), (0, 118), (58, 126), (48, 166), (0, 196), (-48, 166)])
    path = torso.fill(shape, torso.sketch.look.skin)
    drawing.path(path, stroke=torso.light(clothes.colour, 0.2), width=6, opacity=0.9)
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
    torso.line(
        [(-47, 127), (-30, 157), (0, 176), (30, 157), (47, 127)],
        torso.light(clothes.colour, 0.15),
        7,
    )
    torso.line([(-50, 131), (-32, 162), (0, 181), (32, 162), (50, 131)], dark, 2, 0.5)


def draw_overalls(torso: Torso) -> None:
    """Draw a bib and straps over a shirt."""
    clothes, drawing = torso.sketch.look.clothes, torso.sketch.drawing
    draw_shirt(torso)
    wide = torso.shoulder
    dark = torso.dark(clothes.colour, 0.5)
    bib = (
        polyline(
            torso.chest(
                [(-58, 236), (58, 236), (72, 330), (wide, 380), (wide, torso.bottom + 60),
                 (-wide, torso.bottom + 60), (-wide, 380), (-72, 330)]
            )
        )
        + "Z"
    )  # fmt: skip
    torso.flat(bib, clothes.colour)
    drawing.path(bib, stroke=dark, width=3, opacity=0.6)
    for side in (-1, 1):
        strap = (
            polyline(
                torso.chest(
                    [(side * 40, 250), (side * 60, 250), (side * 84, 158), (side * 64, 150)]
                )
            )
            + "Z"
        )
        torso.flat(strap, clothes.colour)
        drawing.path(strap, stroke=dark, width=2.4, opacity=0.6)
    torso.buttons([(-50, 246), (50, 246)], (206, 166, 84), 7)


def draw_tie(torso: Torso, colour: Colour) -> None:
    """Draw a tie and its knot."""
    drawing = torso.sketch.drawing
    blade = polyline(torso.chest([(-8, 172), (8, 172), (17, 268), (0, 290), (-17, 268)])) + "Z"
    torso.flat(blade, colour)
    knot = polyline(torso.chest([(-12, 152), (12, 152), (8, 174), (-8, 174)])) + "Z"
    drawing.path(knot, torso.light(colour, 0.12), stroke=torso.dark(colour), width=2)
