"""Open country: hills, meadows, mountains, desert, a castle on its hill, a road."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve, polyline
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings, plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import terrain
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky


def hills(site: Site) -> None:
    """Set up rolling hills with a few trees."""
    paint_sky(site)
    terrain.range_of_hills(site, 0.22, 0.75)
    terrain.range_of_hills(site, 0.14, 0.5)
    terrain.meadow_ground(site)
    dice = site.dice.apart("trees")
    for share, distance in site.scattered(16, 90, 14):
        kind = dice.pick((plants.broadleaf, plants.broadleaf, plants.cypress, plants.bush))
        kind(
            site.pen(share, distance),
            site.land,
            dice,
            dice.between(4, 8) if kind is not plants.bush else 1.6,
        )
    terrain.verge(site, 0.92)


def meadow(site: Site) -> None:
    """Set up a wide meadow, with a line of trees at its end."""
    paint_sky(site)
    terrain.range_of_hills(site, 0.1, 0.72)
    terrain.meadow_ground(site)
    dice = site.dice.apart("meadow")
    for share, distance in site.scattered(60, 110, 20):
        dice.pick((plants.broadleaf, plants.fir))(
            site.pen(share, distance), site.land, dice, dice.between(6, 11)
        )
    plants.broadleaf(site.pen(0.5 - 0.27 * site.sunward, 20), site.land, dice, 9)
    for share, distance in site.scattered(site.nearest() * 1.1, 26, 60):
        pen, own = site.pen(share, distance), dice.fork()
        if site.land.blossoms and own.happens(0.4):
            plants.flower(pen, site.land, own, 0.45)
        else:
            plants.tuft(pen, site.land, own, 0.5)
    terrain.verge(site, 0.93)


def mountains(site: Site) -> None:
    """Set up a mountain range behind a valley with firs."""
    paint_sky(site)
    terrain.range_of_peaks(site, 0.52, 0.6)
    terrain.range_of_peaks(site, 0.3, 0.36)
    terrain.range_of_hills(site, 0.08, 0.35)
    terrain.meadow_ground(site)
    dice = site.dice.apart("firs")
    for share, distance in site.scattered(22, 110, 52):
        if abs(share - 0.5) > 0.1 + 2.0 / distance:
            plants.fir(site.pen(share, distance), site.land, dice, dice.between(5, 9))
    for share, distance in site.scattered(site.nearest(), 14, 7):
        terrain.rock(site, share, distance, dice.between(0.25, 0.6))


def desert(site: Site) -> None:
    """Set up dunes, each with a lit and a shaded side."""
    paint_sky(site)
    sand: Colour = site.land.grass if site.land.barren else (232, 190, 132)
    dice, width = site.dice.apart("dunes"), site.frame.width
    if site.reading.prompt_has("canyon", "mesa") or dice.happens(0.5):
        _mesas(site)
    site.floor(site.air(120).lit(sand), site.air(4).half(sand))
    height = site.frame.height - site.horizon
    for step in range(5):
        depth = (0.04, 0.14, 0.3, 0.52, 0.8)[step]
        y = site.horizon + height * depth
        crest = 0.05 + 0.2 * depth
        x = width * dice.between(0.1, 0.9)
        points = [
            (-0.1 * width, y), (0.5 * (x - 0.1 * width), y - 0.3 * crest * site.measure),
            (x, y - crest * site.measure), (x + 0.3 * (width - x), y - 0.25 * crest * site.measure),
            (1.1 * width, y),
        ]  # fmt: skip
        air = site.air(160 * (1 - depth) ** 2 + 5)
        bottom = min(site.frame.height, y + 0.3 * height)
        paint = site.drawing.fade(y - crest * site.measure, bottom, air.lit(sand), air.half(sand))
        dune = f"{curve(points)}L{1.1 * width:.1f},{bottom:.1f}L{-0.1 * width:.1f},{bottom:.1f}Z"
        site.drawing.path(dune, paint)
        away = -site.sunward
        shade = [
            (x, y - crest * site.measure),
            (x + away * 0.05 * width, y - 0.5 * crest * site.measure), (x + away * 0.02 * width, y),
            (x + away * 0.12 * width, bottom), (x + away * 0.5 * width, bottom),
            (x + away * 0.34 * width, y - 0.2 * crest * site.measure),
        ]  # fmt: skip
        site.drawing.path(
            f"{curve(shade)}Z", air.shade(mix(sand, (120, 70, 90), 0.3)), opacity=0.75
        )


def _mesas(site: Site) -> None:
    dice = site.dice.apart("mesas")
    for _ in range(4):
        pen = site.pen_at(
            (site.x(dice.between(0, 1)), site.horizon + 2), site.measure, dice.between(0.45, 0.65)
        )
        wide, tall = dice.between(0.06, 0.18), dice.between(0.06, 0.16)
        outline = [
            (-1.5 * wide, 0), (-wide, 0.4 * tall), (-0.9 * wide, tall), (0.8 * wide, tall * 0.97),
            (wide, 0.45 * tall), (1.5 * wide, 0),
        ]  # fmt: skip
        pen.shape(outline, pen.round(0, wide, (190, 112, 84)))


def castle(site: Site) -> None:
    """Set up a castle on a hill."""
    paint_sky(site)
    terrain.range_of_peaks(site, 0.22, 0.72)
    terrain.range_of_hills(site, 0.1, 0.6)
    terrain.meadow_ground(site)
    dice = site.dice.apart("castle")
    side = -site.sunward
    pen = site.pen_at(
        (site.x(0.5 + side * 0.16), site.horizon + 0.05 * site.measure), site.measure, 0.22
    )
    pen.blob(
        [(-0.62, -0.02), (-0.4, 0.08), (0, 0.14), (0.4, 0.07), (0.6, -0.02), (0, -0.06)],
        pen.fade(
            -0.05,
            0.14,
            mix(pen.air.half(terrain.ground_colour(site)), site.mood.haze, 0.2),
            pen.air.shade(terrain.ground_colour(site)),
        ),
    )
    buildings.castle(pen.moved(0, 0.1), dice, 0.36)
    for share, distance in site.scattered(18, 70, 20):
        if abs(share - 0.5 - side * 0.16) < 0.16:
            continue
        plants.fir(site.pen(share, distance), site.land, dice, dice.between(5, 9))
    terrain.way(site, (190, 170, 140), 2.0)
    terrain.verge(site, 0.94)


def road(site: Site) -> None:
    """Set up a road that runs straight to the horizon, poles along it."""
    paint_sky(site)
    terrain.range_of_hills(site, 0.13, 0.66)
    terrain.meadow_ground(site)
    dice = site.dice.apart("road")
    vanishing = site.x(dice.between(0.36, 0.64))
    near = site.nearest() * 0.95
    half = site.metre(near) * 3.1
    bottom = site.ground(near)
    asphalt = site.air(5).half((112, 112, 124))
    shift = dice.between(-0.1, 0.1) * site.frame.width
    middle = vanishing + shift
    paint = site.drawing.fade(site.horizon, bottom, site.air(140).half((140, 138, 146)), asphalt)
    site.drawing.polygon(
        [(vanishing, site.horizon), (middle + half, bottom), (middle - half, bottom)], paint
    )
    if site.reading.wet:
        site.drawing.polygon(
            [(vanishing, site.horizon), (middle + 0.7 * half, bottom),
             (middle - 0.2 * half, bottom)],
            site.mood.horizon,
            opacity=0.3,
        )  # fmt: skip
    line = site.air(10).lit((236, 226, 190))
    distance = near
    while distance < 60:
        ends = [distance, distance * 1.22]
        corners = []
        for side, place in ((-1, ends[0]), (1, ends[0]), (1, ends[1]), (-1, ends[1])):
            share = near / place
            corners.append(
                (
                    vanishing + (middle - vanishing) * share + side * site.metre(place) * 0.09,
                    site.ground(place),
                )
            )
        site.drawing.polygon(corners, line, opacity=0.85)
        distance *= 1.55
    side = -site.sunward
    wires: list[Point] = []
    for place in (60.0, 40.0, 27.0, 18.0, 12.0, 8.0):
        share = near / place
        foot = (
            vanishing + (middle - vanishing) * share + side * site.metre(place) * 5.2,
            site.ground(place),
        )
        pen = site.pen_at(foot, site.metre(place), place / (place + site.mood.sight))
        pen.box(-0.1, 0, 0.2, 7, pen.air.shade((110, 90, 76)))
        pen.box(-0.8, 6.3, 1.6, 0.14, pen.air.shade((110, 90, 76)))
        wires.append(pen.at(0.7, 6.4))
    site.drawing.path(
        polyline(wires), stroke=site.air(30).shade((60, 56, 60)), width=0.0016 * site.measure
    )
