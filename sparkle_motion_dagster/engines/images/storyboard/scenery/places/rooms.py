"""Rooms that people live and work in."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import walls, windows
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.walls import LAMPLIGHT, Room
from sparkle_motion_dagster.engines.images.storyboard.scenery.props import (
    hearths,
    household,
    shelves,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site


def _windows(
    site: Site,
    room: Room,
    places: tuple[float, ...],
    wide: float = 1.3,
    low: float = 0.95,
    tall: float = 1.45,
) -> None:
    unit = site.metre(room.depth)
    for x in places:
        foot = walls.on_wall(site, room, x - wide / 2, low + tall).at(0, 0)
        windows.window(site, foot, (wide * unit, tall * unit))
        walls.daylight(site, room, x)


def room(site: Site) -> None:
    """Set up a living room: window, armchair, shelf, a lamp."""
    dice = site.dice.apart("room")
    wall = dice.pick(
        ((196, 178, 156), (150, 168, 164), (190, 152, 136), (164, 160, 184), (206, 184, 132))
    )
    shape = Room(
        wall, (150, 106, 78), panel=mix(wall, (250, 240, 226), 0.35) if dice.happens(0.5) else None
    )
    walls.build(site, shape)
    side = site.sunward
    _windows(site, shape, (side * 1.1,))
    household.picture(walls.on_wall(site, shape, -side * 0.5, 1.5), dice)
    shelves.bookcase(walls.on_wall(site, shape, -side * 2.2), dice, 1.3, 2.1)
    household.rug(site, dice, 3.9, 1.5)
    household.armchair(site.pen(0.5 - side * 0.2, 4.4), dice)
    household.floor_lamp(site.pen(0.5 - side * 0.34, 4.9))
    household.pot_plant(site.pen(0.5 + side * 0.37, 4.8), dice)


def kitchen(site: Site) -> None:
    """Set up a kitchen: window over the counter, shelves, stove, a table."""
    dice = site.dice.apart("kitchen")
    wall = dice.pick(((232, 210, 174), (206, 214, 196), (238, 220, 190)))
    shape = Room(wall, (186, 124, 92), tiled=True, panel=mix(wall, (120, 160, 160), 0.45))
    walls.build(site, shape)
    side = site.sunward
    _windows(site, shape, (side * 0.5,), 1.7, 1.05, 1.3)
    shelves.shelf(walls.on_wall(site, shape, -side * 1.9, 1.55), dice, 1.5)
    shelves.shelf(walls.on_wall(site, shape, -side * 1.9, 2.0), dice, 1.5)
    household.counter(walls.on_wall(site, shape, side * 0.4), 3.4)
    hearths.stove(walls.on_wall(site, shape, -side * 1.95))
    shelves.pans(walls.on_wall(site, shape, side * 2.3, 1.9), dice)
    walls.hanging_lamp(site, shape, -0.75 * side, 4.2)


def bakery(site: Site) -> None:
    """Set up a bakery's kitchen around its iron oven."""
    dice = site.dice.apart("bakery")
    shape = Room((214, 178, 140), (170, 112, 84), tiled=True)
    walls.build(site, shape)
    side = site.sunward
    _windows(site, shape, (side * 1.9,), 1.2, 1.1, 1.2)
    hearths.brick_oven(walls.on_wall(site, shape, -side * 0.7))
    shelves.shelf(walls.on_wall(site, shape, -side * 2.7, 1.3), dice, 1.0, bread=True)
    shelves.shelf(walls.on_wall(site, shape, -side * 2.7, 1.8), dice, 1.0, bread=True)
    walls.hanging_lamp(site, shape, 0.6 * side, 4.4)
    bench = walls.table(site, side * 0.75, 4.2, 1.0, (190, 150, 110))
    shelves.loaves(bench, dice)


def bedroom(site: Site) -> None:
    """Set up a bedroom: a bed below the window, a small lamp beside it."""
    dice = site.dice.apart("bedroom")
    wall = dice.pick(((172, 172, 196), (204, 176, 172), (160, 182, 186)))
    shape = Room(wall, (146, 108, 84))
    walls.build(site, shape)
    side = site.sunward
    _windows(site, shape, (side * 0.9,), 1.4)
    household.picture(walls.on_wall(site, shape, -side * 1.6, 1.5), dice)
    household.wardrobe(walls.on_wall(site, shape, -side * 2.7), dice)
    household.bed(site.pen(0.5 + side * 0.12, 4.7), dice)
    stand = household.chest(site.pen(0.5 - side * 0.2, 5.0))
    household.table_lamp(stand, 0.42)


def office(site: Site) -> None:
    """Set up an office: a desk with its lamp, blinds, filing cabinets."""
    dice = site.dice.apart("office")
    wall = dice.pick(((140, 146, 128), (158, 142, 120), (126, 138, 146)))
    shape = Room(wall, (112, 84, 68), panel=(112, 82, 64))
    walls.build(site, shape)
    side = site.sunward
    _windows(site, shape, (side * 0.7,), 2.0)
    household.blinds(walls.on_wall(site, shape, side * 0.7, 0.95), 2.0, 1.45)
    household.cabinet(walls.on_wall(site, shape, -side * 2.4))
    household.picture(walls.on_wall(site, shape, -side * 1.1, 1.5), dice)
    desk = walls.table(site, -side * 0.5, 4.0, 1.2, (120, 80, 58))
    household.table_lamp(desk.moved(-side * 0.75, 0), 0.5)
    shelves.papers(desk, dice)


def lab(site: Site) -> None:
    """Set up a laboratory or workshop: benches, glass, a cold light."""
    dice = site.dice.apart("lab")
    shape = Room((186, 204, 204), (132, 146, 150), tiled=True)
    walls.build(site, shape)
    side = site.sunward
    _windows(site, shape, (side * 1.6,), 1.4)
    for up in (1.35, 1.8):
        shelves.glassware(walls.on_wall(site, shape, -side * 1.4, up), dice, 2.2)
    household.counter(walls.on_wall(site, shape, -side * 1.0), 4.0)
    bench = walls.table(site, side * 0.6, 3.9, 1.3, (150, 168, 168))
    shelves.glassware(bench, dice, 1.6)
    walls.hanging_lamp(site, shape, 0, 4.4)


def library(site: Site) -> None:
    """Set up a library: shelves to the ceiling, a reading lamp."""
    dice = site.dice.apart("library")
    shape = Room((126, 92, 70), (120, 76, 58), height=3.6)
    walls.build(site, shape)
    side = site.sunward
    for x in (-2.8, -1.5, 1.5, 2.8):
        shelves.bookcase(walls.on_wall(site, shape, x), dice, 1.26, 3.3)
    _windows(site, shape, (0.0,), 1.3, 1.1, 1.9)
    household.rug(site, dice, 3.9, 1.6)
    desk = walls.table(site, side * 0.9, 4.0, 0.9, (116, 74, 52))
    household.table_lamp(desk.moved(side * 0.4, 0), 0.5)
    shelves.books(desk.moved(-side * 0.3, 0), dice)


def bar(site: Site) -> None:
    """Set up a bar: bottles before a mirror, lamps over the counter, stools."""
    dice = site.dice.apart("bar")
    shape = Room((112, 62, 58), (90, 58, 48), panel=(96, 60, 46))
    walls.build(site, shape)
    side = site.sunward
    _windows(site, shape, (side * 2.4,), 1.2, 1.0, 1.4)
    mirror = walls.on_wall(site, shape, -side * 0.8, 1.15)
    glass = mirror.fade(0, 1.3, mirror.air.half((150, 120, 96)), mirror.air.half((96, 84, 86)))
    mirror.box(-1.5, 0, 3.0, 1.3, glass)
    for up in (0.05, 0.62):
        shelves.bottles(walls.on_wall(site, shape, -side * 0.8, 1.15 + up), dice, 2.7)
    household.bar_counter(site.pen(0.5 - side * 0.08, 5.0))
    for x in (-1.3, 0.0, 1.2):
        walls.hanging_lamp(site, shape, x, 5.0)
    for share in (0.3, 0.48, 0.64):
        household.stool(site.pen(share, 4.3))


def classroom(site: Site) -> None:
    """Set up a classroom: a blackboard and rows of desks."""
    dice = site.dice.apart("classroom")
    shape = Room((214, 202, 166), (150, 112, 82), half=4.2, depth=7.0)
    walls.build(site, shape)
    board = walls.on_wall(site, shape, -0.4 * site.sunward, 1.0)
    board.box(-1.6, 0, 3.2, 1.3, board.air.half((120, 84, 62)))
    board.box(-1.52, 0.08, 3.04, 1.14, board.air.half((58, 84, 76)))
    for up, long in ((0.95, 1.5), (0.7, 2.0), (0.45, 1.1)):
        line = [(-1.2, up), (-1.2 + long, up + dice.between(-0.02, 0.02))]
        board.line(line, 0.025, board.air.lit((226, 230, 222)), 0.7)
    _windows(site, shape, (site.sunward * 2.7,), 1.5)
    for distance in (5.4, 4.2, 3.1):
        for x in (-1.7, 0.0, 1.7):
            walls.table(site, x, distance, 0.55, (176, 128, 84))


def cabin(site: Site) -> None:
    """Set up a cabin of logs with a fire."""
    dice = site.dice.apart("cabin")
    shape = Room((150, 108, 76), (124, 86, 62), depth=5.4, height=2.6)
    walls.build(site, shape)
    log = walls.on_wall(site, shape, 0)
    for step in range(9):
        log.line([(-3.5, 0.3 * step), (3.5, 0.3 * step)], 0.025, log.air.shade((90, 60, 44)), 0.7)
    side = site.sunward
    _windows(site, shape, (side * 1.1,), 1.2, 0.95, 1.1)
    hearths.fireplace(walls.on_wall(site, shape, -side * 1.4))
    household.rug(site, dice, 3.6, 1.2)
    household.armchair(site.pen(0.5 + side * 0.24, 4.2), dice)


def sill(site: Site) -> None:
    """Set up a window seen from near, its sill across the picture."""
    frame, air = site.frame, site.air(0)
    wall = (222, 196, 160)
    site.drawing.box((0, frame.top), (frame.width, frame.rows), air.half(wall))
    margin = min(0.2 * frame.width, 0.3 * site.measure)
    top, foot = site.y(0.08), site.y(0.72)
    windows.window(site, (margin, top), (frame.width - 2 * margin, foot - top), 2)
    shade = site.drawing.linear(
        (0, 0), (margin, 0), (0, (20, 12, 20), 0.45), (1, (20, 12, 20), 0.0)
    )
    site.drawing.box((0, frame.top), (margin, frame.rows), shade)
    wood = (214, 186, 148)
    paint = site.drawing.fade(foot, site.y(0.9), air.lit(wood), air.half(wood))
    site.drawing.polygon(
        [(0.5 * margin, foot), (frame.width - 0.5 * margin, foot), (frame.width, site.y(0.9)),
         (0, site.y(0.9))],
        paint,
    )  # fmt: skip
    site.drawing.box((0, site.y(0.9)), (frame.width, 0.11 * frame.rows), air.shade(wood))
    dice = site.dice.apart("curtains")
    cloth = dice.pick(((206, 112, 96), (150, 170, 160), (226, 200, 150)))
    for side in (-1, 1):
        pen = site.pen_at((site.x(0.5 + 0.5 * side), top), site.measure, mirrored=-side)
        wide = 1.25 * margin / site.measure
        low = (foot - top) / site.measure
        pen.blob(
            [(-0.02, 0.08), (wide, 0.08), (wide * 0.8, -0.4 * low), (wide * 0.35, -0.75 * low),
             (-0.02, -0.8 * low)],
            pen.air.half(cloth),
        )  # fmt: skip
        for share in (0.3, 0.6):
            pen.stroke(
                [(wide * share, 0.08), (wide * share * 0.8, -0.35 * low),
                 (wide * share * 0.4, -0.72 * low)],
                0.012,
                pen.air.shade(cloth),
                0.6,
            )  # fmt: skip


def floor(site: Site) -> None:
    """Set up a floor seen from above, light falling across its flagstones."""
    frame, dice = site.frame, site.dice.apart("flagstones")
    air, stone = site.air(0), (184, 152, 124)
    site.drawing.box((0, frame.top), (frame.width, frame.rows), air.shade((84, 66, 60)))
    vanishing = site.y(-0.5)

    def at(across: float, depth: float) -> Point:
        row = vanishing + 1.6 * site.measure / depth
        return site.x(0.5) + across * (row - vanishing), row

    depth, gap = 3.4, 0.012
    while depth > 1.0:
        nearer = depth / 1.2
        across = -2.4 - dice.between(0, 0.3)
        while across < 2.4:
            wide = dice.between(0.24, 0.36)
            corners = [
                at(across, depth),
                at(across + wide - gap, depth),
                at(across + wide - gap, nearer * 1.012),
                at(across, nearer * 1.012),
            ]
            site.drawing.polygon(
                corners, mix(air.half(stone), air.shade(stone), dice.between(0, 0.8))
            )
            across += wide
        depth = nearer
    side = site.sunward
    beam = [(0.12, 0.0), (0.4, 0.0), (0.12, 1.0), (-0.36, 1.0)]
    patch = [(site.x(0.5 + side * x), site.y(y)) for x, y in beam]
    site.drawing.polygon(patch, mix(site.outside.key, LAMPLIGHT, 0.4), opacity=0.3)
