"""The sea: open, at a lighthouse, below cliffs, and from a deck."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.terrain import (
    range_of_hills,
    verge,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.waters import water
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Weather

_WATER: Colour = (64, 122, 142)
_FOAM: Colour = (240, 246, 246)
_ROCK: Colour = (104, 98, 102)
_SAND: Colour = (232, 208, 168)


def headland(stage: Stage, side: int, reach: float, height: float, haze: float) -> None:
    """Draw a cliff that comes in from one side; sizes as shares of the picture."""
    dice = stage.dice.apart(f"headland {reach:.2f}")
    pen = stage.pen_at(
        (stage.x(0.5 + side * 0.52), stage.horizon), stage.measure, haze, mirrored=-side
    )
    wide = reach * stage.frame.width / stage.measure
    drop = 0.16 * (1 - haze)
    edge = [
        (-0.05, height),
        (0.3 * wide, height * dice.between(0.94, 1.04)),
        (0.6 * wide, height * 0.9),
        (0.72 * wide, height * 0.62),
        (0.78 * wide, height * 0.56),
        (0.86 * wide, height * 0.2),
        (wide, -drop),
    ]
    rock = pen.fade(
        -drop, height, pen.air.shade(mix(_ROCK, (30, 40, 52), 0.4)), pen.air.half(_ROCK)
    )
    pen.shape([(-0.05, -drop), *edge], rock)
    for _ in range(9):
        x = dice.between(0.0, 0.8) * wide
        high = height * (0.85 if x < 0.6 * wide else 0.5)
        y = dice.between(0, 0.8) * high
        crack = [(x, y), (x + 0.05 * wide, y - 0.2 * high), (x + 0.02 * wide, y - 0.42 * high)]
        pen.shape(
            [*crack, (x - 0.03 * wide, y - 0.15 * high)],
            pen.air.lit(_ROCK) if pen.sunward == -side else pen.air.shade(_ROCK),
            0.4,
        )
    grass = SNOW if stage.land.snowy else stage.land.grass
    top = [
        (-0.05, height * 1.02),
        (0.3 * wide, height * 1.0),
        (0.58 * wide, height * 0.91),
        (0.66 * wide, height * 0.78),
        (0.5 * wide, height * 0.84),
        (0.2 * wide, height * 0.88),
        (-0.05, height * 0.86),
    ]
    pen.blob(top, pen.air.half(grass))


def _surf(stage: Stage, side: int, reach: float) -> None:
    """Let the sea break at the foot of a cliff: rocks, foam, and spray if it is rough."""
    dice = stage.dice.apart("surf")
    rough = stage.reading.weather in {Weather.STORM, Weather.WIND}
    foot = stage.horizon + 0.15 * stage.measure
    rock, foam = stage.air(20).shade(_ROCK), stage.air(12).lit(_FOAM)

    def along(share: float) -> float:
        return stage.x(0.5 + side * (0.52 - share * reach))

    for _ in range(16):
        x, size = along(dice.between(0, 1.12)), stage.measure * dice.between(0.015, 0.04)
        stage.drawing.polygon(
            [
                (x - size, foot + 0.3 * size),
                (x - 0.5 * size, foot - 0.7 * size),
                (x + 0.3 * size, foot - size),
                (x + size, foot + 0.3 * size),
            ],
            rock,
        )
    for _ in range(70 if rough else 30):
        x, spread = along(dice.between(-0.05, 1.16)), dice.between(0, 1)
        half = stage.measure * dice.between(0.012, 0.05)
        y = foot + stage.measure * (0.008 + 0.03 * spread)
        stage.drawing.ellipse((x, y), half, half * 0.16, foam, 0.55 * (1 - 0.6 * spread))
    for _ in range(5 if rough else 0):
        x = along(dice.between(0.35, 1.08))
        for _ in range(22):
            up = dice.between(0, 1)
            spot = (
                x + stage.measure * dice.between(-0.07, 0.07) * (0.4 + up),
                foot - stage.measure * 0.17 * up**1.3,
            )
            size = stage.measure * 0.022 * (1.15 - up) * dice.between(0.4, 1)
            stage.layers.veil.drawing.ellipse(spot, size * 1.5, size * 1.7, foam, 0.5 - 0.35 * up)


def sea(stage: Stage) -> None:
    """Set up the open sea."""
    paint_sky(stage)
    if stage.dice.happens(0.5) and stage.reading.weather is not Weather.STORM:
        range_of_hills(stage, 0.05, 0.85)
    water(stage)


def lighthouse(stage: Stage) -> None:
    """Set up a lighthouse on its cliff above the sea."""
    side = -stage.sunward
    paint_sky(stage)
    headland(stage, -side, 0.3, 0.08, 0.62)
    water(stage)
    height = stage.dice.between(0.12, 0.2)
    reach = stage.dice.between(0.42, 0.52)
    headland(stage, side, reach, height, 0.05)
    tall = min(
        0.46 * stage.measure, 0.8 * (stage.horizon - height * stage.measure - stage.frame.top)
    )
    foot = (
        stage.x(0.5 + side * (0.52 - 0.42 * reach)),
        stage.horizon - height * 0.93 * stage.measure,
    )
    pen = stage.pen_at(foot, tall / 20, 0.05)
    pen.moved(-3.2, 0, mirrored=1).box(-1.6, -0.4, 3.2, 2.6, pen.air.half((214, 206, 194)))
    pen.moved(-3.2, 2.2).shape([(-2, 0), (2, 0), (0, 1.5)], pen.air.shade((140, 84, 74)))
    buildings.lighthouse(pen, 20)
    _surf(stage, side, reach)


def cliffs(stage: Stage) -> None:
    """Set up a coast of cliffs, one behind the other."""
    paint_sky(stage)
    side = -stage.sunward
    headland(stage, side, 0.62, 0.1, 0.7)
    headland(stage, -side, 0.26, 0.12, 0.5)
    water(stage)
    headland(stage, side, 0.42, stage.dice.between(0.18, 0.26), 0.12)
    _surf(stage, side, 0.42)
    verge(stage, 0.9)


def deck(stage: Stage) -> None:
    """Set up the deck of a boat, looking over its bow at the sea."""
    sea(stage)
    pen = stage.pen_at((stage.x(0.5), stage.frame.height), stage.measure, 0.0)
    wood, rail = (158, 124, 92), (206, 196, 180)
    wide = 0.62 * stage.frame.width / stage.measure
    top = (stage.frame.height - stage.horizon) / stage.measure * 0.8
    pen.shape(
        [(-wide, 0), (wide, 0), (0.1 * wide, top), (-0.1 * wide, top)],
        pen.fade(0, top, pen.air.shade(wood), pen.air.half(wood)),
    )
    for step in range(-5, 6):
        pen.line(
            [(step * wide / 5.5, 0), (step * 0.1 * wide / 5.5, top)],
            0.004,
            pen.air.shade((90, 66, 50)),
            0.6,
        )
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
