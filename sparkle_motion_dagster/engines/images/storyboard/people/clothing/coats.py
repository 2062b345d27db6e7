"""What is worn above other clothes: coats, jackets, uniforms, robes, armour."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import polyline
from sparkle_motion_dagster.engines.images.storyboard.people.clothing.garments import draw_tie
from sparkle_motion_dagster.engines.images.storyboard.people.torso import DARK, Torso, neckline


def draw_coat(torso: Torso) -> None:
    """Draw a double-breasted coat with lapels."""
    clothes = torso.sketch.look.clothes
    neckline(torso, clothes.under, 40, 84)
    torso.line([(0, 205), (3, 300), (2, torso.bottom + 60)], torso.dark(clothes.colour), 4, 0.8)
    for side in (-1, 1):
        lapel = [
            (side * 38, 110), (side * 74, 142), (side * 78, 182), (side * 52, 206), (side * 4, 232),
            (side * 16, 190), (side * 30, 150),
        ]  # fmt: skip
        cloth = mix(clothes.colour, (255, 246, 236), 0.09)
        torso.piece(lapel, cloth, torso.dark(clothes.colour), 3, 0.6)
    places = [(26, y) for y in torso.down(264, 62)]
    torso.buttons([*places, *[(-26, y) for _, y in places]], clothes.trim, 8.5)


def draw_oilskin(torso: Torso) -> None:
    """Draw an oilskin, wet and shining."""
    clothes, drawing = torso.sketch.look.clothes, torso.sketch.drawing
    dark, light = torso.dark(clothes.colour), torso.light(clothes.colour, 0.6)
    neckline(torso, clothes.under, 36, 40)
    for side in (-1, 1):
        collar = [
            (side * 34, 104), (side * 62, 118), (side * 66, 150), (side * 44, 172), (side * 4, 184),
            (side * 12, 158), (side * 30, 134),
        ]  # fmt: skip
        torso.piece(collar, mix(clothes.colour, (255, 252, 230), 0.14), dark, 3, 0.6)
    torso.line([(-15, 182), (-15, 300), (-15, torso.bottom + 60)], dark, 3, 0.6)
    torso.line([(17, 182), (17, 300), (17, torso.bottom + 60)], dark, 3, 0.6)
    torso.buttons([(1, y) for y in torso.down(206, 58)], (70, 66, 70), 6.5)
    lit = torso.sketch.shading.lit_side
    wide = torso.shoulder
    for start, end, width in ((0.62, 0.97, 6), (0.5, 0.68, 4)):
        shine = [
            (lit * start * wide, 170),
            (lit * (start + 0.7 * (end - start)) * wide, 184),
            (lit * end * wide, 226),
        ]
        torso.line(shine, light, width, 0.55)
    for x, y in (
        (-96, 196), (-70, 232), (88, 210), (64, 250), (112, 256), (-118, 244), (-52, 206),
        (48, 214),
    ):  # fmt: skip
        drawing.ellipse((x, y), 2.2, 3.6, light, 0.8)


def draw_uniform(torso: Torso) -> None:
    """Draw a uniform: standing collar, straps, brass buttons."""
    clothes, drawing = torso.sketch.look.clothes, torso.sketch.drawing
    dark = torso.dark(clothes.colour, 0.5)
    collar = [(-44, 106), (-46, 138), (0, 158), (46, 138), (44, 106), (0, 132)]
    braid = torso.sketch.tone(clothes.trim)
    torso.piece(collar, mix(clothes.colour, DARK, 0.12), braid, 2.6, 0.9)
    torso.line([(0, 152), (0, 300), (0, torso.bottom + 60)], dark, 4, 0.8)
    for side in (-1, 1):
        wide = torso.shoulder
        strap = [
            (side * 0.5 * wide, 150), (side * 0.94 * wide, 178), (side * 0.9 * wide, 194),
            (side * 0.47 * wide, 166),
        ]  # fmt: skip
        drawing.path(polyline(strap) + "Z", torso.sketch.tone(clothes.trim, side * 0.6))
        pocket = torso.cut(
            [(side * 48, 262), (side * 104, 258), (side * 104, 276), (side * 76, 286),
             (side * 48, 279)]
        )  # fmt: skip
        drawing.path(pocket, torso.dark(clothes.colour, 0.18), stroke=dark, width=2.4)
    torso.buttons([(0, y) for y in torso.down(184, 50)], clothes.trim, 8)
    torso.buttons([(-76, 278), (76, 278)], clothes.trim, 5)


def draw_jacket(torso: Torso) -> None:
    """Draw a jacket over a shirt: suit, tweed, white coat."""
    clothes, drawing = torso.sketch.look.clothes, torso.sketch.drawing
    dark = torso.dark(clothes.colour, 0.5)
    neckline(torso, clothes.under, 46, 150)
    throat = torso.cut([(-20, 122), (20, 122), (0, 158)])
    drawing.path(throat, torso.sketch.tone(mix(torso.sketch.look.skin, (90, 36, 50), 0.25)))
    if clothes.tie is not None:
        draw_tie(torso, clothes.tie)
    for side in (-1, 1):
        collar = torso.cut(
            [(side * 30, 114), (side * 44, 124), (side * 42, 164), (side * 5, 162),
             (side * 22, 140)]
        )  # fmt: skip
        linen = torso.sketch.tone(mix(clothes.under, (255, 255, 255), 0.25), side * 0.3)
        drawing.path(collar, linen, stroke=torso.dark(clothes.under), width=2)
        lapel = [
            (side * 40, 118), (side * 68, 140), (side * 84, 190), (side * 66, 196),
            (side * 74, 212), (side * 2, 290), (side * 24, 200),
        ]  # fmt: skip
        torso.panel(lapel, mix(clothes.colour, (255, 248, 238), 0.08), dark, 2.8, 0.65)
    torso.line([(2, 288), (2, 400), (0, torso.bottom + 60)], dark, 3.6, 0.8)
    torso.buttons([(14, y) for y in torso.down(308, 62)], clothes.trim, 6)
    pocket = torso.cut([(66, 236), (104, 230), (105, 240), (67, 246)])
    drawing.path(pocket, dark, opacity=0.5)


def draw_robe(torso: Torso) -> None:
    """Draw a robe that crosses over the chest."""
    clothes = torso.sketch.look.clothes
    neckline(torso, clothes.under, 42, 96)
    dark = torso.dark(clothes.colour, 0.45)
    for side in (-1, 1):
        edge = [
            (side * 38, 108), (side * 66, 132), (side * 60, 190), (0, 262), (-side * 10, 250),
            (side * 28, 176),
        ]  # fmt: skip
        torso.piece(edge, mix(clothes.colour, (255, 244, 220), 0.14), dark, 2.6, 0.6)
    for x in (-84, -34, 40, 92):
        torso.line([(x, 230), (1.1 * x, 330), (1.25 * x, torso.bottom + 60)], dark, 4, 0.3)


def draw_hoodie(torso: Torso) -> None:
    """Draw a hoodie with its cords."""
    clothes = torso.sketch.look.clothes
    dark = torso.dark(clothes.colour)
    neckline(torso, clothes.under, 40, 44)
    for side in (-1, 1):
        edge = [
            (side * 44, 104), (side * 84, 132), (side * 64, 172), (side * 6, 192),
            (side * 30, 156), (side * 42, 130),
        ]  # fmt: skip
        torso.piece(edge, mix(clothes.colour, (255, 250, 244), 0.1), dark, 2.4, 0.5)
        cord = [(side * 18, 184), (side * 22, 216), (side * 20, 246)]
        torso.line(cord, torso.sketch.tone((236, 232, 224)), 4, 0.95)
    torso.line([(0, 192), (0, 300), (0, torso.bottom + 60)], dark, 3, 0.5)


def draw_armour(torso: Torso) -> None:
    """Draw a breastplate and shoulder plates."""
    clothes, drawing = torso.sketch.look.clothes, torso.sketch.drawing
    dark, light = torso.dark(clothes.colour, 0.5), torso.light(clothes.colour, 0.6)
    gorget = [(-46, 104), (-52, 146), (0, 172), (52, 146), (46, 104), (0, 130)]
    torso.piece(gorget, mix(clothes.colour, (255, 255, 255), 0.1), dark, 3, 0.8)
    for side in (-1, 1):
        wide = torso.shoulder
        for step, reach in ((0, 1.0), (34, 0.96), (66, 0.9)):
            plate = [
                (side * 0.48 * wide, 152 + step), (side * 0.86 * reach * wide, 150 + step),
                (side * 1.2 * reach * wide, 196 + step), (side * 1.16 * reach * wide, 226 + step),
                (side * 0.62 * wide, 206 + step),
            ]  # fmt: skip
            drawing.path(torso.fill(plate, clothes.colour), stroke=dark, width=3, opacity=0.8)
    torso.line([(0, 176), (0, 300), (0, torso.bottom)], dark, 3, 0.6)
    lit = torso.sketch.shading.lit_side
    torso.line([(lit * 44, 196), (lit * 54, 260), (lit * 46, 330)], light, 8, 0.5)


def draw_spacesuit(torso: Torso) -> None:
    """Draw a spacesuit with its collar's ring."""
    clothes = torso.sketch.look.clothes
    dark = torso.dark(clothes.colour, 0.45)
    ring = [(-62, 112), (-66, 142), (0, 170), (66, 142), (62, 112), (0, 136)]
    torso.piece(ring, (150, 156, 168), dark, 3.4, 0.8)
    torso.line([(0, 172), (0, 300), (0, torso.bottom)], dark, 3, 0.6)
    patch = torso.cut([(46, 226), (104, 220), (106, 266), (48, 272)])
    torso.sketch.drawing.path(patch, torso.sketch.tone((196, 82, 48)), stroke=dark, width=2)
    for side in (-1, 1):
        torso.line([(side * 84, 170), (side * 70, 230), (side * 72, 320)], dark, 5, 0.35)
