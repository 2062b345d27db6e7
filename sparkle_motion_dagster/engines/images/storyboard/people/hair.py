"""Hair: what lies behind the head, what lies on it, and what falls over the shoulders."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people import curls
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

_COVERING = ("hood", "headscarf", "helmet")


def draw_hair_behind(sketch: Sketch) -> None:
    """Draw the hair behind neck and head."""
    style = sketch.look.hair.style
    if sketch.look.hat.style in _COVERING:
        return
    _draw_back(sketch)
    if style in ("long", "wavy", "bob"):
        _draw_mane(sketch)
    elif style == "afro":
        curls.draw_cloud(sketch, 44, 14)
    elif style == "curls" and sketch.look.hat.style == "none":
        curls.draw_cloud(sketch, 15, 13)
    elif style == "bun" and sketch.look.hat.style == "none":
        x, y = sketch.round_head(0, -118, -0.55)
        curls.hair_mass(sketch, curls.scalloped(x, y, 36, 30, 10, 1.5), 38)
    elif style == "ponytail":
        side = -1 if sketch.turn >= 0 else 1
        tail = [(side * 40, -88), (side * 84, -84), (side * 108, -30), (side * 104, 40)]
        tail += [(side * 84, 92), (side * 82, 40), (side * 74, -10)]
        curls.hair_mass(sketch, tail, 100)


def draw_hair(sketch: Sketch) -> None:
    """Draw the hair on the head and around the face."""
    look = sketch.look
    style = look.hair.style
    if style == "bald" or look.hat.style in _COVERING:
        return
    if style == "balding":
        _draw_sides(sketch)
        return
    if style in ("curls", "afro"):
        curls.draw_curls(sketch)
        return
    _draw_cap(sketch)


def draw_hair_in_front(sketch: Sketch) -> None:
    """Draw what falls over the shoulders: strands, braids."""
    style, turn = sketch.look.hair.style, sketch.turn
    if sketch.look.hat.style in ("helmet",):
        return
    sides = {"braid": (1 if turn <= 0.2 else -1,), "pigtails": (1, -1)}.get(style, ())
    for side in sides:
        curls.draw_braid(sketch, sketch.round_head(side * sketch.half_width * 0.92, 64, -0.1), side)
    if style in ("braid", "pigtails"):
        return
    if style in ("long", "wavy") and sketch.look.hat.style not in _COVERING:
        for side in (-1, 1):
            wave = 7 if style == "wavy" else 2
            strand = [(side * 70, 6), (side * (86 + wave), 52), (side * (84 - wave), 100)]
            strand += [(side * (82 + wave), 150), (side * 62, 208), (side * (54 + wave), 150)]
            strand += [(side * (62 - wave), 100), (side * (66 + wave), 52)]
            curls.hair_mass(sketch, [sketch.round_head(x, y, -0.05) for x, y in strand], 92)


def _draw_back(sketch: Sketch) -> None:
    """Draw the back of the head, which shows where the head is turned."""
    look = sketch.look
    bare = look.hair.style in ("bald", "balding")
    colour = look.skin if bare else mix(look.hair.colour, (24, 14, 28), 0.16)
    reach = sketch.half_width + (0 if bare else 5)
    right = [
        (0.72 * reach, -84), (reach, -40), (0.99 * reach, 6), (0.8 * reach, 44), (0.4 * reach, 64),
    ]  # fmt: skip
    points = [(0, -101), *right, (0, 68), *[(-x, y) for x, y in reversed(right)]]
    paint = sketch.shading.round(sketch.drawing, colour, -reach - 20, reach + 20)
    sketch.drawing.path(closed([sketch.round_head(x, y, -0.4) for x, y in points]), paint)


def _draw_mane(sketch: Sketch) -> None:
    style = sketch.look.hair.style
    wide = sketch.half_width + 16
    if style == "bob":
        right: list[Point] = [
            (0.7 * wide, -98), (wide, -40), (wide + 6, 20), (wide + 8, 70), (wide - 12, 92),
            (40, 84),
        ]  # fmt: skip
    else:
        wave = 9 if style == "wavy" else 0
        right = [
            (0.7 * wide, -98), (wide, -40), (wide + wave, 20), (wide + 4 - wave, 80),
            (wide + 8 + wave, 140),
        ]  # fmt: skip
        right += [(wide - 8, 196), (44, 204)]
    points = [(0, -114), *right, *[(-x, y) for x, y in reversed(right)]]
    dark = mix(sketch.look.hair.colour, (24, 14, 28), 0.3)
    paint = sketch.shading.round(sketch.drawing, dark, -wide - 8, wide + 8)
    sketch.drawing.path(closed([sketch.round_head(x, y, -0.25) for x, y in points]), paint)


def _hairline(sketch: Sketch) -> list[Point]:
    """Return the edge of the hair on the face, from its left end to its right one."""
    look = sketch.look
    style, parting = look.hair.style, look.hair.parting
    temple = sketch.half_width - 6
    bare = 4 * look.wrinkles * (not look.feminine)

    def side(x: float, y: float) -> Point:
        return sketch.round_head(x, y, 0.15)

    locks = style in ("bob", "long", "wavy")
    low = 64.0 if locks else 8.0
    left, right = side(-temple - (3 if locks else 5), low), side(temple + (3 if locks else 5), low)
    line: list[Point]
    if style == "crop":
        line = [(-58, -40), (-46, -58 - bare), (0, -64 - bare), (46, -58 - bare), (58, -40)]
    elif style in ("bun", "ponytail", "braid", "pigtails") and not look.hair.fringe:
        split = 22 * parting
        line = [
            (-58, -28), (-40, -56), (split - 10, -69), (split, -73), (split + 10, -69), (40, -56),
            (58, -28),
        ]  # fmt: skip
    elif look.hair.fringe:
        line = [
            (-60, -20), (-47, -29), (-24, -27), (-6, -31), (16, -26), (38, -30), (50, -26),
            (61, -18),
        ]  # fmt: skip
    elif style in ("pixie", "short", "messy"):
        line = [(-56, -34), (-40, -50), (-8, -46), (22, -34), (46, -24), (58, -14)]
        if style != "pixie":
            line = [
                (-57, -34 - bare), (-50, -58 - bare), (-36, -66 - bare), (-8, -54 - bare),
                (24, -48 - bare), (48, -42 - bare), (59, -30),
            ]  # fmt: skip
        if parting < 0:
            line = [(-x, y) for x, y in reversed(line)]
    else:
        split = 30 * parting
        line = [
            (-60, -14), (-44, -42), (0.5 * (split - 40), -60), (split, -76),
            (0.5 * (split + 40), -60), (44, -42), (60, -14),
        ]  # fmt: skip
    middle = [sketch.on_face(x, y, -4) for x, y in line]
    if locks:
        return [left, side(-temple + 1, 22), *middle, side(temple - 1, 22), right]
    return [left, *middle, right]


def _draw_cap(sketch: Sketch) -> None:
    """Draw hair that covers the skull, from the outline to the hairline."""
    look, drawing = sketch.look, sketch.drawing
    style = look.hair.style
    flat = look.hat.style != "none"
    volume = {"crop": 4.0, "short": 12.0, "messy": 15.0, "bun": 9.0, "ponytail": 9.0}.get(
        style, 13.0
    )
    wide = sketch.half_width + 0.55 * volume
    top = 100 + (3.0 if flat else volume)
    low = 76.0 if style in ("bob", "long", "wavy") else 12.0
    right = [
        (wide - 5, low), (wide + 4, -18), (0.98 * wide, -0.58 * top), (0.74 * wide, -0.85 * top),
    ]  # fmt: skip
    crown = [(0.4 * wide, -0.975 * top), (0, -top - 3), (-0.4 * wide, -0.975 * top)]
    if style == "messy" and not flat:
        right = [
            (wide - 4, 12), (wide + 5, -22), (wide + 1, -44), (wide + 6, -66), (0.74 * wide, -86),
            (0.66 * wide, -108),
        ]  # fmt: skip
        crown = [
            (0.36 * wide, -104), (0.14 * wide, -120), (-0.12 * wide, -107), (-0.4 * wide, -116),
        ]  # fmt: skip
    outer = [sketch.round_head(x, y, -0.15) for x, y in right]
    outer += [sketch.round_head(x, y, -0.12) for x, y in crown]
    outer += [sketch.round_head(-x, y, -0.15) for x, y in reversed(right)]
    hairline = _hairline(sketch)
    path = curve(outer) + curve(hairline).replace("M", "L", 1) + "Z"
    shadow = [(x, y + 4) for x, y in hairline[1:-1]]
    dark = sketch.tone(mix(look.skin, (90, 30, 40), 0.5))
    drawing.path(curve(shadow), stroke=dark, width=6, opacity=0.2)
    drawing.path(path, sketch.shading.round(drawing, look.hair.colour, -wide - 6, wide + 6))
    if not flat:
        _draw_sheen(sketch, wide, top)
    _draw_strands(sketch, wide, top)
    if look.hair.fringe:
        _draw_fringe(sketch, hairline[2:-2] if len(hairline) > 10 else hairline[1:-1])


def _draw_fringe(sketch: Sketch, edge: list[Point]) -> None:
    """Draw the strands of a fringe, up from its edge."""
    tone = curls.hair_tone(sketch, 0)
    dark = mix(tone, (20, 10, 20), 0.4)
    light = mix(tone, sketch.shading.glint, 0.22)
    middle = sketch.on_face(0, 0)[0]
    for index, (x, y) in enumerate(edge):
        root = (middle + 0.62 * (x - middle), y - 40)
        strand = [(x, y), (0.5 * (x + root[0]) + 0.06 * (x - middle), y - 20), root]
        sketch.drawing.path(curve(strand), stroke=dark, width=1.8, opacity=0.42)
        if index % 2:
            beside = [(strand_x + 3, strand_y) for strand_x, strand_y in strand]
            sketch.drawing.path(curve(beside[1:]), stroke=light, width=2.2, opacity=0.35)


def _draw_sheen(sketch: Sketch, wide: float, top: float) -> None:
    """Draw the crescent of light on smooth hair."""
    side = sketch.shading.lit_side
    light = mix(sketch.tone(sketch.look.hair.colour, side * 0.5), sketch.shading.glint, 0.34)
    outer = ((0.88, -0.42), (0.78, -0.66), (0.55, -0.84), (0.22, -0.93))
    inner = ((0.26, -0.82), (0.52, -0.72), (0.7, -0.56))
    band = [sketch.round_head(side * x * wide, y * top, -0.05) for x, y in (*outer, *inner)]
    sketch.drawing.path(closed(band), light, opacity=0.3)


def _draw_strands(sketch: Sketch, wide: float, top: float) -> None:
    """Draw some lines of hair from the parting down to both sides."""
    dark = mix(curls.hair_tone(sketch, 0), (20, 10, 20), 0.38)
    split = 26 * sketch.look.hair.parting
    for side in (-1, 1):
        for start, reach, low in ((2, 0.6, -66.0), (5, 0.8, -50.0), (9, 0.97, -26.0)):
            points = [
                sketch.round_head(split + side * start, -0.87 * top, 0.3),
                sketch.round_head(0.4 * split + side * 0.66 * reach * wide, -0.74 * top, 0.12),
                sketch.round_head(side * reach * wide, low - 8, 0.0),
            ]
            sketch.drawing.path(curve(points), stroke=dark, width=1.7, opacity=0.3)


def _draw_sides(sketch: Sketch) -> None:
    """Draw the hair that is left above the ears."""
    wide = sketch.half_width
    for side in (-1, 1):
        tuft = [
            (side * (wide - 14), -46), (side * (wide + 3), -40), (side * (wide + 9), -8),
            (side * (wide + 4), 22), (side * (wide - 4), 14), (side * (wide - 9), -14),
        ]  # fmt: skip
        points = [sketch.round_head(x, y, 0.0) for x, y in tuft]
        sketch.drawing.path(closed(points), curls.hair_tone(sketch, side * 0.7))
