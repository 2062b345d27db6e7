"""Halls and hollows: church, great hall, stage, corridor and cave."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import walls, windows
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.walls import LAMPLIGHT, Room
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site

_GLASS: tuple[Colour, ...] = (
    (206, 84, 72), (70, 110, 170), (226, 176, 84), (90, 150, 120), (140, 96, 160),
)  # fmt: skip


def _arch(x: float, half: float, foot: float, spring: float) -> list[Point]:
    """Return the outline of a pointed window."""
    return [
        (x - half, foot), (x - half, spring), (x - 0.55 * half, spring + 0.9 * half),
        (x, spring + 1.5 * half), (x + 0.55 * half, spring + 0.9 * half), (x + half, spring),
        (x + half, foot),
    ]  # fmt: skip


def church(site: Site) -> None:
    """Set up a church: columns, pews, light through coloured glass."""
    dice = site.dice.apart("church")
    room = Room((168, 158, 152), (130, 116, 112), tiled=True, half=5.0, depth=11.0, height=9.0)
    walls.build(site, room)
    bright = not site.reading.hour.is_dark
    for x, half in ((-2.6, 0.6), (0.0, 0.85), (2.6, 0.6)):
        pen = walls.on_wall(site, room, x)
        pen.shape(_arch(0, half * 1.15, 2.5, 5.6), pen.air.shade((120, 112, 110)))
        for row in range(7):
            for column in (-1, 0, 1):
                glass = mix(dice.pick(_GLASS), site.outside.horizon, 0.3 if bright else 0.0)
                tone = glass if bright else mix(glass, (16, 20, 40), 0.72)
                wide = half * 0.62
                top = 2.6 + 0.52 * (row + 1)
                if top < 6.2 or column == 0:
                    pen.box(column * wide - wide / 2, 2.6 + 0.52 * row, wide * 0.94, 0.49, tone)
        pen.glow(0, 4.4, 3.4, site.outside.key, 0.16 if bright else 0.1)
        if bright:
            corner = pen.at(0, 5)
            end = (site.x(0.5 - 0.3 * site.sunward), float(site.frame.height))
            drawing = site.layers.light.drawing
            key = site.outside.key
            paint = drawing.linear(corner, end, (0, key, 0.2), (1, key, 0.02))
            reach = 0.09 * site.measure
            drawing.polygon(
                [(corner[0] - reach * 0.5, corner[1]), (corner[0] + reach * 0.5, corner[1]),
                 (end[0] + 2 * reach, end[1]), (end[0] - 2 * reach, end[1])],
                paint,
            )  # fmt: skip
    for distance in (9.5, 7.4, 5.6, 4.2):
        for side in (-1, 1):
            pen = site.pen_at(site.at(side * 3.4, 0, distance), site.metre(distance))
            pen.box(-0.32, 0, 0.64, 9, pen.round(0, 0.32, (176, 166, 158)))
            pen.box(-0.42, 0, 0.84, 0.3, pen.air.half((150, 140, 134)))
    for distance in (7.6, 6.4, 5.3, 4.4, 3.6):
        for side in (-1, 1):
            pen = site.pen_at(site.at(side * 1.75, 0, distance), site.metre(distance))
            wood = pen.fade(0, 0.85, pen.air.shade((104, 72, 56)), pen.air.half((130, 90, 66)))
            pen.box(-1.05, 0, 2.1, 0.85, wood)
            pen.box(-1.1, 0.82, 2.2, 0.07, pen.air.lit((150, 108, 80)))
    altar = walls.on_wall(site, room, 0)
    altar.box(-0.9, 0, 1.8, 1.0, altar.air.half((206, 196, 180)))
    for x in (-0.6, 0.6):
        altar.box(x - 0.04, 1.0, 0.08, 0.4, altar.air.lit((240, 232, 214)))
        altar.oval(x, 1.47, 0.05, 0.1, (255, 226, 150))
        altar.glow(x, 1.45, 1.6, LAMPLIGHT, 0.6)


def hall(site: Site) -> None:
    """Set up a great hall: tall windows, columns, banners, a carpet to a dais."""
    dice = site.dice.apart("hall")
    room = Room(
        (186, 162, 130),
        (146, 116, 98),
        tiled=True,
        half=5.4,
        depth=11.0,
        height=7.0,
        panel=(130, 96, 76),
    )
    walls.build(site, room)
    unit = site.metre(room.depth)
    for x in (-3.6, 3.6):
        corner = walls.on_wall(site, room, x - 0.8, 5.4).at(0, 0)
        windows.window(site, corner, (1.6 * unit, 3.6 * unit))
        walls.daylight(site, room, x)
    cloth = dice.pick(((150, 48, 52), (52, 70, 120), (60, 100, 80)))
    for x in (-1.7, 1.7):
        pen = walls.on_wall(site, room, x, 2.4)
        banner = [(-0.5, 0.4), (0, 0), (0.5, 0.4), (0.5, 3.4), (-0.5, 3.4)]
        pen.shape(banner, pen.fade(0, 3.4, pen.air.shade(cloth), pen.air.lit(cloth)))
        pen.oval(0, 2.0, 0.26, 0.26, pen.air.lit((226, 190, 110)))
    near, far = site.nearest(), room.depth
    carpet = ((-1.1, near), (-1.1, far), (1.1, far), (1.1, near))
    site.drawing.polygon([site.at(x, 0, d) for x, d in carpet], site.air(0).half(cloth))
    dais = walls.on_wall(site, room, 0)
    dais.box(-1.6, 0, 3.2, 0.35, dais.air.lit((176, 150, 124)))
    throne = [(-0.5, 0.35), (-0.55, 1.9), (0, 2.5), (0.55, 1.9), (0.5, 0.35)]
    dais.blob(throne, dais.air.half((176, 136, 74)))
    dais.box(-0.36, 0.6, 0.72, 1.1, dais.air.half(cloth))
    for distance in (9.0, 6.6, 4.8):
        for side in (-1, 1):
            pen = site.pen_at(site.at(side * 4.1, 0, distance), site.metre(distance))
            pen.box(-0.38, 0, 0.76, 7, pen.round(0, 0.38, (206, 190, 164)))
            pen.box(-0.5, 0, 1.0, 0.35, pen.air.half((176, 156, 130)))
            pen.glow(-side * 0.45, 2.4, 2.0, LAMPLIGHT, 0.5 * site.outside.lamps)
    if site.outside.lamps > 0.4:
        site.glow((site.x(0.5), site.y(0.16)), 0.6, LAMPLIGHT, 0.5)


def theatre(site: Site) -> None:
    """Set up a stage: curtains, boards, a spotlight, and heads in the dark."""
    dice, frame = site.dice.apart("theatre"), site.frame
    air = site.air(0)
    cloth = dice.pick(((146, 36, 44), (120, 34, 60), (40, 62, 110)))
    site.drawing.box(
        (0, frame.top), (frame.width, frame.rows), mix(air.shade(cloth), (14, 8, 20), 0.6)
    )
    row = site.ground(6.5)
    boards = site.drawing.fade(
        row, site.y(0.88), air.half((176, 124, 84)), air.shade((150, 100, 70))
    )
    site.drawing.box((0, row), (frame.width, site.y(0.9) - row), boards)
    folds = 16
    for fold in range(folds):
        x, wide = site.x(fold / folds), frame.width / folds
        tone = site.drawing.linear(
            (x, 0),
            (x + wide, 0),
            (0, air.shade(cloth), 1),
            (0.45, air.half(cloth), 1),
            (1, mix(air.shade(cloth), (10, 4, 10), 0.4), 1),
        )
        top = row - site.measure * 0.012 * (fold % 2)
        site.drawing.box((x, frame.top), (wide + 1, top - frame.top), tone)
    spot = (site.x(0.5), 0.5 * (row + site.y(0.87)))
    half = 0.44 * site.measure
    site.drawing.ellipse(spot, half, 0.24 * half, (255, 240, 204), 0.42)
    drawing = site.layers.light.drawing
    source = (spot[0] + site.sunward * 0.3 * site.measure, float(frame.top))
    paint = drawing.linear(source, spot, (0, (255, 236, 190), 0.42), (1, (255, 236, 190), 0.1))
    drawing.polygon(
        [(source[0] - 0.02 * site.measure, source[1]), (source[0] + 0.02 * site.measure, source[1]),
         (spot[0] + half, spot[1]), (spot[0] - half, spot[1])],
        paint,
    )  # fmt: skip
    for side in (-1, 1):
        pen = site.pen_at(
            (site.x(0.5 + side * 0.51), row + 0.05 * site.measure), site.measure, mirrored=-side
        )
        tall = (row - frame.top) / site.measure + 0.06
        pen.blob(
            [(-0.05, -0.02), (0.1, 0), (0.13, 0.3 * tall), (0.2, 0.62 * tall), (0.32, tall),
             (-0.05, tall)],
            pen.round(0.1, 0.16, cloth),
        )  # fmt: skip
    valance = [
        (site.x(step / 8), frame.top + site.measure * (0.1 + (0.035 if step % 2 else 0)))
        for step in range(-1, 10)
    ]
    site.drawing.path(f"{curve(valance)}V{frame.top}H{-0.2 * frame.width:.0f}Z", air.half(cloth))
    site.drawing.box((0, site.y(0.88)), (frame.width, 0.13 * frame.rows), (16, 10, 18))
    x = -0.02
    while x < 1.02:
        size = site.measure * dice.between(0.035, 0.05)
        centre = (site.x(x), site.y(0.955) + dice.between(-0.01, 0.012) * frame.rows)
        site.drawing.ellipse(centre, size * 0.8, size, (12, 8, 14))
        site.drawing.ellipse(
            (centre[0], centre[1] + 1.9 * size), 1.7 * size, 1.2 * size, (12, 8, 14)
        )
        x += dice.between(0.08, 0.11) * site.measure / frame.width * 1.7


def corridor(site: Site) -> None:
    """Set up a corridor: doors, lamps along the ceiling, a light at its end."""
    colour = site.dice.apart("corridor").pick(((150, 164, 150), (170, 158, 136), (140, 150, 168)))
    room = Room(
        colour,
        (122, 112, 110),
        tiled=True,
        panel=mix(colour, (70, 84, 80), 0.55),
        half=1.6,
        depth=16.0,
    )
    walls.build(site, room)
    end = walls.on_wall(site, room, 0)
    end.box(-0.6, 0, 1.2, 2.3, end.air.own((255, 236, 196)))
    end.glow(0, 1.3, 6, site.outside.key, 0.7)
    key = site.outside.key
    paint = site.drawing.vertical(site.ground(16), site.ground(3.4), (0, key, 0.5), (1, key, 0.0))
    floor = ((-0.6, 16.0), (0.6, 16.0), (1.0, 3.4), (-1.0, 3.4))
    site.drawing.polygon([site.at(x, 0, d) for x, d in floor], paint)
    for near, far in ((9.5, 11.0), (6.2, 7.2), (4.2, 4.9)):
        for side in (-1, 1):
            wall = side * room.half
            door = ((near, 0), (near, 2.1), (far, 2.1), (far, 0))
            wood = site.air(0).shade((130, 92, 70))
            site.drawing.polygon([site.at(wall, up, d) for d, up in door], wood)
            knob, brass = site.at(wall, 1.0, near * 1.03), site.air(0).lit((220, 190, 120))
            site.drawing.ellipse(knob, 0.04 * site.metre(near), 0.04 * site.metre(near), brass)
    for distance in (13.0, 9.0, 6.2, 4.2):
        unit = site.metre(distance)
        pen = site.pen_at((site.x(0.5), site.ground(distance) - 2.75 * unit), unit)
        pen.oval(0, 0, 0.34, 0.07, (255, 240, 204))
        pen.glow(0, 0, 1.7, LAMPLIGHT, 0.4)


def cave(site: Site) -> None:
    """Set up a cave that opens towards the light."""
    dice, frame = site.dice.apart("cave"), site.frame
    outside = site.outside
    sky = site.drawing.fade(frame.top, site.y(0.75), outside.middle, outside.horizon)
    site.drawing.box((0, frame.top), (frame.width, frame.rows), sky)
    mouth = (site.x(0.5 + 0.14 * site.sunward), site.y(0.45))
    for haze, grow in ((0.62, 0.2), (0.34, 0.3), (0.12, 0.43), (0.0, 0.62)):
        tone = mix((60, 56, 72), outside.horizon, haze)
        ring: list[Point] = []
        for dx, dy in (
            (1, 0), (0.85, 0.5), (0.45, 0.85), (0, 1), (-0.5, 0.85), (-0.87, 0.5), (-1, 0),
            (-0.85, -0.55), (-0.5, -0.9), (0, -1), (0.5, -0.86), (0.87, -0.5),
        ):  # fmt: skip
            reach = site.measure * grow * dice.between(0.78, 1.2)
            ring.append((mouth[0] + 1.25 * dx * reach, mouth[1] + dy * reach * 0.92))
        hole = curve([*ring, ring[0]])
        rock = f"M0,{frame.top}V{frame.height}H{frame.width}V{frame.top}Z{hole}Z"
        site.drawing.path_with_holes(rock, mix(tone, (14, 12, 22), 0.35))
    site.glow(mouth, 0.7, outside.key, 0.5)
    ground = site.drawing.vertical(
        site.y(0.7),
        frame.height,
        (0, mix((70, 64, 78), outside.horizon, 0.25), 0.0),
        (0.4, (44, 40, 54), 1),
        (1, (24, 22, 32), 1),
    )
    site.drawing.box((0, site.y(0.7)), (frame.width, 0.31 * frame.rows), ground)
    for _ in range(9):
        x, size = site.x(dice.between(0, 1)), site.measure * dice.between(0.05, 0.16)
        half = size * 0.16
        site.drawing.polygon(
            [(x - half, frame.top - 2), (x + half, frame.top - 2),
             (x + 0.2 * half, frame.top + size)],
            (26, 24, 34),
        )  # fmt: skip
