"""What rooms are made of: walls, floor and ceiling in perspective, and the light that falls in."""

from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix, turned
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import polyline
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Weather

LAMPLIGHT: Colour = (255, 200, 124)


@dataclass(frozen=True)
class Room:
    """A room's own colours and measures.

    Attributes:
        wall: The walls.
        floor: The floor.
        tiled: The floor has tiles, not boards.
        panel: Panels on the lower part of the walls; none if it is as the wall.
        half: Half its width, in metres.
        depth: How far away its back wall is, in metres.
        height: In metres.
    """

    wall: Colour
    floor: Colour
    tiled: bool = False
    panel: Colour | None = None
    half: float = 3.5
    depth: float = 6.0
    height: float = 2.9


def build(site: Site, room: Room) -> None:
    """Draw the back wall, side walls, ceiling and floor, their hues by chance a little off."""
    room = _as_this_one(site, room)
    drawing, frame = site.drawing, site.frame
    air = site.air(0)
    near, far = 1.2, room.depth
    bright, dim = air.half(room.wall), air.shade(room.wall)
    corners = {
        (side, up, distance): site.at(side * room.half, up, distance)
        for side in (-1, 1)
        for up in (0.0, room.height)
        for distance in (near, far)
    }
    drawing.box((0, frame.top), (frame.width, frame.rows), mix(dim, (10, 8, 14), 0.25))
    top_left, low_right = corners[-1, room.height, far], corners[1, 0.0, far]
    lit_from = site.sunward
    left_tone, right_tone = (bright, dim) if lit_from > 0 else (dim, bright)
    wall = drawing.linear(
        (top_left[0], 0),
        (low_right[0], 0),
        (0, mix(bright, left_tone, 0.5), 1),
        (1, mix(bright, right_tone, 0.5), 1),
    )
    drawing.box(top_left, (low_right[0] - top_left[0], low_right[1] - top_left[1]), wall)
    shade = drawing.vertical(
        top_left[1],
        low_right[1],
        (0, mix(dim, (10, 8, 20), 0.5), 0.55),
        (0.35, dim, 0.0),
        (1, dim, 0.0),
    )
    drawing.box(top_left, (low_right[0] - top_left[0], low_right[1] - top_left[1]), shade)
    for side in (-1, 1):
        tone = mix(dim, bright, 0.75 if side == -lit_from else 0.15)
        x_far, x_near = corners[side, 0.0, far][0], corners[side, 0.0, near][0]
        paint = drawing.linear(
            (x_far, 0), (x_near, 0), (0, tone, 1), (1, mix(tone, (12, 10, 18), 0.45), 1)
        )
        outline = [
            (side, 0.0, far), (side, room.height, far), (side, room.height, near),
            (side, 0.0, near),
        ]  # fmt: skip
        drawing.polygon([corners[corner] for corner in outline], paint)
    ceiling = [
        (-1, room.height, far), (1, room.height, far), (1, room.height, near),
        (-1, room.height, near),
    ]  # fmt: skip
    plaster = mix(air.shade(mix(room.wall, (255, 250, 240), 0.3)), (14, 12, 20), 0.3)
    drawing.polygon([corners[corner] for corner in ceiling], plaster)
    _floor(site, room)
    if room.panel:
        _panels(site, room, room.panel)
    skirting = mix(air.shade(room.panel or room.wall), (20, 16, 20), 0.35)
    foot = (top_left[0], low_right[1] - 0.02 * site.measure)
    drawing.box(foot, (low_right[0] - top_left[0], 0.02 * site.measure), skirting)


def _as_this_one(site: Site, room: Room) -> Room:
    """Return a room in the colours that tell it from others of its kind."""
    dice = site.dice.apart("paint")
    turn, stain = dice.between(-0.07, 0.07), dice.between(-0.25, 0.25)
    tone = (60, 44, 40) if stain > 0 else (236, 214, 190)
    return replace(
        room,
        wall=turned(room.wall, turn),
        panel=room.panel and turned(room.panel, 2 * turn),
        floor=mix(room.floor, tone, abs(stain)),
    )


def _floor(site: Site, room: Room) -> None:
    drawing, air = site.drawing, site.air(0)
    row = site.ground(room.depth)
    far, near = air.half(room.floor), mix(air.shade(room.floor), (12, 8, 14), 0.25)
    paint = drawing.fade(row, site.frame.height, far, near)
    drawing.polygon(
        [
            site.at(side * room.half, 0, distance)
            for side, distance in ((-1, room.depth), (1, room.depth), (1, 0.8), (-1, 0.8))
        ],
        paint,
    )
    line = mix(air.shade(room.floor), (20, 10, 14), 0.35)
    step = 0.9 if room.tiled else 0.42
    count = int(room.half / step) + 3
    for index in range(-count, count + 1):
        if abs(index * step) >= room.half:
            continue
        ends = [site.at(index * step, 0, room.depth), site.at(index * step, 0, 0.9)]
        drawing.path(polyline(ends), stroke=line, width=0.0022 * site.measure, opacity=0.5)
    if room.tiled:
        distance = room.depth
        while distance > site.nearest():
            ends = [site.at(-room.half, 0, distance), site.at(room.half, 0, distance)]
            drawing.path(polyline(ends), stroke=line, width=0.0022 * site.measure, opacity=0.5)
            distance -= step


def _panels(site: Site, room: Room, colour: Colour) -> None:
    air, drawing = site.air(0), site.drawing
    tall = 1.0
    left, right = site.at(-room.half, tall, room.depth), site.at(room.half, 0, room.depth)
    drawing.box(left, (right[0] - left[0], right[1] - left[1]), air.half(colour))
    drawing.box(
        left, (right[0] - left[0], 0.012 * site.measure), air.lit(mix(colour, (255, 240, 220), 0.2))
    )
    for side in (-1, 1):
        outline = [
            site.at(side * room.half, 0, room.depth),
            site.at(side * room.half, tall, room.depth),
            site.at(side * room.half, tall, 1.2),
            site.at(side * room.half, 0, 1.2),
        ]
        drawing.polygon(outline, air.shade(colour))
    steps = max(4, round(2 * room.half / 0.75))
    for step in range(steps):
        x = -room.half + (step + 0.16) * 2 * room.half / steps
        corner = site.at(x, 0.84, room.depth)
        unit = site.metre(room.depth)
        size = (0.68 * 2 * room.half / steps * unit, 0.62 * unit)
        drawing.box(corner, size, air.shade(colour), opacity=0.6)


def on_wall(site: Site, room: Room, x: float, up: float = 0.0) -> Pen:
    """Return a pen at a place on the back wall, in metres from its middle and from the floor."""
    return site.pen_at(site.at(x, up, room.depth), site.metre(room.depth))


def daylight(site: Site, room: Room, x: float) -> None:
    """Let the light of a window at `x` metres fall into the room, on the floor and in the air."""
    if site.reading.hour.is_dark or site.reading.weather in {Weather.RAIN, Weather.STORM}:
        return
    lean = -0.9 if x > 0 else 0.9
    key = site.outside.key
    patch = [
        site.at(x - 0.6, 0, room.depth - 1.4),
        site.at(x + 0.6, 0, room.depth - 1.4),
        site.at(x + lean + 0.6, 0, room.depth - 3.1),
        site.at(x + lean - 0.7, 0, room.depth - 3.1),
    ]
    strength = 0.45 * site.outside.strength
    site.drawing.polygon(patch, mix(key, (255, 255, 255), 0.1), opacity=strength)
    drawing = site.layers.light.drawing
    top = [site.at(x - 0.6, 2.2, room.depth), site.at(x + 0.6, 2.2, room.depth)]
    beam = [top[0], top[1], patch[1], patch[2], patch[3], patch[0]]
    paint = drawing.linear(top[0], patch[2], (0, key, 0.17), (0.7, key, 0.07), (1, key, 0.02))
    drawing.polygon(beam, paint)


def hanging_lamp(site: Site, room: Room, x: float, distance: float) -> None:
    """Hang a lamp from the ceiling; in the dark it lights the room."""
    top, unit = site.at(x, room.height, distance), site.metre(distance)
    pen = site.pen_at((top[0], top[1] + 0.85 * unit), unit)
    pen.line([(0, 0), (0, 1.2)], 0.02, pen.air.shade((60, 50, 46)))
    lit = site.outside.lamps > 0.4 or site.reading.weather in {Weather.STORM, Weather.RAIN}
    pen.shape(
        [(-0.3, -0.05), (0.3, -0.05), (0.12, 0.22), (-0.12, 0.22)], pen.air.half((150, 88, 66))
    )
    pen.oval(0, -0.05, 0.28, 0.05, (255, 236, 190) if lit else pen.air.lit((210, 200, 184)))
    if lit:
        pen.glow(0, -0.1, 3.4, LAMPLIGHT, 0.6)


def table(
    site: Site, x: float, distance: float, half: float = 0.9, colour: Colour = (150, 106, 76)
) -> Pen:
    """Draw a table; the pen that is returned stands in the middle of its top."""
    pen = site.pen_at(site.at(x, 0, distance), site.metre(distance))
    pen.shadow(half * 1.02, 0.3)
    high = 0.76
    dark = pen.air.shade(colour)
    for leg in (-0.86, 0.86):
        pen.box(leg * half - 0.04, 0, 0.08, high, dark)
    lift = max(0.03, 0.32 * (site.eye - high) / distance)
    pen.shape(
        [(-half, high - 0.02), (half, high - 0.02), (half * 0.86, high + lift),
         (-half * 0.86, high + lift)],
        pen.fade(high, high + lift, pen.air.half(colour), pen.air.lit(colour)),
    )  # fmt: skip
    pen.box(-half, high - 0.12, 2 * half, 0.11, dark)
    return pen.moved(0, high + lift * 0.45)
