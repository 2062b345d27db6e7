"""Streets between houses: street, alley and city."""

import itertools

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, polyline
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.terrain import range_of_hills
from sparkle_motion_dagster.engines.images.storyboard.scenery.props import vehicles
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky

_COBBLES: Colour = (150, 142, 142)


def paved(site: Site, colour: Colour = _COBBLES) -> None:
    """Pave the ground; wet, it mirrors the light."""
    own = mix(colour, SNOW, 0.75) if site.land.snowy else colour
    near = mix(site.air(4).half(own), site.air(4).shade(own), 0.6)
    site.floor(mix(site.air(70).half(own), site.mood.horizon, 0.25), near)
    dice = site.dice.apart("cobbles")
    dark = site.air(6).shade(mix(own, (60, 56, 66), 0.5))
    for share, distance in site.scattered(site.nearest(), 26, 150):
        pen = site.pen(share, distance)
        tall = 0.2 * min(0.5, site.eye / distance)
        colour_here = dark if dice.happens(0.6) else pen.air.lit(own)
        pen.oval(0, 0, dice.between(0.14, 0.3), tall, colour_here, 0.22)
    if site.reading.wet:
        _puddles(site)


def _puddles(site: Site) -> None:
    dice = site.dice.apart("puddles")
    shine = mix(site.mood.horizon, site.mood.key, 0.3)
    for share, distance in site.scattered(site.nearest(), 30, 22):
        pen = site.pen(share, distance)
        pen.oval(0, 0, dice.between(0.4, 1.5), 0.3 * site.eye / distance, shine, 0.34)
    lamps = site.mood.lamps
    for _ in range(8):
        x, y = (
            site.x(dice.between(0.05, 0.95)),
            site.horizon + dice.between(0.2, 0.75) * (site.frame.height - site.horizon),
        )
        tall = 0.11 * site.measure
        paint = site.drawing.vertical(
            y - tall,
            y + tall,
            (0, buildings.WINDOW_LIGHT, 0.0),
            (0.5, buildings.WINDOW_LIGHT, 0.32 * lamps),
            (1, buildings.WINDOW_LIGHT, 0.0),
        )
        site.drawing.box(
            (x - 0.012 * site.measure, y - tall), (0.024 * site.measure, 2 * tall), paint
        )


_WIDE = 1.85
"""Frames that are wider beside their height see past the houses that a street begins with."""


def _rows(site: Site, gap: float, heights: tuple[float, float], from_distance: float) -> None:
    """Draw the houses on both sides of a street in perspective, `gap` metres between the rows."""
    dice = site.dice.apart("rows")
    for side in (-1, 1):
        distances = [from_distance]
        while distances[-1] < 110:
            distances.append(distances[-1] + dice.between(4.5, 8.5))
        pairs = list(itertools.pairwise(distances))
        for near, far in reversed(pairs):
            _facade(site, side * gap / 2, near, far, dice.between(*heights), side)
        beside = site.metre(1.0) * gap / (1.2 * site.frame.width)
        if beside < from_distance and site.frame.width > _WIDE * site.frame.height:
            height = dice.apart("beside").between(*heights)
            _facade(site, side * gap / 2, beside, from_distance, height, side)


def _facade(site: Site, offset: float, near: float, far: float, height: float, side: int) -> None:
    """Draw a house seen along the street: its front runs towards the vanishing point."""
    dice = site.dice.apart(f"facade {offset} {near:.2f}")
    wall = dice.pick(buildings.PLASTER)
    air = site.air((near + far) / 2)

    def at(distance: float, up: float, x: float = offset) -> Point:
        return site.at(x, up, distance, 0.5 - 0.06 * site.sunward)

    lit = side != site.sunward
    front = air.lit(wall) if lit else air.shade(wall)
    base = mix(front, air.shade(wall), 0.5)
    top, foot = at(near, height), at(near, 0)
    paint = site.drawing.fade(foot[1], top[1], base, front)
    site.drawing.polygon([at(near, 0), at(near, height), at(far, height), at(far, 0)], paint)
    tiles = dice.pick(buildings.ROOFS)
    roof = SNOW if site.land.snowy else tiles
    outward = offset + side * 2.5
    ridge_near, ridge_far = (at(d, height + 2.2, outward) for d in (near, far))
    site.drawing.polygon(
        [at(near, height - 0.1), ridge_near, ridge_far, at(far, height - 0.1)], air.half(roof)
    )
    edge_near = at(near, 0, outward * 2.2)
    gable = [at(near, 0), at(near, height), ridge_near, (edge_near[0], ridge_near[1]), edge_near]
    site.drawing.polygon(gable, air.shade(mix(wall, (90, 80, 90), 0.3)))
    columns = max(1, round((far - near) / 2.4))
    lamps = site.mood.lamps
    for floor in range(max(1, round(height / 3.1))):
        for column in range(columns):
            start = near + (far - near) * (column + 0.3) / columns
            end = near + (far - near) * (column + 0.68) / columns
            low, high = floor * 3.1 + 0.9, floor * 3.1 + 2.3
            if floor == 0:
                low, high = (0.0, 2.2) if column == columns // 2 else (0.7, 2.2)
            corners = [at(start, low), at(start, high), at(end, high), at(end, low)]
            window = dice.fork()
            if window.happens(0.55 * lamps):
                warmth = window.between(0, 0.5)
                glow = air.own(mix(buildings.WINDOW_LIGHT, (255, 160, 90), warmth))
                site.drawing.polygon(corners, glow)
                site.glow(
                    corners[1],
                    0.9 * site.metre(start) / site.measure * 2,
                    buildings.WINDOW_LIGHT,
                    0.2 * lamps,
                )
            else:
                glass = (
                    mix((84, 96, 112), site.mood.middle, 0.3)
                    if floor or column != columns // 2
                    else (104, 74, 58)
                )
                site.drawing.polygon(corners, air.shade(glass))
            if (floor or column != columns // 2) and site.metre(start) > 0.03 * site.measure:
                bars = [
                    (low, (start + end) / 2, high, (start + end) / 2),
                    ((low + high) / 2, start, (low + high) / 2, end),
                ]
                for up, place, up_to, place_to in bars:
                    ends = [at(place, up), at(place_to, up_to)]
                    site.drawing.path(polyline(ends), stroke=front, width=0.05 * site.metre(place))
                sill = [at(start * 0.99, low - 0.12), at(end * 1.01, low - 0.12)]
                stone = air.lit(mix(wall, (255, 255, 255), 0.4))
                site.drawing.path(polyline(sill), stroke=stone, width=0.12 * site.metre(start))
    if near > 6 and dice.happens(0.45):
        low, out = 2.5, offset - side * 1.0
        lip_near, lip_far = (at(d, low - 0.5, out) for d in (near, far))
        cloth = dice.pick(((186, 76, 66), (70, 118, 112), (206, 160, 82), (96, 98, 146)))
        site.drawing.polygon([at(near, low), lip_near, lip_far, at(far, low)], air.half(cloth))


def street(site: Site) -> None:
    """Set up a street that runs away between houses."""
    paint_sky(site)
    range_of_hills(site, 0.1, 0.7)
    paved(site)
    _rows(site, 9.0, (6.0, 10.0), 4.0)
    dice = site.dice.apart("lamps")
    side = -site.sunward
    for distance in (46.0, 30.0, 19.0, 12.0):
        share = 0.5 - 0.06 * site.sunward + side * 3.6 * site.metre(distance) / site.frame.width
        buildings.street_lamp(site.pen(share, distance), 3.4 + dice.between(0, 0.3))


def alley(site: Site) -> None:
    """Set up a narrow alley, washing across it."""
    paint_sky(site)
    paved(site)
    _rows(site, 4.2, (7.0, 11.0), 2.2)
    washing(site, 15.0, 6.2)
    washing(site, 9.0, 4.6)


def washing(site: Site, distance: float, height: float) -> None:
    """Hang a washing line across the picture, at a distance and height in metres."""
    dice, unit = site.dice.apart(f"washing {distance}"), site.metre(distance)
    middle, half = site.x(0.5 - 0.06 * site.sunward), 2.1 * unit
    y = site.ground(distance) - height * unit
    air = site.air(distance)
    sag = 0.28 * unit
    site.drawing.path(
        f"M{middle - half:.1f},{y:.1f}Q{middle:.1f},{y + 2 * sag:.1f},{middle + half:.1f},{y:.1f}",
        stroke=air.shade((70, 66, 70)),
        width=max(0.8, 0.03 * unit),
    )
    for step in range(6):
        share = -0.8 + 0.3 * step + dice.between(-0.05, 0.05)
        x, row = middle + share * half, y + sag * (1 - share * share)
        wide, tall = dice.between(0.3, 0.5) * unit, dice.between(0.5, 0.9) * unit
        cloth = dice.pick(
            ((236, 232, 224), (206, 120, 104), (126, 152, 176), (226, 196, 140), (236, 232, 224))
        )
        lean = 0.12 * wide * site.sunward
        sheet = [(x, row), (x + wide, row), (x + wide + lean, row + tall), (x + lean, row + tall)]
        site.drawing.polygon(sheet, air.half(cloth))
        site.drawing.polygon(
            [(x, row), (x + 0.4 * wide, row), (x + 0.3 * wide + lean, row + tall),
             (x + lean, row + tall)],
            air.lit(cloth),
        )  # fmt: skip


def city(site: Site) -> None:
    """Set up a city: towers in the haze behind a broad street."""
    paint_sky(site)
    dice = site.dice.apart("city")
    glow = mix(buildings.WINDOW_LIGHT, (226, 90, 130), 0.4)
    site.glow((site.x(0.5), site.horizon), 0.9, glow, 0.5 * site.mood.lamps)
    for distance, count, low, high in (
        (420.0, 22, 50, 150),
        (240.0, 16, 40, 105),
        (130.0, 12, 24, 60),
    ):
        for index in range(count):
            share = (index + dice.between(0, 1)) / count
            tall = dice.between(low, high) * (1.1 - 0.5 * abs(share - 0.5))
            foot = (site.x(share), site.horizon + site.metre(distance) * 1.7)
            pen = site.pen_at(foot, site.metre(distance), 0.3 + 0.45 * distance / 420)
            buildings.block(pen, dice, dice.between(12, 26), tall)
    paved(site, (128, 128, 140))
    _towers_at_the_sides(site)
    for distance in (40.0, 24.0, 14.0):
        buildings.street_lamp(
            site.pen(0.5 - site.sunward * 4.6 * site.metre(distance) / site.frame.width, distance),
            4.5,
        )
    for share, distance in ((0.58, 26.0), (0.44, 17.0)):
        vehicles.car(site.pen(share, distance), dice)


def _towers_at_the_sides(site: Site) -> None:
    dice = site.dice.apart("near towers")
    neon = site.mood.lamps > 0.8
    for distance in (74.0, 46.0, 29.0):
        for side in (-1, 1):
            wide = dice.between(9, 14)
            share = 0.5 + side * (8 + wide / 2) * site.metre(distance) / site.frame.width
            pen = site.pen(share, distance)
            buildings.block(pen, dice, wide, dice.between(18, 40))
            sign = dice.fork()
            if neon:
                buildings.neon_sign(pen.moved(-side * wide / 2, sign.between(3.5, 6)), sign)
