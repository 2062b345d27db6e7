"""Clothes, from the neck down to the frame's edge."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve
from sparkle_motion_dagster.engines.images.storyboard.people.clothing import coats, garments
from sparkle_motion_dagster.engines.images.storyboard.people.torso import DARK, Torso, draw_trunk


def draw_body_behind(torso: Torso) -> None:
    """Draw what of the clothes lies behind the head: hoods that hang, high collars."""
    clothes = torso.sketch.look.clothes
    if clothes.style in ("oilskin", "hoodie"):
        hood = [
            (-88, 150), (-80, 108), (-52, 88), (0, 82), (52, 88), (80, 108), (88, 150), (0, 190),
        ]  # fmt: skip
        torso.fill(hood, mix(clothes.colour, DARK, 0.3))
    elif clothes.style in ("coat", "robe"):
        collar = [(-64, 150), (-54, 104), (0, 92), (54, 104), (64, 150), (0, 180)]
        torso.fill(collar, mix(clothes.colour, DARK, 0.35))


def draw_body(torso: Torso) -> None:
    """Draw the clothed body."""
    clothes = torso.sketch.look.clothes
    draw_trunk(torso)
    {
        "coat": coats.draw_coat, "oilskin": coats.draw_oilskin, "uniform": coats.draw_uniform,
        "shirt": garments.draw_shirt, "sweater": garments.draw_sweater, "suit": coats.draw_jacket,
        "tweed": coats.draw_jacket, "dress": garments.draw_dress, "apron": garments.draw_shirt,
        "overalls": garments.draw_overalls, "white coat": coats.draw_jacket,
        "robe": coats.draw_robe, "hoodie": coats.draw_hoodie, "armour": coats.draw_armour,
        "spacesuit": coats.draw_spacesuit, "t-shirt": garments.draw_t_shirt,
    }[clothes.style](torso)  # fmt: skip
    if clothes.apron is not None:
        _draw_apron(torso, clothes.apron)
    if clothes.scarf is not None:
        draw_scarf(torso, clothes.scarf)
    if clothes.pendant is not None:
        draw_pendant(torso, clothes.pendant)


def _draw_apron(torso: Torso, colour: Colour) -> None:
    drawing = torso.sketch.drawing
    dark = torso.dark(colour, 0.35)
    for side in (-1, 1):
        strap = torso.cut([(side * 52, 226), (side * 68, 226), (side * 58, 134), (side * 44, 126)])
        drawing.path(strap, torso.sketch.tone(colour, side * 0.4), stroke=dark, width=2)
    low = torso.bottom + 60
    bib = torso.chest(
        [(-72, 214), (0, 222), (72, 214), (84, 300), (112, 360), (128, low), (-128, low),
         (-112, 360), (-84, 300)]
    )  # fmt: skip
    path = curve(bib) + "Z"
    torso.flat(path, colour)
    drawing.path(path, stroke=dark, width=2.6, opacity=0.6)
    torso.line([(-70, 226), (0, 233), (70, 226)], dark, 2, 0.4)
    for x in (-30, 24):
        torso.line([(x, 280), (1.2 * x, 340), (1.1 * x, low)], dark, 3, 0.25)


def draw_scarf(torso: Torso, colour: Colour) -> None:
    """Draw a scarf around the neck."""
    dark = torso.dark(colour, 0.45)
    side = -torso.sketch.shading.lit_side
    end = [
        (side * 18, 150), (side * 52, 150), (side * 60, 230), (side * 58, 304), (side * 22, 308),
        (side * 26, 230),
    ]  # fmt: skip
    torso.piece(end, mix(colour, DARK, 0.1), dark, 2.4, 0.5)
    for step in range(5):
        x = side * (25 + 7.5 * step)
        torso.line([(x, 300), (x + 1, 320)], torso.sketch.tone(colour), 3.2)
    for y, half in ((140, 60), (119, 53)):
        band = [
            (-half, y - 12), (0, y + 4), (half, y - 12), (half + 5, y + 6), (0, y + 30),
            (-half - 5, y + 6),
        ]  # fmt: skip
        torso.piece(band, colour, dark, 2.6, 0.5)
        torso.line(
            [(-0.6 * half, y + 4), (-0.1 * half, y + 14), (0.5 * half, y + 8)], dark, 2.4, 0.35
        )


def draw_pendant(torso: Torso, colour: Colour) -> None:
    """Draw what hangs on a cord around the neck: a whistle, a medal, a locket."""
    drawing = torso.sketch.drawing
    cord = torso.sketch.tone((74, 58, 56))
    for side in (-1, 1):
        torso.line([(side * 42, 140), (side * 26, 190), (2, 238)], cord, 2.6, 0.9)
    [(x, y)] = torso.chest([(2, 246)])
    drawing.box((x - 8, y - 9), (17, 18), torso.dark(colour, 0.5), rounding=8)
    drawing.box((x - 7, y - 8), (14, 15), torso.sketch.tone(colour, 0.4), rounding=7)
    drawing.ellipse((x - 2, y - 3), 3, 3, torso.sketch.shading.glint, 0.8)
