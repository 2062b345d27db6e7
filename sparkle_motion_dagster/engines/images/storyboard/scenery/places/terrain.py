"""The ground and what closes the view: hills, peaks, meadows, rocks, ways and the nearest grass."""

import itertools

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.scenery import plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site

_SLOPE: Colour = (96, 110, 116)
_STONE: Colour = (132, 126, 126)


def ground_colour(site: Site) -> Colour:
    """Return the own colour of the ground: grass, or snow."""
    return SNOW if site.land.snowy else site.land.grass


def range_of_hills(site: Site, height: float, haze: float) -> None:
    """Draw a line of rolling hills on the horizon; `height` as a share of the measure."""
    dice, width = site.dice.apart(f"hills {height} {haze}"), site.frame.width
    steps = 7
    points: list[Point] = [
        (
            width * (step + dice.between(-0.3, 0.3)) / steps,
            site.horizon - site.measure * height * dice.between(0.25, 1),
        )
        for step in range(-1, steps + 2)
    ]
    air = site.pen_at((0, 0), 1, haze).air
    colour = SNOW if site.land.snowy else mix(site.land.grass, _SLOPE, 0.6 * haze)
    top, foot = site.horizon - height * site.measure, site.horizon + 2
    paint = site.drawing.fade(
        top, foot, air.half(colour), mix(air.half(colour), site.mood.haze, 0.45)
    )
    site.drawing.path(
        f"{curve(points)}L{points[-1][0]:.1f},{foot:.1f}L{points[0][0]:.1f},{foot:.1f}Z", paint
    )


def backdrop(site: Site, height: float, haze: float) -> None:
    """Draw what closes the view: mountains if the prompt names them, else hills."""
    if "mountains" in site.reading.surroundings:
        range_of_peaks(site, 1.7 * height, 0.8 * haze)
    else:
        range_of_hills(site, height, haze)


def range_of_peaks(site: Site, height: float, haze: float) -> None:
    """Draw a mountain range with lit flanks and snow; `height` as a share of the measure."""
    dice, width = site.dice.apart(f"peaks {height} {haze}"), site.frame.width
    air = site.pen_at((0, 0), 1, haze).air
    tall = height * site.measure
    rock = mix((110, 112, 128), site.land.grass, 0.12)
    x = -0.1 * width
    peaks: list[tuple[float, float, float]] = []
    while x < 1.1 * width:
        half = site.measure * dice.between(0.16, 0.34) * (0.5 + height)
        peaks.append((x + half * 0.5, tall * dice.between(0.45, 1), half))
        x += half * dice.between(0.7, 1.2)
    for middle, up, half in sorted(peaks, key=lambda peak: -peak[1]):
        top: Point = (middle, site.horizon - up)
        foot = site.horizon + 2
        left, right = (middle - 1.5 * half, foot), (middle + 1.5 * half, foot)
        spine = _ridge(
            site, top, (middle + dice.between(-0.3, 0.3) * half, foot), 0.16 * half, f"{middle:.0f}"
        )
        sides = {
            -1: [*_ridge(site, top, left, 0.07 * half, f"l{middle:.0f}"), *spine[::-1]],
            1: [*_ridge(site, top, right, 0.07 * half, f"r{middle:.0f}"), *spine[::-1]],
        }
        for side, outline in sides.items():
            bright = side == site.sunward
            colour = air.lit(rock) if bright else air.shade(rock)
            foot_colour = mix(colour, site.mood.haze, 0.55)
            paint = site.drawing.fade(top[1], foot, colour, foot_colour)
            site.drawing.polygon(outline, paint)
            snow = air.lit(SNOW) if bright else air.half(mix(SNOW, (120, 140, 190), 0.4))
            _snow_cap(site, top, side, up * (0.75 if site.land.snowy else 0.34), half, snow)


def _ridge(site: Site, start: Point, end: Point, rough: float, purpose: str) -> list[Point]:
    dice = site.dice.apart(f"ridge {purpose}")
    steps = 6
    inner = [
        (
            start[0] + (end[0] - start[0]) * step / steps + dice.between(-1, 1) * rough,
            start[1] + (end[1] - start[1]) * step / steps + dice.between(-0.4, 0.4) * rough,
        )
        for step in range(1, steps)
    ]
    return [start, *inner, end]


def _snow_cap(site: Site, top: Point, side: int, down: float, half: float, colour: Colour) -> None:
    dice = site.dice.apart(f"cap {top[0]:.0f} {side}")
    slope = 1.5 * half * down / max(1.0, site.horizon - top[1]) * 0.9
    points = [top]
    for step in range(1, 5):
        share = step / 4
        points.append(
            (
                top[0] + side * slope * (1 - 0.22 * share) * (1.16 - share),
                top[1]
                + down
                * (0.9 - 0.3 * share + (0.22 if step % 2 else -0.12) * dice.between(0.6, 1.3)),
            )
        )
    site.drawing.polygon(points, colour, opacity=0.9)


def meadow_ground(site: Site) -> None:
    """Lay grass up to the horizon, with dry patches and the long shadows of its waves."""
    grass = ground_colour(site)
    site.floor(
        site.air(120).half(grass), mix(site.air(3).half(grass), site.air(3).shade(grass), 0.5)
    )
    site.patches(site.land.dry, 46, 4.0, 0.3)
    site.patches(mix(grass, (40, 60, 60), 0.4), 30, 3.4, 0.22)


def verge(site: Site, share: float) -> None:
    """Draw the nearest edge of the ground: grass and flowers, dark before the light."""
    dice = site.dice.apart("verge")
    y = site.y(share)
    width, bottom = site.frame.width, site.frame.height
    line = [
        (
            width * step / 6,
            y
            + site.measure
            * (dice.between(-0.02, 0.03) + 0.05 * abs(step - 3 + site.sunward) / 3 * -1 + 0.05),
        )
        for step in range(-1, 8)
    ]
    grass = mix(ground_colour(site), (40, 60, 60), 0.3)
    air = site.air(3)
    site.drawing.path(
        f"{curve(line)}L{width * 1.2:.1f},{bottom}L{-width * 0.2:.1f},{bottom}Z", air.shade(grass)
    )
    for _ in range(46):
        x = dice.between(0, 1)
        row = _row_at(line, x * width) + 0.012 * site.measure
        pen = site.pen_at((x * width, row), site.measure, 0.0)
        size = dice.between(0.03, 0.075)
        if site.land.blossoms and dice.happens(0.16):
            plants.flower(pen, site.land, dice, size * 1.3)
        else:
            plants.tuft(pen, site.land, dice, size)


def _row_at(line: list[Point], x: float) -> float:
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / max(1e-6, x1 - x0)
    return line[-1][1]


def rock(site: Site, share: float, distance: float, size: float) -> None:
    """Draw a rock that lies on the ground."""
    dice, pen = site.dice.apart(f"rock {share}"), site.pen(share, distance)
    outline = [
        (-0.7, 0), (-0.62, dice.between(0.12, 0.3)), (-0.3, dice.between(0.36, 0.5)),
        (0.1, dice.between(0.4, 0.5)), (0.45, dice.between(0.2, 0.4)), (0.75, 0),
    ]  # fmt: skip
    pen.shadow(0.7 * size)
    pen.shape([(x * size, y * size) for x, y in outline], pen.air.shade(_STONE))
    direction = pen.sunward
    face = [
        (direction * 0.06, 0.06), (direction * 0.02, 0.38), (direction * 0.3, 0.3),
        (direction * 0.52, 0.04),
    ]  # fmt: skip
    lit = pen.air.lit(SNOW if site.land.snowy else _STONE)
    pen.shape([(x * size, y * size) for x, y in face], lit, 0.8)


def way(site: Site, colour: Colour, width: float) -> None:
    """Draw a way that winds from the lower edge to the horizon; `width` in metres."""
    dice = site.dice.apart("way")
    bend = dice.between(0.08, 0.2) * dice.side()
    near = site.nearest() * 0.96
    left: list[Point] = []
    right: list[Point] = []
    for step in range(9):
        share = (step / 8) ** 0.7
        distance = 1 / ((1 - share) / 150 + share / near)
        middle = 0.5 + bend * (1 - 3.4 * share + 2.3 * share * share)
        half = site.metre(distance) * width / 2
        left.append((site.x(middle) - half, site.ground(distance)))
        right.append((site.x(middle) + half, site.ground(distance)))
    air = site.air(8)
    if site.land.snowy:
        colour = mix(colour, SNOW, 0.6)
    paint = site.drawing.fade(
        site.horizon, site.frame.height, site.air(120).half(colour), air.half(colour)
    )
    back = curve(right[::-1]).replace("M", "L", 1)
    site.drawing.path(f"{curve(left)}{back}Z", paint)
    edge = air.shade(mix(colour, (50, 46, 50), 0.5))
    for side in (left, right):
        site.drawing.path(curve(side), stroke=edge, width=0.004 * site.measure, opacity=0.35)
