"""Shores: harbour, beach, lake and river."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix, multiplied
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings, plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.terrain import (
    backdrop,
    range_of_hills,
    verge,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.water import headland
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.waters import water
from sparkle_motion_dagster.engines.images.storyboard.scenery.props import boats
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Weather

_WATER: Colour = (64, 122, 142)
_FOAM: Colour = (240, 246, 246)
_ROCK: Colour = (104, 98, 102)
_SAND: Colour = (232, 208, 168)


def harbour(stage: Stage) -> None:
    """Set up a harbour: houses along the quay, boats, a jetty in front."""
    paint_sky(stage)
    range_of_hills(stage, 0.1, 0.7)
    dice = stage.dice.apart("quay")
    x = -0.02
    far = 46.0
    while x < 1.02:
        pen = stage.pen_at((stage.x(x), stage.horizon + 2), stage.metre(far) * 1.1, 0.3)
        wide = dice.between(5, 8)
        buildings.house(pen, stage.land, dice, wide, dice.between(5, 9))
        x += wide * pen.unit / stage.frame.width * dice.between(0.98, 1.3)
    water(stage, rough=0.3 if stage.reading.weather is Weather.STORM else 0.1)
    quay = stage.air(46).shade(_ROCK)
    stage.drawing.box((0, stage.horizon), (stage.frame.width, 0.012 * stage.measure), quay)
    kinds = (
        (boats.fishing_boat,)
        if "fishing" in stage.reading.prompt
        else (boats.sailing_boat, boats.sailing_boat, boats.fishing_boat)
    )
    for place, distance in ((0.16, 26), (0.52, 19), (0.84, 14)):
        share = place + dice.between(-0.07, 0.07)
        dice.pick(kinds)(stage.pen(share, distance, dice.side()), dice)
    jetty(stage)


def jetty(stage: Stage) -> None:
    """Draw a jetty from the lower edge out into the water."""
    dice = stage.dice.apart("jetty")
    side = -stage.sunward
    wood = stage.air(5).half((138, 112, 92))
    dark = stage.air(5).shade((104, 82, 68))
    far_y, near_y = stage.ground(20), stage.frame.height
    far_x, near_x = stage.x(0.5 + side * 0.18), stage.x(0.5 + side * 0.2)
    far_half, near_half = 0.02 * stage.measure, 0.26 * stage.measure
    for step in range(5):
        share = (step / 5) ** 1.7
        y = far_y + (near_y - far_y) * share
        half = far_half + (near_half - far_half) * share
        x = far_x + (near_x - far_x) * share
        for edge in (-1, 1):
            stage.drawing.box((x + edge * half - 0.07 * half, y), (0.14 * half, 0.9 * half), dark)
    stage.drawing.polygon(
        [
            (far_x - far_half, far_y),
            (far_x + far_half, far_y),
            (near_x + near_half, near_y),
            (near_x - near_half, near_y),
        ],
        wood,
    )
    for step in range(1, 13):
        share = (step / 13) ** 2
        y = far_y + (near_y - far_y) * share
        half = far_half + (near_half - far_half) * share
        x = far_x + (near_x - far_x) * share
        stage.drawing.box(
            (x - half, y), (2 * half, max(0.6, 0.025 * half)), dark, opacity=dice.between(0.4, 0.8)
        )


def beach(stage: Stage) -> None:
    """Set up a beach: the sea behind, surf, sand in front."""
    paint_sky(stage)
    headland(stage, -stage.sunward, 0.34, 0.09, 0.55)
    water(stage)
    dice = stage.dice.apart("beach")
    row = stage.horizon + 0.3 * (stage.frame.height - stage.horizon)
    for index, (colour, shift) in enumerate(
        (
            (stage.air(12).half(_FOAM), 0.0),
            (multiplied((176, 158, 132), stage.mood.ambient), 0.018),
            (stage.air(8).lit(SNOW if stage.land.snowy else _SAND), 0.06),
        )
    ):
        line = [
            (
                stage.x(step / 6),
                row + stage.measure * (shift + dice.between(-0.014, 0.014) + 0.035 * step * 0.5),
            )
            for step in range(-1, 8)
        ]
        near = mix(colour, stage.air(4).shade(_SAND), 0.4 if index == 2 else 0.0)
        paint = stage.drawing.linear(
            (0, row), (0, stage.frame.height), (0, colour, 1), (1, near, 1)
        )
        bottom = stage.frame.height
        stage.drawing.path(
            f"{curve(line)}L{line[-1][0]:.1f},{bottom}L{line[0][0]:.1f},{bottom}Z", paint
        )
    for share, distance in stage.scattered(stage.nearest(), 9, 12):
        pen = stage.pen(share, distance)
        pen.oval(0, 0, 0.12, 0.04, pen.air.shade(_ROCK), 0.6)
    if dice.happens(0.4) and not stage.land.bare:
        plants.palm(
            stage.pen(0.5 + stage.sunward * -0.38, stage.nearest() * 1.25), stage.land, dice, 6
        )


def lake(stage: Stage) -> None:
    """Set up a lake between wooded hills or before mountains, reeds in front."""
    paint_sky(stage)
    backdrop(stage, 0.2, 0.72)
    range_of_hills(stage, 0.11, 0.5)
    dice = stage.dice.apart("shore")
    for _ in range(46):
        share = dice.between(-0.02, 1.02)
        pen = stage.pen_at(
            (stage.x(share), stage.horizon + 2), stage.measure / 220 * dice.between(0.7, 1.2), 0.45
        )
        dice.pick((plants.fir, plants.fir, plants.broadleaf))(
            pen, stage.land, dice, dice.between(6, 12)
        )
    water(stage, rough=0.1)
    reflection = mix(stage.air(60).shade((60, 84, 80)), stage.mood.horizon, 0.2)
    stage.drawing.box(
        (0, stage.horizon),
        (stage.frame.width, 0.05 * stage.measure),
        stage.drawing.linear(
            (0, stage.horizon),
            (0, stage.horizon + 0.05 * stage.measure),
            (0, reflection, 0.75),
            (1, reflection, 0),
        ),
    )
    verge(stage, 0.88)


def river(stage: Stage) -> None:
    """Set up a river that winds through meadows."""
    paint_sky(stage)
    backdrop(stage, 0.2, 0.7)
    range_of_hills(stage, 0.12, 0.45)
    grass = SNOW if stage.land.snowy else stage.land.grass
    stage.floor(stage.air(80).half(grass), stage.air(4).half(grass))
    stage.patches(stage.land.dry, 40, 3.0, 0.3)
    bend = stage.sunward
    banks = ((0.06, 0.0), (0.22, 0.16), (0.46, -0.12), (1.05, 0.1))
    height = stage.frame.height - stage.horizon
    left = [
        (stage.x(0.5 + bend * s) - stage.measure * 0.42 * d**1.5, stage.horizon + height * d)
        for d, s in banks
    ]
    right = [
        (
            stage.x(0.5 + bend * s) + stage.measure * (0.02 + 0.42 * d**1.5),
            stage.horizon + height * d,
        )
        for d, s in banks
    ]
    bright = mix(stage.mood.horizon, multiplied(_WATER, stage.mood.ambient), 0.3)
    paint = stage.drawing.linear(
        (0, stage.horizon),
        (0, stage.frame.height),
        (0, bright, 1),
        (1, mix(multiplied(_WATER, stage.mood.ambient), stage.mood.zenith, 0.4), 1),
    )
    back = curve(right[::-1]).replace("M", "L", 1)
    path = f"{curve(left)}{back}Z"
    stage.drawing.path(
        path,
        paint,
        stroke=stage.air(10).shade(mix(grass, (60, 50, 40), 0.6)),
        width=0.006 * stage.measure,
    )
    dice = stage.dice.apart("banks")
    for _ in range(14):
        depth = dice.between(0.1, 0.95)
        x = stage.x(0.5 + bend * 0.03) + dice.between(-1, 1) * 0.3 * stage.measure * depth
        stage.drawing.ellipse(
            (x, stage.horizon + height * depth),
            0.05 * stage.measure * depth,
            max(0.5, 0.003 * stage.measure * depth),
            stage.mood.horizon,
            0.5,
        )
    for share, distance in ((0.06, 26.0), (0.93, 20.0), (0.82, 34.0), (0.16, 40.0)):
        plants.broadleaf(stage.pen(share, distance), stage.land, dice, dice.between(6, 9))
    verge(stage, 0.93)
