"""The sea: open, at a lighthouse, below cliffs, and from a deck."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import terrain
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky
from sparkle_motion_dagster.engines.images.storyboard.scenery.water import water
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Weather

_FOAM: Colour = (240, 246, 246)
_ROCK: Colour = (104, 98, 102)


def headland(site: Site, side: int, reach: float, height: float, haze: float) -> None:
    """Draw a cliff that comes in from one side; sizes as shares of the picture."""
    dice = site.dice.apart(f"headland {reach:.2f}")
    pen = site.pen_at((site.x(0.5 + side * 0.52), site.horizon), site.measure, haze, mirrored=-side)
    wide = reach * site.frame.width / site.measure
    drop = 0.16 * (1 - haze)
    edge = [
        (-0.05, height), (0.3 * wide, height * dice.between(0.94, 1.04)),
        (0.6 * wide, height * 0.9), (0.72 * wide, height * 0.62), (0.78 * wide, height * 0.56),
        (0.86 * wide, height * 0.2), (wide, -drop),
    ]  # fmt: skip
    rock = pen.fade(
        -drop, height, pen.air.shade(mix(_ROCK, (30, 40, 52), 0.4)), pen.air.half(_ROCK)
    )
    pen.shape([(-0.05, -drop), *edge], rock)
    for _ in range(9):
        x = dice.between(0.0, 0.8) * wide
        high = height * (0.85 if x < 0.6 * wide else 0.5)
        y = dice.between(0, 0.8) * high
        crack = [(x, y), (x + 0.05 * wide, y - 0.2 * high), (x + 0.02 * wide, y - 0.42 * high)]
        face = pen.air.lit(_ROCK) if pen.sunward == -side else pen.air.shade(_ROCK)
        pen.shape([*crack, (x - 0.03 * wide, y - 0.15 * high)], face, 0.4)
    grass = SNOW if site.land.snowy else site.land.grass
    top = [
        (-0.05, height * 1.02), (0.3 * wide, height * 1.0), (0.58 * wide, height * 0.91),
        (0.66 * wide, height * 0.78), (0.5 * wide, height * 0.84), (0.2 * wide, height * 0.88),
        (-0.05, height * 0.86),
    ]  # fmt: skip
    pen.blob(top, pen.air.half(grass))


def _surf(site: Site, side: int, reach: float) -> None:
    """Let the sea break at the foot of a cliff: rocks, foam, and spray if it is rough."""
    dice = site.dice.apart("surf")
    rough = site.reading.weather in {Weather.STORM, Weather.WIND}
    foot = site.horizon + 0.15 * site.measure
    rock, foam = site.air(20).shade(_ROCK), site.air(12).lit(_FOAM)

    def along(share: float) -> float:
        return site.x(0.5 + side * (0.52 - share * reach))

    for _ in range(16):
        x, size = along(dice.between(0, 1.12)), site.measure * dice.between(0.015, 0.04)
        site.drawing.polygon(
            [(x - size, foot + 0.3 * size), (x - 0.5 * size, foot - 0.7 * size),
             (x + 0.3 * size, foot - size), (x + size, foot + 0.3 * size)],
            rock,
        )  # fmt: skip
    for _ in range(70 if rough else 30):
        x, spread = along(dice.between(-0.05, 1.16)), dice.between(0, 1)
        half = site.measure * dice.between(0.012, 0.05)
        y = foot + site.measure * (0.008 + 0.03 * spread)
        site.drawing.ellipse((x, y), half, half * 0.16, foam, 0.55 * (1 - 0.6 * spread))
    for _ in range(5 if rough else 0):
        x = along(dice.between(0.35, 1.08))
        for _ in range(22):
            up = dice.between(0, 1)
            spot = (
                x + site.measure * dice.between(-0.07, 0.07) * (0.4 + up),
                foot - site.measure * 0.17 * up**1.3,
            )
            size = site.measure * 0.022 * (1.15 - up) * dice.between(0.4, 1)
            site.layers.veil.drawing.ellipse(spot, size * 1.5, size * 1.7, foam, 0.5 - 0.35 * up)


def sea(site: Site) -> None:
    """Set up the open sea."""
    paint_sky(site)
    if site.dice.happens(0.5) and site.reading.weather is not Weather.STORM:
        terrain.range_of_hills(site, 0.05, 0.85)
    water(site)


def lighthouse(site: Site) -> None:
    """Set up a lighthouse on its cliff above the sea."""
    side = -site.sunward
    paint_sky(site)
    headland(site, -side, 0.3, 0.08, 0.62)
    water(site)
    height = site.dice.between(0.12, 0.2)
    reach = site.dice.between(0.42, 0.52)
    headland(site, side, reach, height, 0.05)
    tall = min(0.46 * site.measure, 0.8 * (site.horizon - height * site.measure - site.frame.top))
    foot = (site.x(0.5 + side * (0.52 - 0.42 * reach)), site.horizon - height * 0.93 * site.measure)
    pen = site.pen_at(foot, tall / 20, 0.05)
    pen.moved(-3.2, 0, mirrored=1).box(-1.6, -0.4, 3.2, 2.6, pen.air.half((214, 206, 194)))
    pen.moved(-3.2, 2.2).shape([(-2, 0), (2, 0), (0, 1.5)], pen.air.shade((140, 84, 74)))
    buildings.lighthouse(pen, 20)
    _surf(site, side, reach)


def cliffs(site: Site) -> None:
    """Set up a coast of cliffs, one behind the other."""
    paint_sky(site)
    side = -site.sunward
    headland(site, side, 0.62, 0.1, 0.7)
    headland(site, -side, 0.26, 0.12, 0.5)
    water(site)
    headland(site, side, 0.42, site.dice.between(0.18, 0.26), 0.12)
    _surf(site, side, 0.42)
    terrain.verge(site, 0.9)


def deck(site: Site) -> None:
    """Set up the deck of a boat, looking over its bow at the sea."""
    sea(site)
    pen = site.pen_at((site.x(0.5), site.frame.height), site.measure, 0.0)
    wood, rail = (158, 124, 92), (206, 196, 180)
    wide = 0.62 * site.frame.width / site.measure
    top = (site.frame.height - site.horizon) / site.measure * 0.8
    bow = [(-wide, 0), (wide, 0), (0.1 * wide, top), (-0.1 * wide, top)]
    pen.shape(bow, pen.fade(0, top, pen.air.shade(wood), pen.air.half(wood)))
    for step in range(-5, 6):
        plank = [(step * wide / 5.5, 0), (step * 0.1 * wide / 5.5, top)]
        pen.line(plank, 0.004, pen.air.shade((90, 66, 50)), 0.6)
    for side in (-1, 1):
        edge = [
            (side * wide * (1 - 0.9 * share), top * share, 0.2 * (1.25 - share))
            for share in (-0.1, 0.2, 0.45, 0.66, 0.84, 1.0)
        ]
        for x, y, tall in edge:
            pen.line([(x, y), (x, y + tall)], 0.009, pen.air.half(rail))
        for part, width in ((1.0, 0.014), (0.5, 0.006)):
            pen.stroke([(x, y + part * tall) for x, y, tall in edge], width, pen.air.lit(rail))
    pen.moved(-0.3 * wide, 0.1).oval(0, 0, 0.08, 0.03, pen.air.shade((150, 120, 80)))
