"""Inside what moves: carriage, car, wheelhouse, cockpit; and the lamp room of a lighthouse."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, circle, curve
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import walls, windows
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.walls import LAMPLIGHT, Room

_COMPASS: Colour = (120, 230, 170)
_BRASS: Colour = (206, 160, 84)


def lamp_room(stage: Stage) -> None:
    """Set up the lamp room of a lighthouse: glass all around, the great lens in brass."""
    frame, air = stage.frame, stage.air(0)
    windows.view(stage, (0, float(frame.top)), (float(frame.width), 0.78 * frame.rows))
    dark = air.shade((70, 66, 72))
    low = stage.y(0.7)
    for index in range(7):
        x = stage.x(index / 6)
        lean = (index / 6 - 0.5) * 0.16 * stage.measure
        wide = 0.008 * stage.measure
        stage.drawing.polygon(
            [
                (x - wide, frame.top),
                (x + wide, frame.top),
                (x + lean + 1.6 * wide, low),
                (x + lean - 1.6 * wide, low),
            ],
            dark,
        )
    for share in (0.0, 0.33):
        y = stage.y(share)
        stage.drawing.box(
            (0, y - 0.006 * stage.measure), (frame.width, 0.014 * stage.measure), dark
        )
    wall = stage.drawing.linear(
        (0, low),
        (0, frame.height),
        (0, air.half((150, 106, 76)), 1),
        (1, air.shade((104, 70, 56)), 1),
    )
    stage.drawing.box((0, low), (frame.width, frame.height - low), wall)
    stage.drawing.box(
        (0, low - 0.012 * stage.measure), (frame.width, 0.024 * stage.measure), air.lit(_BRASS)
    )
    for index in range(15):
        x = stage.x(index / 14)
        stage.drawing.box(
            (x, low + 0.02 * stage.measure),
            (0.003 * stage.measure, frame.height - low),
            air.shade((80, 52, 44)),
            opacity=0.6,
        )
    _lens(stage, (stage.x(0.5 - 0.26 * stage.sunward), stage.y(0.42)), 0.17 * stage.measure)


def _lens(stage: Stage, centre: Point, radius: float) -> None:
    drawing, (x, y) = stage.drawing, centre
    brass, dark = stage.air(0).lit(_BRASS), stage.air(0).shade(_BRASS)
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
        drawing.box(
            (x - half, y + step * 0.22 * radius - 0.1 * radius),
            (2 * half, 0.19 * radius),
            glass,
            rounding=0.08 * radius,
        )
    for side in (-1, 1):
        edge, bulge = x + side * 0.95 * radius, x + side * 1.05 * radius
        drawing.path(
            curve([(edge, y - 1.1 * radius), (bulge, y), (edge, y + 1.1 * radius)]),
            stroke=brass,
            width=0.06 * radius,
        )
    drawing.box((x - 0.7 * radius, y + 1.02 * radius), (1.4 * radius, 0.1 * radius), brass)
    drawing.box((x - 0.6 * radius, y - 1.14 * radius), (1.2 * radius, 0.1 * radius), brass)
    stage.glow(centre, 0.8, LAMPLIGHT, 0.55)


def wheelhouse(stage: Stage) -> None:
    """Set up the wheelhouse of a small boat: windscreen, wheel, the green glow of the compass."""
    frame, air = stage.frame, stage.air(0)
    windows.view(stage, (0, stage.y(0.06)), (float(frame.width), 0.66 * frame.rows))
    wood: Colour = (120, 84, 62)
    dark = mix(air.shade(wood), (12, 14, 20), 0.4)
    stage.drawing.box((0, frame.top), (frame.width, 0.09 * frame.rows), dark)
    for share in (-0.01, 0.33, 0.67, 1.01):
        x = stage.x(share)
        wide = 0.03 * stage.measure
        stage.drawing.polygon(
            [
                (x - wide, frame.top),
                (x + wide, frame.top),
                (x + 1.3 * wide, stage.y(0.66)),
                (x - 1.3 * wide, stage.y(0.66)),
            ],
            dark,
        )
    low = stage.y(0.64)
    desk = stage.drawing.linear(
        (0, low),
        (0, frame.height),
        (0, air.half(wood), 1),
        (0.2, air.shade(wood), 1),
        (1, (20, 18, 24), 1),
    )
    stage.drawing.box((0, low), (frame.width, frame.height - low), desk)
    x, y = stage.x(0.5 - 0.27 * stage.sunward), low + 0.03 * stage.measure
    stage.drawing.ellipse((x, y), 0.1 * stage.measure, 0.05 * stage.measure, air.shade(_BRASS))
    stage.drawing.ellipse((x, y), 0.08 * stage.measure, 0.038 * stage.measure, (40, 120, 92))
    stage.drawing.ellipse((x, y), 0.06 * stage.measure, 0.026 * stage.measure, _COMPASS)
    stage.glow((x, y), 0.5, _COMPASS, 0.7)
    wheel(stage, (stage.x(0.5 + 0.2 * stage.sunward), stage.y(0.84)), 0.22 * stage.measure)


def wheel(stage: Stage, centre: Point, radius: float) -> None:
    """Draw a ship's wheel, in pixels."""
    drawing, (x, y) = stage.drawing, centre
    wood, dark = stage.air(0).half((168, 112, 70)), stage.air(0).shade((110, 70, 48))
    for dx, dy in (
        (1, 0),
        (0.707, 0.707),
        (0, 1),
        (-0.707, 0.707),
        (-1, 0),
        (-0.707, -0.707),
        (0, -1),
        (0.707, -0.707),
    ):
        drawing.path(
            f"M{x:.1f},{y:.1f}L{x + 1.25 * dx * radius:.1f},{y + 1.25 * dy * radius:.1f}",
            stroke=dark,
            width=0.09 * radius,
        )
    ring = circle(centre, radius)
    drawing.path(ring, stroke=wood, width=0.13 * radius)
    drawing.ellipse(centre, 0.2 * radius, 0.2 * radius, stage.air(0).lit(_BRASS))


def carriage(stage: Stage) -> None:
    """Set up a train compartment: a wide window, seats on both sides, a luggage rack."""
    dice, frame = stage.dice.apart("carriage"), stage.frame
    room = Room((150, 104, 74), (100, 74, 64), panel=(120, 80, 58), half=1.5, depth=3.6, height=2.5)
    walls.build(stage, room)
    unit = stage.metre(room.depth)
    corner = walls.on_wall(stage, room, -0.95, 2.0).at(0, 0)
    windows.window(stage, corner, (1.9 * unit, 1.15 * unit), 0)
    cloth = dice.pick(((130, 52, 50), (58, 96, 88), (64, 78, 122)))
    air = stage.air(0)
    for side in (-1, 1):
        corners = []
        for d, up in ((3.5, 0.45), (3.5, 1.35), (1.0, 1.35), (1.0, 0.45)):
            corners.append(
                (stage.x(0.5) + side * 1.4 * stage.metre(d), stage.ground(d) - up * stage.metre(d))
            )
        stage.drawing.polygon(corners, air.half(cloth))
        seat = []
        for d, out in ((3.5, 1.45), (3.5, 0.85), (1.0, 0.85), (1.0, 1.45)):
            seat.append(
                (
                    stage.x(0.5) + side * out * stage.metre(d),
                    stage.ground(d) - 0.48 * stage.metre(d),
                )
            )
        stage.drawing.polygon(seat, air.lit(cloth))
        for d in (2.9, 2.2, 1.6):
            x = stage.x(0.5) + side * 1.4 * stage.metre(d)
            y = stage.ground(d)
            stage.drawing.path(
                f"M{x:.1f},{y - 1.33 * stage.metre(d):.1f}V{y - 0.5 * stage.metre(d):.1f}",
                stroke=air.shade(cloth),
                width=0.004 * stage.measure,
            )
        rack = [
            (stage.x(0.5) + side * 1.1 * stage.metre(d), stage.ground(d) - 2.05 * stage.metre(d))
            for d in (3.5, 1.2)
        ]
        stage.drawing.path(
            f"M{rack[0][0]:.1f},{rack[0][1]:.1f}L{rack[1][0]:.1f},{rack[1][1]:.1f}",
            stroke=air.lit(_BRASS),
            width=0.008 * stage.measure,
        )
    walls.hanging_lamp(stage, Room(room.wall, room.floor, height=2.5), 0, 2.9)
    del frame


def car(stage: Stage) -> None:
    """Set up the inside of a car, looking out over the dashboard at the road."""
    frame, air = stage.frame, stage.air(0)
    windows.view(stage, (0, float(frame.top)), (float(frame.width), 0.72 * frame.rows))
    horizon = stage.y(0.49)
    grey = mix((90, 90, 100), stage.outside.horizon, 0.2)
    stage.drawing.polygon(
        [
            (stage.x(0.48), horizon),
            (stage.x(0.52), horizon),
            (stage.x(0.86), stage.y(0.72)),
            (stage.x(0.14), stage.y(0.72)),
        ],
        grey,
    )
    stage.drawing.polygon(
        [
            (stage.x(0.498), horizon),
            (stage.x(0.502), horizon),
            (stage.x(0.515), stage.y(0.72)),
            (stage.x(0.485), stage.y(0.72)),
        ],
        (230, 220, 180),
    )
    dark: Colour = (34, 32, 40)
    for side in (-1, 1):
        edge = stage.x(0.5 + 0.5 * side)
        stage.drawing.polygon(
            [
                (edge, frame.top),
                (edge - side * 0.1 * frame.width, frame.top),
                (edge - side * 0.02 * frame.width, stage.y(0.7)),
                (edge, stage.y(0.7)),
            ],
            dark,
        )
    stage.drawing.box((0, frame.top), (frame.width, 0.06 * frame.rows), dark)
    top = stage.y(0.66)
    sag, width = 0.025 * frame.rows, frame.width
    brow = curve([(0, top + 2 * sag), (0.5 * width, top), (width, top + 2 * sag)])
    path = f"{brow}V{frame.height}H0Z"
    stage.drawing.path(
        path,
        stage.drawing.linear(
            (0, top),
            (0, frame.height),
            (0, air.half((86, 74, 70)), 1),
            (0.4, (44, 38, 42), 1),
            (1, (18, 16, 22), 1),
        ),
    )
    for share, colour in ((0.24, (255, 196, 110)), (0.34, (120, 220, 190))):
        centre = (stage.x(share), stage.y(0.77))
        stage.drawing.ellipse(centre, 0.045 * stage.measure, 0.045 * stage.measure, (20, 18, 24))
        stage.drawing.ellipse(centre, 0.03 * stage.measure, 0.03 * stage.measure, colour, 0.5)
        stage.glow(centre, 0.16, colour, 0.6)
    wheel_at, radius = (stage.x(0.29), stage.y(0.98)), 0.24 * stage.measure
    ring = circle(wheel_at, radius)
    stage.drawing.path(ring, stroke=(24, 22, 28), width=0.15 * radius)
    stage.drawing.path(ring, stroke=(74, 64, 66), width=0.03 * radius)
    stage.drawing.box(
        (stage.x(0.44), stage.y(0.09)),
        (0.12 * frame.width, 0.07 * frame.rows),
        (30, 28, 36),
        rounding=0.02 * stage.measure,
    )
    stage.drawing.box(
        (stage.x(0.45), stage.y(0.1)),
        (0.1 * frame.width, 0.05 * frame.rows),
        mix(stage.outside.middle, dark, 0.3),
        rounding=0.015 * stage.measure,
    )


def cockpit(stage: Stage) -> None:
    """Set up the bridge of a starship: a great window, consoles that glow."""
    from sparkle_motion_dagster.engines.images.storyboard.scenery.places.afar import (
        starfield,
        world,
    )

    dice, frame = stage.dice.apart("cockpit"), stage.frame
    stage.drawing.box((0, frame.top), (frame.width, frame.rows), (8, 10, 24))
    starfield(stage, 110)
    world(stage, (stage.x(0.5 + 0.2 * stage.sunward), stage.y(0.42)), 0.22 * stage.measure)
    hull: Colour = (52, 58, 76)
    for side in (-1, 1):
        edge = stage.x(0.5 + 0.5 * side)
        stage.drawing.polygon(
            [
                (edge, frame.top),
                (edge - side * 0.2 * frame.width, frame.top),
                (edge - side * 0.06 * frame.width, stage.y(0.4)),
                (edge - side * 0.14 * frame.width, stage.y(0.74)),
                (edge, stage.y(0.8)),
            ],
            hull,
        )
        rib = stage.x(0.5 + 0.18 * side)
        stage.drawing.polygon(
            [
                (rib, frame.top),
                (rib + side * 0.02 * frame.width, frame.top),
                (rib + side * 0.08 * frame.width, stage.y(0.72)),
                (rib + side * 0.06 * frame.width, stage.y(0.72)),
            ],
            (40, 46, 62),
        )
    stage.drawing.box((0, frame.top), (frame.width, 0.05 * frame.rows), (38, 42, 58))
    desk = stage.drawing.linear(
        (0, stage.y(0.68)),
        (0, frame.height),
        (0, (84, 94, 116), 1),
        (0.25, (48, 54, 72), 1),
        (1, (18, 20, 32), 1),
    )
    stage.drawing.polygon(
        [
            (0, stage.y(0.78)),
            (stage.x(0.14), stage.y(0.7)),
            (stage.x(0.86), stage.y(0.7)),
            (frame.width, stage.y(0.78)),
            (frame.width, frame.height),
            (0, frame.height),
        ],
        desk,
    )
    for row in range(5):
        y, spread = stage.y(0.835 + 0.034 * row), 0.36 + 0.03 * row
        for column in range(17):
            if dice.happens(0.3):
                continue
            colour = dice.pick(((96, 220, 230), (96, 220, 230), (255, 180, 90), (240, 100, 110)))
            corner = (stage.x(0.5 + spread * (column / 8 - 1)), y)
            stage.drawing.box(
                corner,
                (0.022 * stage.measure, 0.007 * stage.measure),
                colour,
                opacity=dice.between(0.3, 0.8),
            )
    for share in (0.24, 0.5, 0.76):
        centre = (stage.x(share), stage.y(0.76))
        stage.drawing.box(
            (centre[0] - 0.1 * stage.measure, centre[1] - 0.05 * stage.measure),
            (0.2 * stage.measure, 0.08 * stage.measure),
            (60, 190, 210),
            opacity=0.35,
            rounding=0.01 * stage.measure,
        )
        stage.glow(centre, 0.3, (70, 190, 220), 0.5)
