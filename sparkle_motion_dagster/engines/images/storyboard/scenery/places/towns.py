"""Towns from outside their streets: market square, village and rooftops."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings, plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import terrain
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.streets import paved
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky

_PAVING: Colour = (176, 168, 160)


def square(site: Site) -> None:
    """Set up a market square with stalls before a row of houses and a church tower."""
    paint_sky(site)
    dice = site.dice.apart("square")
    paved(site, _PAVING)
    tower = site.pen(0.5 + 0.22 * site.sunward, 52)
    stone = (196, 184, 168)
    tower.box(-2.2, 0, 4.4, 17, tower.round(0, 2.2, stone))
    tower.shape([(-2.6, 17), (2.6, 17), (0, 25)], tower.round(0, 2.6, (104, 108, 122)))
    tower.oval(0, 14, 1.1, 1.1, tower.air.own((246, 236, 206)))
    tower.line([(0, 14), (0, 14.8)], 0.14, (60, 56, 60))
    tower.line([(0, 14), (0.5, 13.7)], 0.14, (60, 56, 60))
    x = -0.06
    while x < 1.06:
        pen = site.pen(x, 40)
        wide = dice.between(6, 8.5)
        shift = wide / 2 * pen.unit / site.frame.width
        pen = site.pen(x + shift, 40)
        dice.pick((buildings.house, buildings.tenement))(
            pen, site.land, dice, wide, dice.between(6.5, 10)
        )
        x += 2 * shift
    for share, distance in ((0.1, 22.0), (0.3, 25.0), (0.92, 20.0), (0.74, 24.0)):
        stall(site, share, distance)


def stall(site: Site, share: float, distance: float) -> None:
    """Draw a market stall with a striped awning."""
    dice, pen = site.dice.apart(f"stall {share}"), site.pen(share, distance)
    cloth = dice.pick(((190, 70, 60), (190, 70, 60), (70, 116, 112), (214, 164, 80)))
    pen.shadow(2.2)
    pen.box(-1.6, 0, 3.2, 0.95, pen.air.shade((130, 98, 76)))
    for step in range(9):
        fruit = dice.pick(((206, 96, 60), (226, 176, 80), (130, 156, 84), (170, 70, 70)))
        pen.oval(-1.35 + 0.34 * step, 1.02, 0.2, 0.17, pen.air.lit(fruit))
    for x in (-1.6, 1.52):
        pen.box(x, 0, 0.08, 2.4, pen.air.shade((110, 90, 76)))
    for step in range(8):
        colour = cloth if step % 2 == 0 else (236, 226, 208)
        left, right = -1.9 + 0.475 * step, -1.9 + 0.475 * (step + 1)
        strip = [(left, 2.05), (right, 2.05), (right * 0.84, 2.75), (left * 0.84, 2.75)]
        pen.shape(strip, pen.air.lit(colour))
        pen.oval((left + right) / 2, 2.05, 0.2375, 0.14, pen.air.half(colour))


def village(site: Site) -> None:
    """Set up a village among hills or mountains: crooked houses along a way."""
    paint_sky(site)
    terrain.backdrop(site, 0.18, 0.72)
    terrain.range_of_hills(site, 0.1, 0.5)
    terrain.meadow_ground(site)
    terrain.way(site, (196, 176, 148), 3.2)
    dice = site.dice.apart("village")
    plan = [
        (0.5 + 0.05 * side + side * (0.06 + 7.5 / distance), distance)
        for distance in (80.0, 62.0, 48.0, 37.0, 28.0, 21.0)
        for side in (-1, 1)
    ]
    for share, distance in plan:
        pen = site.pen(share + dice.between(-0.03, 0.03), distance)
        if dice.happens(0.25):
            plants.broadleaf(site.pen(share + 0.07, distance + 2), site.land, dice, 6.5)
        buildings.house(pen, site.land, dice, dice.between(5.5, 8), dice.between(3.8, 6.2))
        smoke_from(site, pen.at(1.2, 9), pen.unit, dice.between(0.2, 0.5))
    terrain.verge(site, 0.94)


def smoke_from(site: Site, point: Point, unit: float, opacity: float) -> None:
    """Draw a thread of smoke that rises from a point; `unit` are the pixels of a metre there."""
    dice = site.dice.apart(f"smoke {point[0]:.0f}")
    colour = mix(site.mood.horizon, (255, 255, 255), 0.25)
    drift = -site.sunward * 0.16
    for step in range(14):
        share = step / 14
        centre = (
            point[0] + drift * share * 9 * unit + dice.between(-0.1, 0.1) * unit * (1 + 3 * share),
            point[1] - 8 * share * unit,
        )
        radius = unit * (0.2 + 0.75 * share)
        site.drawing.ellipse(centre, radius, radius * 0.8, colour, opacity * (1 - share) * 0.6)


def rooftops(site: Site) -> None:
    """Set up a sea of roofs under a large sky."""
    paint_sky(site)
    terrain.range_of_hills(site, 0.12, 0.7)
    dice = site.dice.apart("roofs")
    base = site.air(90).shade((120, 110, 116))
    site.floor(mix(base, site.mood.haze, 0.5), site.air(4).shade((90, 80, 86)))
    for row in range(6):
        share = row / 5
        y = (
            site.horizon
            + (0.04 + 0.7 * share**1.5) * (site.frame.height - site.horizon)
            + 0.06 * site.measure
        )
        unit = site.measure * (0.011 + 0.034 * share**1.4)
        haze = 0.7 * (1 - share) ** 1.3
        x = -0.05 * site.frame.width + dice.between(-3, 0) * unit
        while x < 1.05 * site.frame.width:
            wide = dice.between(5, 8)
            pen = site.pen_at(
                (x + wide / 2 * unit, y + dice.between(0, 1.2) * unit + 3 * unit), unit, haze
            )
            buildings.house(pen, site.land, dice, wide, dice.between(3.4, 5.4))
            if dice.happens(0.22):
                smoke_from(site, pen.at(1.2, 8.4), unit * 0.9, 0.4)
            x += wide * unit * dice.between(0.95, 1.15)
