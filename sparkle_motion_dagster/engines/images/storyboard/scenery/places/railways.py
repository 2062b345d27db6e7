"""Places of trains: the station's platform, and the line through the country."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings, plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.streets import paved
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.terrain import (
    meadow_ground,
    range_of_hills,
    verge,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.props import vehicles
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky


def station(stage: Stage) -> None:
    """Set up a railway platform at a train with lit windows, under a clock."""
    paint_sky(stage)
    range_of_hills(stage, 0.1, 0.72)
    paved(stage, (140, 134, 138))
    side = stage.sunward
    vehicles.train_along(stage, -side)
    _platform_roof(stage, side)
    vehicles.steam(stage, -side)


def _platform_roof(stage: Stage, side: int) -> None:
    """Draw the platform's iron posts and roof, lamps and the station clock below it."""
    vanishing = stage.x(0.5 + 0.04 * side)
    iron = (74, 84, 88)
    for distance in (52.0, 36.0, 25.0, 17.0, 11.5, 8.0):
        unit, air = stage.metre(distance), stage.air(distance)
        x = vanishing + side * 3.4 * unit
        pen = stage.pen_at((x, stage.ground(distance)), unit, air.haze)
        pen.box(-0.09, 0, 0.18, 4.2, pen.round(0, 0.09, iron))
        pen.stroke([(0, 3.1), (-side * 0.5, 3.8), (-side * 1.5, 4.15)], 0.1, pen.air.shade(iron))
        lamp = pen.moved(-side * 1.2, 3.15)
        lamp.line([(0, 0.4), (0, 1)], 0.03, lamp.air.shade(iron))
        lamp.shape([(-0.22, 0.12), (0.22, 0.12), (0.1, 0.42), (-0.1, 0.42)], lamp.air.shade(iron))
        if stage.mood.lamps > 0.4:
            lamp.oval(0, 0.1, 0.17, 0.12, lamp.air.own((255, 232, 176)))
            lamp.glow(0, 0, 2.6, buildings.WINDOW_LIGHT, 0.6 * stage.mood.lamps)
    near, far = 4.0, 90.0
    corners = []
    for distance, out in ((near, 1.4), (far, 1.4), (far, 9.0), (near, 9.0)):
        corners.append(
            (
                vanishing + side * out * stage.metre(distance),
                stage.ground(distance) - 4.3 * stage.metre(distance),
            )
        )
    roof = stage.air(14)
    stage.drawing.polygon(corners, mix(roof.shade((96, 88, 90)), stage.mood.zenith, 0.1))
    lip = [
        corners[0],
        corners[1],
        (corners[1][0], corners[1][1] + 0.35 * stage.metre(far)),
        (corners[0][0], corners[0][1] + 0.35 * stage.metre(near)),
    ]
    stage.drawing.polygon(lip, roof.half((128, 112, 102)))
    if "clock" in stage.reading.props or stage.dice.apart("clock").happens(0.5):
        unit = stage.metre(13)
        pen = stage.pen_at(
            (vanishing + side * 1.75 * unit, stage.ground(13) - 3.55 * unit), unit, 0.04
        )
        pen.line([(0, 0.6), (0, 0.95)], 0.06, pen.air.shade(iron))
        clock_face(stage, pen.at(0, 0), 0.62 * unit)


def clock_face(stage: Stage, centre: Point, radius: float) -> None:
    """Draw a clock's face, in pixels."""
    drawing, (x, y) = stage.drawing, centre
    drawing.ellipse(centre, radius, radius, stage.air(8).shade((64, 66, 76)))
    face = (250, 242, 220) if stage.mood.lamps > 0.4 else stage.air(8).lit((246, 240, 226))
    drawing.ellipse(centre, 0.85 * radius, 0.85 * radius, face)
    dark: Colour = (52, 48, 56)
    for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        drawing.ellipse(
            (x + dx * 0.68 * radius, y + dy * 0.68 * radius), 0.06 * radius, 0.06 * radius, dark
        )
    for across, down, width in ((0.1, -0.62, 0.06), (0.38, 0.2, 0.09)):
        drawing.path(
            f"M{x:.2f},{y:.2f}L{x + across * radius:.2f},{y + down * radius:.2f}",
            stroke=dark,
            width=width * radius,
        )
    if stage.mood.lamps > 0.4:
        stage.glow(centre, 3 * radius / stage.measure, (255, 226, 160), 0.4)


def railway(stage: Stage) -> None:
    """Set up a train that crosses the country."""
    paint_sky(stage)
    range_of_hills(stage, 0.22, 0.72)
    range_of_hills(stage, 0.12, 0.5)
    meadow_ground(stage)
    dice = stage.dice.apart("railway")
    for share, distance in stage.scattered(40, 100, 16):
        dice.pick((plants.broadleaf, plants.fir))(stage.pen(share, distance), stage.land, dice, 8)
    vehicles.train_across(stage, 30)
    for share, distance in stage.scattered(12, 24, 10):
        plants.bush(stage.pen(share, distance), stage.land, dice, dice.between(0.6, 1.4))
    verge(stage, 0.93)
