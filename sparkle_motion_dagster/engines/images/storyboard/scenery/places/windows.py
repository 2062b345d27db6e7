"""Windows, and what is seen through them."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix, multiplied
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve, polyline
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Hour, Weather, World

_FRAME: Colour = (232, 222, 206)


def window(site: Site, corner: Point, size: Point, bars: int = 1) -> None:
    """Draw a window with the hour, the weather and the place outside.

    Args:
        site: What is drawn on.
        corner: The upper left corner, in pixels.
        size: Width and height, in pixels.
        bars: How many bars stand in it upright.
    """
    drawing, (x, y), (width, height) = site.drawing, corner, size
    clip = drawing.clip(f"M{x:.1f},{y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}Z")
    with drawing.group(clipped=clip):
        view(site, corner, size)
    frame, dark = site.air(0).half(_FRAME), site.air(0).shade(_FRAME)
    thick = 0.035 * min(width, height) + 0.004 * site.measure
    for index in range(bars + 2):
        share = index / (bars + 1)
        wide = thick if 0 < index <= bars else 1.6 * thick
        post = (x + share * width - wide / 2, y - thick)
        drawing.box(post, (wide, height + 2 * thick), dark if index else frame)
    for share, wide in ((0.0, 1.6), (0.42, 0.8), (1.0, 2.2)):
        rail = (x - thick, y + share * height - wide * thick / 2)
        drawing.box(rail, (width + 2 * thick, wide * thick), frame)
    outside = site.outside
    if not site.reading.hour.is_dark:
        site.glow(
            (x + width / 2, y + height / 2),
            0.85 * max(width, height) / site.measure + 0.1,
            mix(outside.key, outside.horizon, 0.5),
            0.26,
        )
    elif site.reading.hour is Hour.MOONLIT:
        site.glow(
            (x + width / 2, y + height / 2),
            0.7 * height / site.measure + 0.08,
            (120, 160, 230),
            0.35,
        )


def view(site: Site, corner: Point, size: Point) -> None:
    """Draw what a window shows: sky, what stands before it, and rain or snow."""
    drawing, (x, y), (width, height) = site.drawing, corner, size
    outside, dice = site.outside, site.dice.apart(f"view {x / site.frame.width:.2f}")
    horizon = y + height * 0.68
    sky = drawing.vertical(
        y, horizon, (0, outside.zenith, 1), (0.55, outside.middle, 1), (1, outside.horizon, 1)
    )
    drawing.box(corner, size, sky)
    if site.reading.world is World.UNDERWATER:
        _fish(site, corner, size)
        return
    covered = site.reading.weather in {Weather.RAIN, Weather.STORM}
    if not covered:
        spot = (x + width * dice.between(0.25, 0.75), y + height * (0.62 - 0.5 * outside.altitude))
        radius = 0.6 * height
        glow = drawing.radial(
            spot, radius, (0, outside.key, 0.9), (0.2, outside.key, 0.35), (1, outside.key, 0.0)
        )
        drawing.ellipse(spot, radius, radius, glow)
        drawing.ellipse(spot, 0.05 * height, 0.05 * height, mix(outside.key, (255, 255, 248), 0.6))
    for _ in range(round(60 * outside.stars)):
        star = (x + width * dice.between(0, 1), y + 0.62 * height * dice.between(0, 1))
        radius = 0.0022 * site.measure * dice.between(0.4, 1)
        drawing.ellipse(star, radius, radius, (255, 252, 236), 0.8)
    for _ in range(0 if site.reading.cloudless else 5):
        centre = (x + width * dice.between(0, 1), y + height * dice.between(0.02, 0.5))
        half = 0.3 * height * dice.between(0.6, 1.4)
        colour = mix(outside.middle, outside.zenith if covered else outside.horizon, 0.6)
        drawing.ellipse(centre, half, half * 0.22, colour, 0.55)
    _before_the_sky(site, corner, size, horizon)
    if covered:
        lines = []
        for _ in range(46):
            start = (x + width * dice.between(0, 1.1), y + height * dice.between(-0.1, 1))
            length = 0.12 * height
            lines.append(polyline([start, (start[0] - 0.25 * length, start[1] + length)]))
        colour = mix(outside.horizon, (240, 246, 250), 0.5)
        drawing.path("".join(lines), stroke=colour, width=0.0018 * site.measure, opacity=0.42)
        for _ in range(26):
            drop = (x + width * dice.between(0, 1), y + height * dice.between(0, 1))
            drawing.ellipse(drop, 0.004 * site.measure, 0.006 * site.measure, colour, 0.4)
    elif site.reading.weather is Weather.SNOW:
        for _ in range(46):
            flake = (x + width * dice.between(0, 1), y + height * dice.between(0, 1))
            radius = site.measure * dice.between(0.002, 0.005)
            drawing.ellipse(flake, radius, radius, (245, 248, 255), 0.8)


def _fish(site: Site, corner: Point, size: Point) -> None:
    """Draw the fish that pass a window under water."""
    (x, y), (width, height), dice = corner, size, site.dice.apart("fish")
    colour = mix((250, 206, 120), site.outside.middle, 0.35)
    for _ in range(7):
        centre = (x + width * dice.between(0.1, 0.9), y + height * dice.between(0.15, 0.85))
        long = 0.045 * height * dice.between(0.7, 1.3)
        site.drawing.ellipse(centre, long, 0.42 * long, colour)
        tail = centre[0] - site.sunward * 1.6 * long
        fin = [(tail, centre[1] + side * 0.45 * long) for side in (-1, 1)]
        site.drawing.polygon([centre, *fin], colour)


def _before_the_sky(site: Site, corner: Point, size: Point, horizon: float) -> None:
    drawing, (x, y), (width, height) = site.drawing, corner, size
    outside, dice = site.outside, site.dice.apart(f"outside {x / site.frame.width:.2f}")
    bottom = y + height
    paved: Colour = (178, 168, 156)
    soil = (
        paved
        if site.reading.view in {"square", "street", "city", "alley", "station"}
        else site.land.grass
    )
    ground = multiplied(SNOW if site.land.snowy else soil, outside.ambient)
    if site.reading.view in {"sea", "lighthouse", "harbour", "beach", "cliffs", "deck", "lake"}:
        near = mix(multiplied((64, 122, 142), outside.ambient), outside.zenith, 0.4)
        paint = drawing.fade(horizon, bottom, mix(outside.horizon, near, 0.5), near)
        drawing.box((x, horizon), (width, bottom - horizon), paint)
        for _ in range(12):
            half = width * dice.between(0.03, 0.14)
            row = horizon + (bottom - horizon) * dice.between(0.05, 1)
            drawing.ellipse(
                (x + width * dice.between(0, 1), row), half, 0.008 * height, outside.horizon, 0.4
            )
        return
    if site.reading.world is World.SPACE or site.reading.view == "space":
        return
    for haze, rise in ((0.62, 0.2), (0.3, 0.1)):
        line = [
            (x + width * (step / 5), horizon - height * rise * dice.between(0.3, 1))
            for step in range(-1, 7)
        ]
        colour = mix(ground, outside.horizon, haze)
        drawing.path(
            f"{curve(line)}L{line[-1][0]:.1f},{bottom:.1f}L{line[0][0]:.1f},{bottom:.1f}Z", colour
        )
    drawing.box((x, horizon), (width, bottom - horizon), mix(ground, outside.horizon, 0.15))
    if site.land.barren:
        return
    if site.reading.view in {"forest", "garden", "park", "hills", "meadow", "mountains"}:
        for _ in range(9):
            centre = (x + width * dice.between(0, 1), horizon + height * dice.between(-0.06, 0.14))
            radius = height * dice.between(0.07, 0.16)
            leaf = multiplied(dice.pick(site.land.leaves), outside.ambient)
            trunk = (centre[0] - 0.01 * height, centre[1])
            drawing.box(trunk, (0.02 * height, 2 * radius), mix(leaf, (40, 30, 30), 0.5))
            drawing.ellipse(
                centre, radius, radius * 1.1, mix(leaf, outside.horizon, dice.between(0, 0.35))
            )
        return
    place = x - 0.05 * width
    while place < x + width:
        wide, tall = height * dice.between(0.16, 0.28), height * dice.between(0.18, 0.36)
        wall = mix(multiplied((206, 178, 152), outside.ambient), outside.horizon, 0.28)
        foot = horizon + 0.12 * height
        drawing.box((place, foot - tall), (wide, tall), wall)
        roof = mix(multiplied((150, 88, 74), outside.ambient), outside.horizon, 0.2)
        drawing.polygon(
            [(place - 0.06 * wide, foot - tall), (place + 0.5 * wide, foot - 1.5 * tall),
             (place + 1.06 * wide, foot - tall)],
            roof,
        )  # fmt: skip
        for column in (0.22, 0.6):
            lit = dice.happens(0.7 * outside.lamps)
            glass = (255, 206, 122) if lit else multiplied((96, 108, 124), outside.ambient)
            drawing.box(
                (place + column * wide, foot - 0.7 * tall), (0.2 * wide, 0.26 * tall), glass
            )
        place += wide * dice.between(0.95, 1.25)
