"""Shores: harbour, beach, lake and river."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix, multiplied
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings, plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import terrain
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.seas import headland
from sparkle_motion_dagster.engines.images.storyboard.scenery.props import boats
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky
from sparkle_motion_dagster.engines.images.storyboard.scenery.water import water
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Weather

_WATER: Colour = (64, 122, 142)
_FOAM: Colour = (240, 246, 246)
_ROCK: Colour = (104, 98, 102)
_SAND: Colour = (232, 208, 168)


def harbour(site: Site) -> None:
    """Set up a harbour: houses along the quay, boats, a jetty in front."""
    paint_sky(site)
    terrain.range_of_hills(site, 0.1, 0.7)
    dice = site.dice.apart("quay")
    x = -0.02
    far = 46.0
    while x < 1.02:
        pen = site.pen_at((site.x(x), site.horizon + 2), site.metre(far) * 1.1, 0.3)
        wide = dice.between(5, 8)
        buildings.house(pen, site.land, dice, wide, dice.between(5, 9))
        x += wide * pen.unit / site.frame.width * dice.between(0.98, 1.3)
    water(site, rough=0.3 if site.reading.weather is Weather.STORM else 0.1)
    quay = site.air(46).shade(_ROCK)
    site.drawing.box((0, site.horizon), (site.frame.width, 0.012 * site.measure), quay)
    kinds = (
        (boats.fishing_boat,)
        if "fishing" in site.reading.prompt
        else (boats.sailing_boat, boats.sailing_boat, boats.fishing_boat)
    )
    for place, distance in ((0.16, 26), (0.52, 19), (0.84, 14)):
        share = place + dice.between(-0.07, 0.07)
        dice.pick(kinds)(site.pen(share, distance, dice.side()), dice)
    jetty(site)


def jetty(site: Site) -> None:
    """Draw a jetty from the lower edge out into the water."""
    dice = site.dice.apart("jetty")
    side = -site.sunward
    wood = site.air(5).half((138, 112, 92))
    dark = site.air(5).shade((104, 82, 68))
    far_y, near_y = site.ground(20), site.frame.height
    far_x, near_x = site.x(0.5 + side * 0.18), site.x(0.5 + side * 0.2)
    far_half, near_half = 0.02 * site.measure, 0.26 * site.measure
    for step in range(5):
        share = (step / 5) ** 1.7
        y = far_y + (near_y - far_y) * share
        half = far_half + (near_half - far_half) * share
        x = far_x + (near_x - far_x) * share
        for edge in (-1, 1):
            site.drawing.box((x + edge * half - 0.07 * half, y), (0.14 * half, 0.9 * half), dark)
    site.drawing.polygon(
        [(far_x - far_half, far_y), (far_x + far_half, far_y), (near_x + near_half, near_y),
         (near_x - near_half, near_y)],
        wood,
    )  # fmt: skip
    for step in range(1, 13):
        share = (step / 13) ** 2
        y = far_y + (near_y - far_y) * share
        half = far_half + (near_half - far_half) * share
        x = far_x + (near_x - far_x) * share
        site.drawing.box(
            (x - half, y), (2 * half, max(0.6, 0.025 * half)), dark, opacity=dice.between(0.4, 0.8)
        )


def beach(site: Site) -> None:
    """Set up a beach: the sea behind, surf, sand in front."""
    paint_sky(site)
    headland(site, -site.sunward, 0.34, 0.09, 0.55)
    water(site)
    dice = site.dice.apart("beach")
    row = site.horizon + 0.3 * (site.frame.height - site.horizon)
    for index, (colour, shift) in enumerate(
        (
            (site.air(12).half(_FOAM), 0.0),
            (multiplied((176, 158, 132), site.mood.ambient), 0.018),
            (site.air(8).lit(SNOW if site.land.snowy else _SAND), 0.06),
        )
    ):
        line = [
            (
                site.x(step / 6),
                row + site.measure * (shift + dice.between(-0.014, 0.014) + 0.035 * step * 0.5),
            )
            for step in range(-1, 8)
        ]
        near = mix(colour, site.air(4).shade(_SAND), 0.4 if index == 2 else 0.0)
        paint = site.drawing.fade(row, site.frame.height, colour, near)
        bottom = site.frame.height
        site.drawing.path(
            f"{curve(line)}L{line[-1][0]:.1f},{bottom}L{line[0][0]:.1f},{bottom}Z", paint
        )
    for share, distance in site.scattered(site.nearest(), 9, 12):
        pen = site.pen(share, distance)
        pen.oval(0, 0, 0.12, 0.04, pen.air.shade(_ROCK), 0.6)
    if dice.happens(0.4) and not site.land.bare:
        plants.palm(site.pen(0.5 + site.sunward * -0.38, site.nearest() * 1.25), site.land, dice, 6)


def lake(site: Site) -> None:
    """Set up a lake between wooded hills or before mountains, reeds in front."""
    paint_sky(site)
    terrain.backdrop(site, 0.2, 0.72)
    terrain.range_of_hills(site, 0.11, 0.5)
    dice = site.dice.apart("shore")
    for _ in range(46):
        share = dice.between(-0.02, 1.02)
        pen = site.pen_at(
            (site.x(share), site.horizon + 2), site.measure / 220 * dice.between(0.7, 1.2), 0.45
        )
        dice.pick((plants.fir, plants.fir, plants.broadleaf))(
            pen, site.land, dice, dice.between(6, 12)
        )
    water(site, rough=0.1)
    reflection = mix(site.air(60).shade((60, 84, 80)), site.mood.horizon, 0.2)
    site.drawing.box(
        (0, site.horizon),
        (site.frame.width, 0.05 * site.measure),
        site.drawing.vertical(
            site.horizon,
            site.horizon + 0.05 * site.measure,
            (0, reflection, 0.75),
            (1, reflection, 0),
        ),
    )
    terrain.verge(site, 0.88)


def river(site: Site) -> None:
    """Set up a river that winds through meadows."""
    paint_sky(site)
    terrain.backdrop(site, 0.2, 0.7)
    terrain.range_of_hills(site, 0.12, 0.45)
    grass = SNOW if site.land.snowy else site.land.grass
    site.floor(site.air(80).half(grass), site.air(4).half(grass))
    site.patches(site.land.dry, 40, 3.0, 0.3)
    bend = site.sunward
    banks = ((0.06, 0.0), (0.22, 0.16), (0.46, -0.12), (1.05, 0.1))
    height = site.frame.height - site.horizon
    left = [
        (site.x(0.5 + bend * s) - site.measure * 0.42 * d**1.5, site.horizon + height * d)
        for d, s in banks
    ]
    right = [
        (site.x(0.5 + bend * s) + site.measure * (0.02 + 0.42 * d**1.5), site.horizon + height * d)
        for d, s in banks
    ]
    water_here = multiplied(_WATER, site.mood.ambient)
    far, near = mix(site.mood.horizon, water_here, 0.3), mix(water_here, site.mood.zenith, 0.4)
    paint = site.drawing.fade(site.horizon, site.frame.height, far, near)
    back = curve(right[::-1]).replace("M", "L", 1)
    path = f"{curve(left)}{back}Z"
    bank = site.air(10).shade(mix(grass, (60, 50, 40), 0.6))
    site.drawing.path(path, paint, stroke=bank, width=0.006 * site.measure)
    dice = site.dice.apart("banks")
    for _ in range(14):
        depth = dice.between(0.1, 0.95)
        x = site.x(0.5 + bend * 0.03) + dice.between(-1, 1) * 0.3 * site.measure * depth
        site.drawing.ellipse(
            (x, site.horizon + height * depth),
            0.05 * site.measure * depth,
            max(0.5, 0.003 * site.measure * depth),
            site.mood.horizon,
            0.5,
        )
    for share, distance in ((0.06, 26.0), (0.93, 20.0), (0.82, 34.0), (0.16, 40.0)):
        plants.broadleaf(site.pen(share, distance), site.land, dice, dice.between(6, 9))
    terrain.verge(site, 0.93)
