"""Places among trees: forest, garden and park."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve
from sparkle_motion_dagster.engines.images.storyboard.scenery import plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import terrain
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_rays, paint_sky
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Hour, Weather

_GRAVEL: Colour = (206, 190, 160)
_BRICK: Colour = (168, 110, 90)
_BARK: Colour = (92, 74, 66)


def forest(site: Site) -> None:
    """Set up a forest: trunks that fade into light, a path, undergrowth in front."""
    paint_sky(site)
    dice, width = site.dice.apart("forest"), site.frame.width
    firs = site.land.bare or dice.happens(0.45)
    ground = mix(terrain.ground_colour(site), (90, 84, 60), 0.0 if site.land.snowy else 0.3)
    for haze in (0.74, 0.55):
        air = site.pen_at((0, 0), 1, haze).air
        edge = [
            (
                width * step / 12,
                site.horizon - site.measure * dice.between(0.26, 0.5) * (1.1 - haze * 0.5),
            )
            for step in range(-1, 14)
        ]
        colour = air.shade(site.land.leaves[0])
        foot = site.horizon + 0.03 * site.measure
        paint = site.drawing.fade(
            site.horizon - 0.45 * site.measure, foot, colour, mix(colour, site.mood.haze, 0.75)
        )
        site.drawing.path(
            f"{curve(edge)}L{edge[-1][0]:.0f},{foot:.0f}L{edge[0][0]:.0f},{foot:.0f}Z", paint
        )
    site.floor(mix(site.air(50).half(ground), site.mood.haze, 0.4), site.air(3).shade(ground))
    terrain.way(site, mix(_GRAVEL, (120, 96, 70), 0.5), 1.7)
    site.patches(mix(site.land.dry, site.mood.key, 0.3), 26, 2.6, 0.3 * site.mood.strength)
    for share, distance in site.scattered(15 if firs else 9, 70, 42):
        if abs(share - 0.5) < 0.07 + 0.6 / distance:
            continue
        pen = site.pen(share, distance)
        if firs:
            plants.fir(pen, site.land, dice, dice.between(8, 13))
        else:
            _trunk(site, share, distance)
    if firs:
        for share in (-0.01, 0.97):
            _trunk(site, share, 5.4)
    else:
        _canopy(site)
    if site.reading.hour in {Hour.DAWN, Hour.MORNING, Hour.GOLDEN} and site.reading.weather in {
        Weather.CLEAR,
        Weather.FOG,
    }:
        paint_rays(site)
    for share, distance in site.scattered(site.nearest(), 14, 22):
        if abs(share - 0.5) > 0.16:
            plants.bush(site.pen(share, distance), site.land, dice, dice.between(0.3, 0.7))
    terrain.verge(site, 0.93)


def _trunk(site: Site, share: float, distance: float) -> None:
    """Draw a trunk that leaves the picture above."""
    dice, pen = site.dice.apart(f"trunk {share:.4f}"), site.pen(share, distance)
    half, lean = dice.between(0.14, 0.3), dice.between(-0.5, 0.5)
    tall = (pen.foot[1] - site.frame.top) / pen.unit + 1
    bark = mix(_BARK, (150, 140, 132), dice.between(0, 0.4))
    pen.shadow(3 * half)
    pen.shape(
        [(-2.2 * half, 0), (-half, 0.5), (lean - 0.7 * half, tall), (lean + 0.7 * half, tall),
         (half, 0.5), (2.2 * half, 0)],
        pen.round(0, half, bark),
    )  # fmt: skip
    for step in range(3):
        y, side = tall * dice.between(0.3, 0.9), dice.side()
        x = lean * y / tall
        twig = [(x, y), (x + side * 0.8, y + 0.5), (x + side * 1.8, y + 0.6 + 0.1 * step)]
        pen.stroke(twig, half * 0.5, pen.air.shade(bark))


def _canopy(site: Site) -> None:
    """Draw leaves that hang into the picture from above."""
    if site.land.bare:
        return
    dice = site.dice.apart("canopy")
    for depth, count, size in ((30.0, 26, 0.06), (14.0, 24, 0.075), (6.0, 16, 0.085)):
        air = site.air(depth)
        leaf = dice.pick(site.land.leaves)
        for _ in range(count):
            x = dice.between(-0.05, 1.05)
            reach = 0.05 + 0.22 * abs(x - 0.5) * 2 + 0.02 * depth / 6
            centre = (site.x(x), site.y(dice.between(-0.04, reach)))
            radius = site.measure * size * dice.between(0.6, 1.2)
            colour = air.shade(leaf) if dice.happens(0.6) else air.half(leaf)
            site.drawing.ellipse(centre, radius * 1.2, radius * 0.8, colour, 0.92)


def garden(site: Site) -> None:
    """Set up a walled garden: trees in rows, beds, a gravel path."""
    paint_sky(site)
    terrain.range_of_hills(site, 0.09, 0.75)
    terrain.meadow_ground(site)
    dice = site.dice.apart("garden")
    _wall(site, 34)
    terrain.way(site, _GRAVEL, 1.9)
    places = [(side, distance) for distance in (30.0, 22.0, 16.0, 11.5) for side in (-1, 1)]
    for side, distance in places:
        share = 0.5 + side * (0.14 + 2.6 / distance) * dice.between(0.85, 1.2)
        plants.broadleaf(site.pen(share, distance), site.land, dice, dice.between(4, 5.6))
    low_sun = site.reading.hour in {Hour.DAWN, Hour.GOLDEN, Hour.SUNSET}
    if low_sun:
        _long_shadows(site)
        paint_rays(site)
    near = site.nearest()
    for share, distance in site.scattered(near, 15, 64):
        if abs(share - 0.5) < 0.1 + 0.9 / distance:
            continue
        pen, own = site.pen(share, distance), dice.fork()
        if site.land.blossoms:
            (plants.spire_flower if own.happens(0.6) else plants.flower)(
                pen, site.land, own, own.between(0.5, 0.95)
            )
        else:
            plants.tuft(pen, site.land, own, 0.5)
    if dice.happens(0.7):
        _branch(site)
    terrain.verge(site, 0.93)


def _long_shadows(site: Site) -> None:
    dice = site.dice.apart("shadows")
    dark = site.air(8).shade(mix(terrain.ground_colour(site), (40, 40, 80), 0.5))
    for share, distance in site.scattered(8, 22, 6):
        foot = (site.x(share), site.ground(distance))
        reach = (site.frame.height - foot[1]) * dice.between(0.4, 0.8)
        lean = -site.sunward * reach * 1.4
        half = 0.012 * site.measure
        site.drawing.polygon(
            [(foot[0] - half * 0.4, foot[1]), (foot[0] + half * 0.4, foot[1]),
             (foot[0] + lean + half, foot[1] + reach),
             (foot[0] + lean - 2 * half, foot[1] + reach)],
            dark,
            opacity=0.3,
        )  # fmt: skip


def _wall(site: Site, distance: float) -> None:
    pen = site.pen(0.5, distance)
    half = 0.55 * site.frame.width / pen.unit
    tall = 2.6
    brick = mix(_BRICK, SNOW, 0.15)
    gap = 1.3
    for side in (-1, 1):
        x = gap if side > 0 else -half
        pen.box(
            x, 0, half - gap, tall, pen.fade(0, tall, pen.air.shade(brick), pen.air.half(brick))
        )
        pen.box(x, tall, half - gap, 0.22, pen.air.lit(SNOW if site.land.snowy else brick))
        pen.box(side * gap - 0.3, 0, 0.6, tall + 0.7, pen.air.half(brick))
        pen.oval(side * gap, tall + 1.0, 0.32, 0.32, pen.air.half((190, 180, 170)))
    iron = pen.air.shade((84, 66, 60))
    shut = "shut" in site.reading.prompt
    for step in range(7):
        x = -gap + 0.35 + step * 0.36
        pen.box(x, 0, 0.08, 2.4 + 0.25 * (1 - abs(step - 3) / 3), iron)
        if not shut and step == 2:
            break
    pen.box(-gap, 1.9, 1.2, 0.09, iron)


def low_wall(site: Site, share: float) -> None:
    """Draw a brick wall across the lower part of the picture, from a share of its height."""
    top = min(share, 0.9) * site.frame.height
    air, drawing, width = site.air(0), site.drawing, site.frame.width
    tall = 0.055 * site.measure
    drawing.box(
        (0, top), (width, site.frame.height - top), air.shade(mix(_BRICK, (80, 60, 60), 0.5))
    )
    dice = site.dice.apart("bricks")
    y, row = top, 0
    while y < site.frame.height:
        x = -tall * (2.2 if row % 2 else 1.1)
        while x < width:
            tone = mix(air.shade(_BRICK), air.half(_BRICK), dice.between(0, 1))
            drawing.box((x, y), (2.1 * tall, 0.88 * tall), tone, rounding=0.06 * tall)
            x += 2.2 * tall
        y, row = y + tall, row + 1
    coping = air.lit(SNOW if site.land.snowy else (196, 150, 126))
    drawing.box((0, top - 0.5 * tall), (width, 0.62 * tall), coping, rounding=0.1 * tall)
    drawing.box((0, top + 0.1 * tall), (width, 0.16 * tall), air.shade((120, 80, 70)), opacity=0.6)


def _branch(site: Site) -> None:
    """Let a branch hang into the picture from an upper corner."""
    dice = site.dice.apart("branch")
    side = -site.sunward
    pen = site.pen_at((site.x(0.5 + side * 0.52), site.y(0.02)), site.measure, 0.0, mirrored=-side)
    bough = [(0.0, -0.02), (0.12, -0.06), (0.26, -0.07), (0.4, -0.13)]
    pen.stroke(bough, 0.016, pen.air.shade(_BARK))
    pen.stroke([(0.14, -0.06), (0.2, -0.13), (0.24, -0.19)], 0.009, pen.air.shade(_BARK))
    if site.land.bare:
        pen.stroke(
            [(0.0, -0.01), (0.12, -0.05), (0.26, -0.06), (0.4, -0.12)], 0.006, pen.air.half(SNOW)
        )
        return
    colours = [
        *site.land.leaves,
        *(site.land.blossoms[:1] if site.reading.season == "spring" else ()),
    ]
    for _ in range(54):
        x = dice.between(0.02, 0.42)
        y = -0.03 - 0.24 * x + dice.between(-0.07, 0.05)
        colour = (
            pen.air.shade(dice.pick(colours))
            if dice.happens(0.65)
            else pen.air.lit(dice.pick(colours))
        )
        pen.blob(
            [(x, y), (x + 0.014, y + 0.012), (x + 0.036, y - 0.002), (x + 0.014, y - 0.01)], colour
        )


def park(site: Site) -> None:
    """Set up a park: a lawn, an avenue, lamps along the way."""
    from sparkle_motion_dagster.engines.images.storyboard.scenery.buildings import street_lamp

    paint_sky(site)
    terrain.range_of_hills(site, 0.12, 0.7)
    terrain.meadow_ground(site)
    terrain.way(site, _GRAVEL, 2.8)
    dice = site.dice.apart("park")
    for distance in (48.0, 36.0, 27.0, 20.0, 14.0):
        for side in (-1, 1):
            share = 0.5 + side * (0.1 + 4.0 / distance)
            plants.broadleaf(site.pen(share, distance), site.land, dice, dice.between(7, 9))
    for distance in (24.0, 12.0):
        street_lamp(site.pen(0.5 - site.sunward * (0.08 + 1.9 / distance), distance))
    if site.reading.hour in {Hour.DAWN, Hour.MORNING, Hour.GOLDEN}:
        paint_rays(site)
    _branch(site)
    terrain.verge(site, 0.94)
