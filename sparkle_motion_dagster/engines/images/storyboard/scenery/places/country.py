"""Open country: hills, meadows, mountains, desert, a castle on its hill, a road."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve, polyline
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings, plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.terrain import (
    ground_colour,
    meadow_ground,
    range_of_hills,
    range_of_peaks,
    rock,
    verge,
    way,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky

_SLOPE: Colour = (96, 110, 116)
_STONE: Colour = (132, 126, 126)


def hills(stage: Stage) -> None:
    """Set up rolling hills with a few trees."""
    paint_sky(stage)
    range_of_hills(stage, 0.22, 0.75)
    range_of_hills(stage, 0.14, 0.5)
    meadow_ground(stage)
    dice = stage.dice.apart("trees")
    for share, distance in stage.scattered(16, 90, 14):
        kind = dice.pick((plants.broadleaf, plants.broadleaf, plants.cypress, plants.bush))
        kind(
            stage.pen(share, distance),
            stage.land,
            dice,
            dice.between(4, 8) if kind is not plants.bush else 1.6,
        )
    verge(stage, 0.92)


def meadow(stage: Stage) -> None:
    """Set up a wide meadow, with a line of trees at its end."""
    paint_sky(stage)
    range_of_hills(stage, 0.1, 0.72)
    meadow_ground(stage)
    dice = stage.dice.apart("meadow")
    for share, distance in stage.scattered(60, 110, 20):
        dice.pick((plants.broadleaf, plants.fir))(
            stage.pen(share, distance), stage.land, dice, dice.between(6, 11)
        )
    plants.broadleaf(stage.pen(0.5 - 0.27 * stage.sunward, 20), stage.land, dice, 9)
    for share, distance in stage.scattered(stage.nearest() * 1.1, 26, 60):
        pen = stage.pen(share, distance)
        if stage.land.blossoms and dice.happens(0.4):
            plants.flower(pen, stage.land, dice, 0.45)
        else:
            plants.tuft(pen, stage.land, dice, 0.5)
    verge(stage, 0.93)


def mountains(stage: Stage) -> None:
    """Set up a mountain range behind a valley with firs."""
    paint_sky(stage)
    range_of_peaks(stage, 0.52, 0.6)
    range_of_peaks(stage, 0.3, 0.36)
    range_of_hills(stage, 0.08, 0.35)
    meadow_ground(stage)
    dice = stage.dice.apart("firs")
    for share, distance in stage.scattered(22, 110, 52):
        if abs(share - 0.5) > 0.1 + 2.0 / distance:
            plants.fir(stage.pen(share, distance), stage.land, dice, dice.between(5, 9))
    for share, distance in stage.scattered(stage.nearest(), 14, 7):
        rock(stage, share, distance, dice.between(0.25, 0.6))


def desert(stage: Stage) -> None:
    """Set up dunes, each with a lit and a shaded side."""
    paint_sky(stage)
    sand: Colour = (232, 190, 132)
    dice, width = stage.dice.apart("dunes"), stage.frame.width
    if stage.reading.prompt_has("canyon", "mesa") or dice.happens(0.5):
        _mesas(stage)
    stage.floor(stage.air(120).lit(sand), stage.air(4).half(sand))
    height = stage.frame.height - stage.horizon
    for step in range(5):
        depth = (0.04, 0.14, 0.3, 0.52, 0.8)[step]
        y = stage.horizon + height * depth
        crest = 0.05 + 0.2 * depth
        x = width * dice.between(0.1, 0.9)
        points = [
            (-0.1 * width, y),
            (0.5 * (x - 0.1 * width), y - 0.3 * crest * stage.measure),
            (x, y - crest * stage.measure),
            (x + 0.3 * (width - x), y - 0.25 * crest * stage.measure),
            (1.1 * width, y),
        ]
        air = stage.air(160 * (1 - depth) ** 2 + 5)
        bottom = min(stage.frame.height, y + 0.3 * height)
        paint = stage.drawing.linear(
            (0, y - crest * stage.measure),
            (0, bottom),
            (0, air.lit(sand), 1),
            (1, air.half(sand), 1),
        )
        stage.drawing.path(
            f"{curve(points)}L{1.1 * width:.1f},{bottom:.1f}L{-0.1 * width:.1f},{bottom:.1f}Z",
            paint,
        )
        away = -stage.sunward
        shade = [
            (x, y - crest * stage.measure),
            (x + away * 0.05 * width, y - 0.5 * crest * stage.measure),
            (x + away * 0.02 * width, y),
            (x + away * 0.12 * width, bottom),
            (x + away * 0.5 * width, bottom),
            (x + away * 0.34 * width, y - 0.2 * crest * stage.measure),
        ]
        stage.drawing.path(
            f"{curve(shade)}Z", air.shade(mix(sand, (120, 70, 90), 0.3)), opacity=0.75
        )


def _mesas(stage: Stage) -> None:
    dice = stage.dice.apart("mesas")
    for _ in range(4):
        pen = stage.pen_at(
            (stage.x(dice.between(0, 1)), stage.horizon + 2),
            stage.measure,
            dice.between(0.45, 0.65),
        )
        wide, tall = dice.between(0.06, 0.18), dice.between(0.06, 0.16)
        outline = [
            (-1.5 * wide, 0),
            (-wide, 0.4 * tall),
            (-0.9 * wide, tall),
            (0.8 * wide, tall * 0.97),
            (wide, 0.45 * tall),
            (1.5 * wide, 0),
        ]
        pen.shape(outline, pen.round(0, wide, (190, 112, 84)))


def castle(stage: Stage) -> None:
    """Set up a castle on a hill."""
    paint_sky(stage)
    range_of_peaks(stage, 0.22, 0.72)
    range_of_hills(stage, 0.1, 0.6)
    meadow_ground(stage)
    dice = stage.dice.apart("castle")
    side = -stage.sunward
    pen = stage.pen_at(
        (stage.x(0.5 + side * 0.16), stage.horizon + 0.05 * stage.measure), stage.measure, 0.22
    )
    pen.blob(
        [(-0.62, -0.02), (-0.4, 0.08), (0, 0.14), (0.4, 0.07), (0.6, -0.02), (0, -0.06)],
        pen.fade(
            -0.05,
            0.14,
            mix(pen.air.half(ground_colour(stage)), stage.mood.haze, 0.2),
            pen.air.shade(ground_colour(stage)),
        ),
    )
    buildings.castle(pen.moved(0, 0.1), dice, 0.36)
    for share, distance in stage.scattered(18, 70, 20):
        if abs(share - 0.5 - side * 0.16) < 0.16:
            continue
        plants.fir(stage.pen(share, distance), stage.land, dice, dice.between(5, 9))
    way(stage, (190, 170, 140), 2.0)
    verge(stage, 0.94)


def road(stage: Stage) -> None:
    """Set up a road that runs straight to the horizon, poles along it."""
    paint_sky(stage)
    range_of_hills(stage, 0.13, 0.66)
    meadow_ground(stage)
    dice = stage.dice.apart("road")
    vanishing = stage.x(dice.between(0.36, 0.64))
    near = stage.nearest() * 0.95
    half = stage.metre(near) * 3.1
    bottom = stage.ground(near)
    asphalt = stage.air(5).half((112, 112, 124))
    shift = dice.between(-0.1, 0.1) * stage.frame.width
    middle = vanishing + shift
    paint = stage.drawing.linear(
        (0, stage.horizon),
        (0, bottom),
        (0, stage.air(140).half((140, 138, 146)), 1),
        (1, asphalt, 1),
    )
    stage.drawing.polygon(
        [(vanishing, stage.horizon), (middle + half, bottom), (middle - half, bottom)], paint
    )
    if stage.reading.wet:
        stage.drawing.polygon(
            [
                (vanishing, stage.horizon),
                (middle + 0.7 * half, bottom),
                (middle - 0.2 * half, bottom),
            ],
            stage.mood.horizon,
            opacity=0.3,
        )
    line = stage.air(10).lit((236, 226, 190))
    distance = near
    while distance < 60:
        ends = [distance, distance * 1.22]
        corners = []
        for side, place in ((-1, ends[0]), (1, ends[0]), (1, ends[1]), (-1, ends[1])):
            share = near / place
            corners.append(
                (
                    vanishing + (middle - vanishing) * share + side * stage.metre(place) * 0.09,
                    stage.ground(place),
                )
            )
        stage.drawing.polygon(corners, line, opacity=0.85)
        distance *= 1.55
    side = -stage.sunward
    wires: list[Point] = []
    for place in (60.0, 40.0, 27.0, 18.0, 12.0, 8.0):
        share = near / place
        foot = (
            vanishing + (middle - vanishing) * share + side * stage.metre(place) * 5.2,
            stage.ground(place),
        )
        pen = stage.pen_at(foot, stage.metre(place), place / (place + stage.mood.sight))
        pen.box(-0.1, 0, 0.2, 7, pen.air.shade((110, 90, 76)))
        pen.box(-0.8, 6.3, 1.6, 0.14, pen.air.shade((110, 90, 76)))
        wires.append(pen.at(0.7, 6.4))
    stage.drawing.path(
        polyline(wires), stroke=stage.air(30).shade((60, 56, 60)), width=0.0016 * stage.measure
    )
