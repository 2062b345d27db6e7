"""Places of trains: the station's platform, and the line through the country."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings, plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import terrain
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.streets import paved
from sparkle_motion_dagster.engines.images.storyboard.scenery.props import vehicles
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky


def station(site: Site) -> None:
    """Set up a railway platform at a train with lit windows, under a clock."""
    paint_sky(site)
    terrain.range_of_hills(site, 0.1, 0.72)
    paved(site, (140, 134, 138))
    side = site.sunward
    vehicles.train_along(site, -side)
    _platform_roof(site, side)
    vehicles.steam(site, -side)


def _platform_roof(site: Site, side: int) -> None:
    """Draw the platform's iron posts and roof, lamps and the station clock below it."""
    middle = 0.5 + 0.04 * side
    iron = (74, 84, 88)
    for distance in (52.0, 36.0, 25.0, 17.0, 11.5, 8.0):
        foot = site.at(side * 3.4, 0, distance, middle)
        pen = site.pen_at(foot, site.metre(distance), site.air(distance).haze)
        pen.box(-0.09, 0, 0.18, 4.2, pen.round(0, 0.09, iron))
        pen.stroke([(0, 3.1), (-side * 0.5, 3.8), (-side * 1.5, 4.15)], 0.1, pen.air.shade(iron))
        lamp = pen.moved(-side * 1.2, 3.15)
        lamp.line([(0, 0.4), (0, 1)], 0.03, lamp.air.shade(iron))
        lamp.shape([(-0.22, 0.12), (0.22, 0.12), (0.1, 0.42), (-0.1, 0.42)], lamp.air.shade(iron))
        if site.mood.lamps > 0.4:
            lamp.oval(0, 0.1, 0.17, 0.12, lamp.air.own((255, 232, 176)))
            lamp.glow(0, 0, 2.6, buildings.WINDOW_LIGHT, 0.6 * site.mood.lamps)
    near, far = 4.0, 90.0
    corners = [
        site.at(side * out, 4.3, distance, middle)
        for distance, out in ((near, 1.4), (far, 1.4), (far, 9.0), (near, 9.0))
    ]
    roof = site.air(14)
    site.drawing.polygon(corners, mix(roof.shade((96, 88, 90)), site.mood.zenith, 0.1))
    lip = [
        corners[0],
        corners[1],
        (corners[1][0], corners[1][1] + 0.35 * site.metre(far)),
        (corners[0][0], corners[0][1] + 0.35 * site.metre(near)),
    ]
    site.drawing.polygon(lip, roof.half((128, 112, 102)))
    if "clock" in site.reading.props or site.dice.apart("clock").happens(0.5):
        unit = site.metre(13)
        pen = site.pen_at(site.at(side * 1.75, 3.55, 13, middle), unit, 0.04)
        pen.line([(0, 0.6), (0, 0.95)], 0.06, pen.air.shade(iron))
        clock_face(site, pen.at(0, 0), 0.62 * unit)


def clock_face(site: Site, centre: Point, radius: float) -> None:
    """Draw a clock's face, in pixels."""
    drawing, (x, y) = site.drawing, centre
    drawing.ellipse(centre, radius, radius, site.air(8).shade((64, 66, 76)))
    face = (250, 242, 220) if site.mood.lamps > 0.4 else site.air(8).lit((246, 240, 226))
    drawing.ellipse(centre, 0.85 * radius, 0.85 * radius, face)
    dark: Colour = (52, 48, 56)
    for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        drawing.ellipse(
            (x + dx * 0.68 * radius, y + dy * 0.68 * radius), 0.06 * radius, 0.06 * radius, dark
        )
    for across, down, width in ((0.1, -0.62, 0.06), (0.38, 0.2, 0.09)):
        hand = f"M{x:.2f},{y:.2f}L{x + across * radius:.2f},{y + down * radius:.2f}"
        drawing.path(hand, stroke=dark, width=width * radius)
    if site.mood.lamps > 0.4:
        site.glow(centre, 3 * radius / site.measure, (255, 226, 160), 0.4)


def railway(site: Site) -> None:
    """Set up a train that crosses the country."""
    paint_sky(site)
    terrain.range_of_hills(site, 0.22, 0.72)
    terrain.range_of_hills(site, 0.12, 0.5)
    terrain.meadow_ground(site)
    dice = site.dice.apart("railway")
    for share, distance in site.scattered(40, 100, 16):
        dice.pick((plants.broadleaf, plants.fir))(site.pen(share, distance), site.land, dice, 8)
    vehicles.train_across(site, 30)
    for share, distance in site.scattered(12, 24, 10):
        plants.bush(site.pen(share, distance), site.land, dice, dice.between(0.6, 1.4))
    terrain.verge(site, 0.93)
