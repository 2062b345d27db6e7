"""Inside what moves: carriage, car, wheelhouse, cockpit; and the lamp room of a lighthouse."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, circle, curve
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import walls, windows
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.walls import LAMPLIGHT, Room
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site

_COMPASS: Colour = (120, 230, 170)
_BRASS: Colour = (206, 160, 84)


def lamp_room(site: Site) -> None:
    """Set up the lamp room of a lighthouse: glass all around, the great lens in brass."""
    frame, air = site.frame, site.air(0)
    windows.view(site, (0, float(frame.top)), (float(frame.width), 0.78 * frame.rows))
    dark = air.shade((70, 66, 72))
    low = site.y(0.7)
    for index in range(7):
        x = site.x(index / 6)
        lean = (index / 6 - 0.5) * 0.16 * site.measure
        wide = 0.008 * site.measure
        site.drawing.polygon(
            [(x - wide, frame.top), (x + wide, frame.top), (x + lean + 1.6 * wide, low),
             (x + lean - 1.6 * wide, low)],
            dark,
        )  # fmt: skip
    for share in (0.0, 0.33):
        y = site.y(share)
        site.drawing.box((0, y - 0.006 * site.measure), (frame.width, 0.014 * site.measure), dark)
    wall = site.drawing.fade(low, frame.height, air.half((150, 106, 76)), air.shade((104, 70, 56)))
    site.drawing.box((0, low), (frame.width, frame.height - low), wall)
    site.drawing.box(
        (0, low - 0.012 * site.measure), (frame.width, 0.024 * site.measure), air.lit(_BRASS)
    )
    for index in range(15):
        x = site.x(index / 14)
        site.drawing.box(
            (x, low + 0.02 * site.measure),
            (0.003 * site.measure, frame.height - low),
            air.shade((80, 52, 44)),
            opacity=0.6,
        )
    _lens(site, (site.x(0.5 - 0.26 * site.sunward), site.y(0.42)), 0.17 * site.measure)


def _lens(site: Site, centre: Point, radius: float) -> None:
    drawing, (x, y) = site.drawing, centre
    brass, dark = site.air(0).lit(_BRASS), site.air(0).shade(_BRASS)
    drawing.box((x - 0.28 * radius, y + radius), (0.56 * radius, 3 * radius), dark)
    drawing.box((x - 0.5 * radius, y + 1.5 * radius), (radius, 0.16 * radius), brass)
    glass = drawing.radial(
        centre,
        radius * 1.3,
        (0, (255, 250, 224), 1),
        (0.3, (255, 222, 146), 1),
        (0.75, (206, 168, 110), 0.9),
        (1, (120, 104, 96), 0.9),
    )
    for step in range(-4, 5):
        half = radius * (1 - (step / 5.4) ** 2) ** 0.5 * 0.92
        slat = (x - half, y + step * 0.22 * radius - 0.1 * radius)
        drawing.box(slat, (2 * half, 0.19 * radius), glass, rounding=0.08 * radius)
    for side in (-1, 1):
        edge, bulge = x + side * 0.95 * radius, x + side * 1.05 * radius
        frame = curve([(edge, y - 1.1 * radius), (bulge, y), (edge, y + 1.1 * radius)])
        drawing.path(frame, stroke=brass, width=0.06 * radius)
    drawing.box((x - 0.7 * radius, y + 1.02 * radius), (1.4 * radius, 0.1 * radius), brass)
    drawing.box((x - 0.6 * radius, y - 1.14 * radius), (1.2 * radius, 0.1 * radius), brass)
    site.glow(centre, 0.8, LAMPLIGHT, 0.55)


def wheelhouse(site: Site) -> None:
    """Set up the wheelhouse of a small boat: windscreen, wheel, the green glow of the compass."""
    frame, air = site.frame, site.air(0)
    windows.view(site, (0, site.y(0.06)), (float(frame.width), 0.66 * frame.rows))
    wood: Colour = (120, 84, 62)
    dark = mix(air.shade(wood), (12, 14, 20), 0.4)
    site.drawing.box((0, frame.top), (frame.width, 0.09 * frame.rows), dark)
    for share in (-0.01, 0.33, 0.67, 1.01):
        x = site.x(share)
        wide = 0.03 * site.measure
        site.drawing.polygon(
            [(x - wide, frame.top), (x + wide, frame.top), (x + 1.3 * wide, site.y(0.66)),
             (x - 1.3 * wide, site.y(0.66))],
            dark,
        )  # fmt: skip
    low = site.y(0.64)
    desk = site.drawing.vertical(
        low, frame.height, (0, air.half(wood), 1), (0.2, air.shade(wood), 1), (1, (20, 18, 24), 1)
    )
    site.drawing.box((0, low), (frame.width, frame.height - low), desk)
    x, y = site.x(0.5 - 0.27 * site.sunward), low + 0.03 * site.measure
    site.drawing.ellipse((x, y), 0.1 * site.measure, 0.05 * site.measure, air.shade(_BRASS))
    site.drawing.ellipse((x, y), 0.08 * site.measure, 0.038 * site.measure, (40, 120, 92))
    site.drawing.ellipse((x, y), 0.06 * site.measure, 0.026 * site.measure, _COMPASS)
    site.glow((x, y), 0.5, _COMPASS, 0.7)
    wheel(site, (site.x(0.5 + 0.2 * site.sunward), site.y(0.84)), 0.22 * site.measure)


def wheel(site: Site, centre: Point, radius: float) -> None:
    """Draw a ship's wheel, in pixels."""
    drawing, (x, y) = site.drawing, centre
    wood, dark = site.air(0).half((168, 112, 70)), site.air(0).shade((110, 70, 48))
    for dx, dy in (
        (1, 0), (0.707, 0.707), (0, 1), (-0.707, 0.707), (-1, 0), (-0.707, -0.707), (0, -1),
        (0.707, -0.707),
    ):  # fmt: skip
        spoke = f"M{x:.1f},{y:.1f}L{x + 1.25 * dx * radius:.1f},{y + 1.25 * dy * radius:.1f}"
        drawing.path(spoke, stroke=dark, width=0.09 * radius)
    ring = circle(centre, radius)
    drawing.path(ring, stroke=wood, width=0.13 * radius)
    drawing.ellipse(centre, 0.2 * radius, 0.2 * radius, site.air(0).lit(_BRASS))


def carriage(site: Site) -> None:
    """Set up a train compartment: a wide window, seats on both sides, a luggage rack."""
    dice = site.dice.apart("carriage")
    room = Room((150, 104, 74), (100, 74, 64), panel=(120, 80, 58), half=1.5, depth=3.6, height=2.5)
    walls.build(site, room)
    unit = site.metre(room.depth)
    corner = walls.on_wall(site, room, -0.95, 2.0).at(0, 0)
    windows.window(site, corner, (1.9 * unit, 1.15 * unit), 0)
    cloth = dice.pick(((130, 52, 50), (58, 96, 88), (64, 78, 122)))
    air = site.air(0)
    for side in (-1, 1):
        back = ((3.5, 0.45), (3.5, 1.35), (1.0, 1.35), (1.0, 0.45))
        site.drawing.polygon([site.at(side * 1.4, up, d) for d, up in back], air.half(cloth))
        seat = ((3.5, 1.45), (3.5, 0.85), (1.0, 0.85), (1.0, 1.45))
        site.drawing.polygon([site.at(side * out, 0.48, d) for d, out in seat], air.lit(cloth))
        for d in (2.9, 2.2, 1.6):
            (x, top), (_, foot) = (site.at(side * 1.4, up, d) for up in (1.33, 0.5))
            seam = f"M{x:.1f},{top:.1f}V{foot:.1f}"
            site.drawing.path(seam, stroke=air.shade(cloth), width=0.004 * site.measure)
        (x, y), (near_x, near_y) = (site.at(side * 1.1, 2.05, d) for d in (3.5, 1.2))
        rack = f"M{x:.1f},{y:.1f}L{near_x:.1f},{near_y:.1f}"
        site.drawing.path(rack, stroke=air.lit(_BRASS), width=0.008 * site.measure)
    walls.hanging_lamp(site, Room(room.wall, room.floor, height=2.5), 0, 2.9)


def car(site: Site) -> None:
    """Set up the inside of a car, looking out over the dashboard at the road."""
    frame, air = site.frame, site.air(0)
    windows.view(site, (0, float(frame.top)), (float(frame.width), 0.72 * frame.rows))
    horizon = site.y(0.49)
    grey = mix((90, 90, 100), site.outside.horizon, 0.2)
    site.drawing.polygon(
        [(site.x(0.48), horizon), (site.x(0.52), horizon), (site.x(0.86), site.y(0.72)),
         (site.x(0.14), site.y(0.72))],
        grey,
    )  # fmt: skip
    site.drawing.polygon(
        [(site.x(0.498), horizon), (site.x(0.502), horizon), (site.x(0.515), site.y(0.72)),
         (site.x(0.485), site.y(0.72))],
        (230, 220, 180),
    )  # fmt: skip
    dark: Colour = (34, 32, 40)
    for side in (-1, 1):
        edge = site.x(0.5 + 0.5 * side)
        site.drawing.polygon(
            [(edge, frame.top), (edge - side * 0.1 * frame.width, frame.top),
             (edge - side * 0.02 * frame.width, site.y(0.7)), (edge, site.y(0.7))],
            dark,
        )  # fmt: skip
    site.drawing.box((0, frame.top), (frame.width, 0.06 * frame.rows), dark)
    top = site.y(0.66)
    sag, width = 0.025 * frame.rows, frame.width
    brow = curve([(0, top + 2 * sag), (0.5 * width, top), (width, top + 2 * sag)])
    path = f"{brow}V{frame.height}H0Z"
    site.drawing.path(
        path,
        site.drawing.vertical(
            top,
            frame.height,
            (0, air.half((86, 74, 70)), 1),
            (0.4, (44, 38, 42), 1),
            (1, (18, 16, 22), 1),
        ),
    )
    for share, colour in ((0.24, (255, 196, 110)), (0.34, (120, 220, 190))):
        centre = (site.x(share), site.y(0.77))
        site.drawing.ellipse(centre, 0.045 * site.measure, 0.045 * site.measure, (20, 18, 24))
        site.drawing.ellipse(centre, 0.03 * site.measure, 0.03 * site.measure, colour, 0.5)
        site.glow(centre, 0.16, colour, 0.6)
    wheel_at, radius = (site.x(0.29), site.y(0.98)), 0.24 * site.measure
    ring = circle(wheel_at, radius)
    site.drawing.path(ring, stroke=(24, 22, 28), width=0.15 * radius)
    site.drawing.path(ring, stroke=(74, 64, 66), width=0.03 * radius)
    site.drawing.box(
        (site.x(0.44), site.y(0.09)),
        (0.12 * frame.width, 0.07 * frame.rows),
        (30, 28, 36),
        rounding=0.02 * site.measure,
    )
    site.drawing.box(
        (site.x(0.45), site.y(0.1)),
        (0.1 * frame.width, 0.05 * frame.rows),
        mix(site.outside.middle, dark, 0.3),
        rounding=0.015 * site.measure,
    )


def cockpit(site: Site) -> None:
    """Set up the bridge of a starship: a great window, consoles that glow."""
    from sparkle_motion_dagster.engines.images.storyboard.scenery.places.afar import (
        starfield,
        world,
    )

    dice, frame = site.dice.apart("cockpit"), site.frame
    site.drawing.box((0, frame.top), (frame.width, frame.rows), (8, 10, 24))
    starfield(site, 110)
    world(site, (site.x(0.5 + 0.2 * site.sunward), site.y(0.42)), 0.22 * site.measure)
    hull: Colour = (52, 58, 76)
    for side in (-1, 1):
        edge = site.x(0.5 + 0.5 * side)
        site.drawing.polygon(
            [(edge, frame.top), (edge - side * 0.2 * frame.width, frame.top),
             (edge - side * 0.06 * frame.width, site.y(0.4)),
             (edge - side * 0.14 * frame.width, site.y(0.74)), (edge, site.y(0.8))],
            hull,
        )  # fmt: skip
        rib = site.x(0.5 + 0.18 * side)
        site.drawing.polygon(
            [(rib, frame.top), (rib + side * 0.02 * frame.width, frame.top),
             (rib + side * 0.08 * frame.width, site.y(0.72)),
             (rib + side * 0.06 * frame.width, site.y(0.72))],
            (40, 46, 62),
        )  # fmt: skip
    site.drawing.box((0, frame.top), (frame.width, 0.05 * frame.rows), (38, 42, 58))
    desk = site.drawing.vertical(
        site.y(0.68),
        frame.height,
        (0, (84, 94, 116), 1),
        (0.25, (48, 54, 72), 1),
        (1, (18, 20, 32), 1),
    )
    site.drawing.polygon(
        [(0, site.y(0.78)), (site.x(0.14), site.y(0.7)), (site.x(0.86), site.y(0.7)),
         (frame.width, site.y(0.78)), (frame.width, frame.height), (0, frame.height)],
        desk,
    )  # fmt: skip
    for row in range(5):
        y, spread = site.y(0.835 + 0.034 * row), 0.36 + 0.03 * row
        for column in range(17):
            if dice.happens(0.3):
                continue
            colour = dice.pick(((96, 220, 230), (96, 220, 230), (255, 180, 90), (240, 100, 110)))
            corner = (site.x(0.5 + spread * (column / 8 - 1)), y)
            key = (0.022 * site.measure, 0.007 * site.measure)
            site.drawing.box(corner, key, colour, opacity=dice.between(0.3, 0.8))
    for share in (0.24, 0.5, 0.76):
        centre = (site.x(share), site.y(0.76))
        site.drawing.box(
            (centre[0] - 0.1 * site.measure, centre[1] - 0.05 * site.measure),
            (0.2 * site.measure, 0.08 * site.measure),
            (60, 190, 210),
            opacity=0.35,
            rounding=0.01 * site.measure,
        )
        site.glow(centre, 0.3, (70, 190, 220), 0.5)
