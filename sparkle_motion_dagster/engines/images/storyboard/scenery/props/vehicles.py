"""Trains, cars, bicycles and what else moves on land, in metres."""

import itertools
from collections.abc import Callable

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site

_LIT: Colour = (255, 214, 140)
_COACH: Colour = (74, 104, 98)


def train_along(site: Site, side: int) -> None:
    """Draw a train that stands along the platform on one side, in perspective."""
    middle = 0.5 - 0.04 * side
    dice = site.dice.apart("train")
    body = dice.pick((_COACH, (140, 66, 58), (62, 84, 120)))
    offset = side * 4.6
    near, far = site.metre(1) * 4.6 / (0.62 * site.frame.width), 85.0

    def at(distance: float, up: float, out: float = 0.0) -> Point:
        return site.at(offset + side * out, up, distance, middle)

    dark = site.air(30).shade((40, 40, 48))
    site.drawing.polygon([at(far, 0.4), at(far, 3.6), at(near, 3.6), at(near, 0.4)], dark)
    for inner, outer, colour in ((3.7, 4.3, (176, 168, 160)), (3.78, 3.95, (240, 226, 170))):
        reach = [
            site.at(side * out, 0, distance, middle)
            for out, distance in ((inner, far), (outer, far), (outer, near), (inner, near))
        ]
        site.drawing.polygon(reach, site.air(12).half(colour), opacity=0.8)
    cuts = [far, 58.0, 40.0, 27.0, 17.0, 9.0, near]
    for start, end in itertools.pairwise(cuts):
        if end >= start:
            continue
        air = site.air((start + end) / 2)
        end_gap = end * 1.02
        site.drawing.polygon(
            [at(start, 0.5), at(start, 3.7), at(end_gap, 3.7), at(end_gap, 0.5)], air.half(body)
        )
        roof = [at(start, 3.7), at(start, 4.0, 0.8), at(end_gap, 4.0, 0.8), at(end_gap, 3.7)]
        site.drawing.polygon(roof, air.shade((96, 94, 100)))
        stripe = [at(start, 1.25), at(start, 1.4), at(end_gap, 1.4), at(end_gap, 1.25)]
        site.drawing.polygon(stripe, air.lit((226, 206, 160)))
        wheels = [at(start, 0), at(start, 0.5), at(end_gap, 0.5), at(end_gap, 0)]
        site.drawing.polygon(wheels, air.shade((40, 40, 48)))
        _coach_windows(site, (start, end_gap), at, air.own(_LIT))


def _coach_windows(
    site: Site, ends: tuple[float, float], at: Callable[[float, float], Point], colour: Colour
) -> None:
    start, end = ends
    count = 5
    glowing = site.mood.lamps > 0.3
    for index in range(count):
        a = start + (end - start) * (index + 0.2) / count
        b = start + (end - start) * (index + 0.8) / count
        corners = [at(a, 1.75), at(a, 3.0), at(b, 3.0), at(b, 1.75)]
        glass = colour if glowing else site.air(a).shade(mix((90, 110, 128), site.mood.middle, 0.4))
        site.drawing.polygon(corners, glass)
        if glowing:
            centre = ((corners[0][0] + corners[2][0]) / 2, (corners[0][1] + corners[1][1]) / 2)
            site.glow(centre, 1.7 * site.metre((a + b) / 2) / site.measure, _LIT, 0.24)


def steam(site: Site, side: int) -> None:
    """Let steam roll over the platform from under the train, too thin to hide who stands there."""
    dice, drawing = site.dice.apart("steam"), site.layers.veil.drawing
    colour = mix(site.mood.horizon, (255, 255, 255), 0.3)
    for _ in range(13):
        distance = dice.between(16, 44)
        centre = (
            site.x(0.5) + side * dice.between(2.0, 5.0) * site.metre(distance),
            site.ground(distance) - dice.between(0, 2.4) * site.metre(distance),
        )
        radius = dice.between(0.7, 2.2) * site.metre(distance)
        puff = drawing.radial(centre, radius * 1.3, (0, colour, 0.3), (1, colour, 0))
        drawing.ellipse(centre, radius * 1.3, radius * 0.8, puff)


def train_across(site: Site, distance: float) -> None:
    """Draw a steam train that crosses the picture."""
    dice = site.dice.apart("train")
    pen = site.pen(0.5, distance, mirrored=dice.side())
    half = 0.55 * site.frame.width / pen.unit
    pen.shape(
        [(-half, -0.5), (half, -0.5), (half, 0.25), (-half, 0.25)], pen.air.shade((120, 108, 98))
    )
    body = dice.pick((_COACH, (140, 66, 58), (62, 84, 120)))
    engine = pen.moved(0.26 * half, 0.3)
    locomotive(engine)
    x = 0.26 * half - 4.6
    while x > -half - 11:
        coach(pen.moved(x - 5.1, 0.3), body)
        x -= 10.9
    smoke = mix(site.mood.horizon, (255, 255, 255), 0.4)
    for step in range(18):
        share = step / 18
        radius = 0.6 + 2.0 * share
        engine.oval(
            3.2 - 17 * share + dice.between(-0.4, 0.4),
            5.0 + 3.4 * share**0.5,
            radius * 1.4,
            radius,
            smoke,
            0.5 * (1 - share),
        )


def coach(pen: Pen, colour: Colour) -> None:
    """Draw a railway coach from the side."""
    pen.box(-5, 0.7, 10, 2.9, pen.fade(0.7, 3.6, pen.air.shade(colour), pen.air.half(colour)))
    pen.box(-5.1, 3.5, 10.2, 0.35, pen.air.shade((90, 88, 96)))
    pen.box(-5, 1.5, 10, 0.12, pen.air.lit((226, 206, 160)))
    lit = pen.air.mood.lamps > 0.3
    for step in range(6):
        glass = pen.air.own(_LIT) if lit else pen.air.shade((84, 104, 122))
        pen.box(-4.5 + 1.56 * step, 1.95, 1.15, 1.1, glass)
    if lit:
        pen.glow(0, 2.5, 7, _LIT, 0.25)
    for x in (-3.6, -2.6, 2.6, 3.6):
        pen.oval(x, 0.45, 0.46, 0.46, pen.air.shade((50, 50, 58)))


def locomotive(pen: Pen) -> None:
    """Draw a steam locomotive from the side, its front to the right."""
    dark: Colour = (64, 66, 76)
    pen.box(-3, 1.2, 6.6, 1.9, pen.fade(1.2, 3.1, pen.air.shade(dark), pen.air.half(dark)))
    pen.box(-4.3, 1.0, 2.2, 3.1, pen.air.half(dark))
    pen.box(-4.5, 4.0, 2.6, 0.25, pen.air.shade(dark))
    pen.box(-3.8, 2.5, 1.0, 0.9, pen.air.own((255, 190, 110)))
    pen.shape([(2.8, 3.1), (3.4, 3.1), (3.6, 4.7), (2.6, 4.7)], pen.air.shade(dark))
    pen.oval(0.6, 3.15, 0.45, 0.4, pen.air.half((176, 142, 84)))
    pen.shape([(3.6, 0.3), (4.5, 0.3), (3.6, 1.5)], pen.air.shade((150, 60, 54)))
    for x, size in ((-3.2, 0.75), (-1.5, 0.75), (0.2, 0.75), (2.3, 0.5), (3.2, 0.5)):
        pen.oval(x, size, size, size, pen.air.shade((44, 44, 52)))
        pen.oval(x, size, size * 0.6, size * 0.6, pen.air.half((130, 60, 54)))
    pen.oval(3.7, 2.6, 0.24, 0.24, (255, 240, 200))
    pen.glow(4.0, 2.6, 4, (255, 230, 170), 0.6 * pen.air.mood.lamps)


def car(pen: Pen, dice: Dice) -> None:
    """Draw a car from the side."""
    colour = dice.pick(((176, 70, 62), (74, 108, 130), (216, 186, 110), (90, 96, 108)))
    pen.shadow(2.4)
    glass = [(-1.3, 0.9), (-0.9, 1.5), (0.6, 1.52), (1.2, 0.95)]
    pen.blob(glass, pen.air.shade(mix(colour, (40, 50, 60), 0.4)))
    body = [(-2.1, 0.4), (-2.1, 0.85), (-1.2, 1.0), (1.2, 1.0), (2.1, 0.8), (2.15, 0.4)]
    pen.blob(body, pen.fade(0.3, 1, pen.air.shade(colour), pen.air.lit(colour)))
    pen.shape(
        [(-1.0, 1.0), (-0.75, 1.4), (-0.05, 1.42), (-0.05, 1.0)], pen.air.half((150, 176, 190))
    )
    pen.shape([(0.08, 1.0), (0.08, 1.42), (0.55, 1.4), (0.95, 1.0)], pen.air.half((150, 176, 190)))
    for x in (-1.25, 1.25):
        pen.oval(x, 0.36, 0.36, 0.36, pen.air.shade((44, 44, 50)))
        pen.oval(x, 0.36, 0.16, 0.16, pen.air.half((190, 190, 196)))
    if pen.air.mood.lamps > 0.5:
        pen.oval(2.1, 0.65, 0.1, 0.12, (255, 244, 210))
        pen.glow(2.4, 0.6, 2.6, (255, 236, 190), 0.6)


def bicycle(pen: Pen, dice: Dice) -> None:
    """Draw a bicycle."""
    colour = pen.air.half(dice.pick(((176, 70, 62), (66, 116, 108), (60, 80, 120))))
    dark = pen.air.shade((50, 50, 58))
    pen.shadow(0.9, 0.25)
    for x in (-0.52, 0.52):
        pen.hoop((x, 0.34), (0.33, 0.33), 0.035, dark)
    for points in (
        [(-0.52, 0.34), (-0.2, 0.75), (0.36, 0.78), (0.0, 0.32), (-0.52, 0.34)],
        [(0.0, 0.32), (-0.24, 0.88)],
        [(0.52, 0.34), (0.34, 0.95), (0.48, 1.0)],
    ):
        pen.line(points, 0.04, colour)
    pen.line([(-0.36, 0.9), (-0.14, 0.9)], 0.06, dark)


def wheelbarrow(pen: Pen, dice: Dice) -> None:
    """Draw a wheelbarrow."""
    colour = dice.pick(((92, 132, 118), (170, 96, 70), (110, 120, 132)))
    wood = pen.air.half((140, 108, 80))
    pen.shadow(1.0)
    pen.line([(-1.0, 0.62), (0.72, 0.26)], 0.06, wood)
    pen.line([(-0.35, 0.5), (-0.42, 0.0)], 0.06, wood)
    paint = pen.fade(0.38, 0.86, pen.air.shade(colour), pen.air.lit(colour))
    pen.shape([(-0.6, 0.86), (0.62, 0.82), (0.4, 0.38), (-0.3, 0.44)], paint)
    pen.oval(0.76, 0.24, 0.24, 0.24, pen.air.shade((50, 48, 52)))
    pen.oval(0.76, 0.24, 0.1, 0.1, wood)
