"""Places among trees: forest, garden and park."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve
from sparkle_motion_dagster.engines.images.storyboard.scenery import plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.terrain import (
    ground_colour,
    meadow_ground,
    range_of_hills,
    verge,
    way,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_rays, paint_sky
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Hour, Weather

_GRAVEL: Colour = (206, 190, 160)
_BRICK: Colour = (168, 110, 90)
_BARK: Colour = (92, 74, 66)


def forest(stage: Stage) -> None:
    """Set up a forest: trunks that fade into light, a path, undergrowth in front."""
    paint_sky(stage)
    dice, width = stage.dice.apart("forest"), stage.frame.width
    firs = stage.land.bare or dice.happens(0.45)
    ground = mix(ground_colour(stage), (90, 84, 60), 0.0 if stage.land.snowy else 0.3)
    for haze in (0.74, 0.55):
        air = stage.pen_at((0, 0), 1, haze).air
        edge = [
            (
                width * step / 12,
                stage.horizon - stage.measure * dice.between(0.26, 0.5) * (1.1 - haze * 0.5),
            )
            for step in range(-1, 14)
        ]
        colour = air.shade(stage.land.leaves[0])
        foot = stage.horizon + 0.03 * stage.measure
        paint = stage.drawing.linear(
            (0, stage.horizon - 0.45 * stage.measure),
            (0, foot),
            (0, colour, 1),
            (1, mix(colour, stage.mood.haze, 0.75), 1),
        )
        stage.drawing.path(
            f"{curve(edge)}L{edge[-1][0]:.0f},{foot:.0f}L{edge[0][0]:.0f},{foot:.0f}Z", paint
        )
    stage.floor(mix(stage.air(50).half(ground), stage.mood.haze, 0.4), stage.air(3).shade(ground))
    way(stage, mix(_GRAVEL, (120, 96, 70), 0.5), 1.7)
    stage.patches(mix(stage.land.dry, stage.mood.key, 0.3), 26, 2.6, 0.3 * stage.mood.strength)
    for share, distance in stage.scattered(15 if firs else 9, 70, 42):
        if abs(share - 0.5) < 0.07 + 0.6 / distance:
            continue
        pen = stage.pen(share, distance)
        if firs:
            plants.fir(pen, stage.land, dice, dice.between(8, 13))
        else:
            _trunk(stage, share, distance)
    if firs:
        for share in (-0.01, 0.97):
            _trunk(stage, share, 5.4)
    else:
        _canopy(stage)
    if stage.reading.hour in {Hour.DAWN, Hour.MORNING, Hour.GOLDEN} and stage.reading.weather in {
        Weather.CLEAR,
        Weather.FOG,
    }:
        paint_rays(stage)
    for share, distance in stage.scattered(stage.nearest(), 14, 22):
        if abs(share - 0.5) > 0.16:
            plants.bush(stage.pen(share, distance), stage.land, dice, dice.between(0.3, 0.7))
    verge(stage, 0.93)


def _trunk(stage: Stage, share: float, distance: float) -> None:
    """Draw a trunk that leaves the picture above."""
    dice, pen = stage.dice.apart(f"trunk {share:.4f}"), stage.pen(share, distance)
    half, lean = dice.between(0.14, 0.3), dice.between(-0.5, 0.5)
    tall = (pen.foot[1] - stage.frame.top) / pen.unit + 1
    bark = mix(_BARK, (150, 140, 132), dice.between(0, 0.4))
    pen.shadow(3 * half)
    pen.shape(
        [
            (-2.2 * half, 0),
            (-half, 0.5),
            (lean - 0.7 * half, tall),
            (lean + 0.7 * half, tall),
            (half, 0.5),
            (2.2 * half, 0),
        ],
        pen.round(0, half, bark),
    )
    for step in range(3):
        y, side = tall * dice.between(0.3, 0.9), dice.side()
        x = lean * y / tall
        pen.stroke(
            [(x, y), (x + side * 0.8, y + 0.5), (x + side * 1.8, y + 0.6 + 0.1 * step)],
            half * 0.5,
            pen.air.shade(bark),
        )


def _canopy(stage: Stage) -> None:
    """Draw leaves that hang into the picture from above."""
    if stage.land.bare:
        return
    dice = stage.dice.apart("canopy")
    for depth, count, size in ((30.0, 26, 0.06), (14.0, 24, 0.075), (6.0, 16, 0.085)):
        air = stage.air(depth)
        leaf = dice.pick(stage.land.leaves)
        for _ in range(count):
            x = dice.between(-0.05, 1.05)
            reach = 0.05 + 0.22 * abs(x - 0.5) * 2 + 0.02 * depth / 6
            centre = (stage.x(x), stage.y(dice.between(-0.04, reach)))
            radius = stage.measure * size * dice.between(0.6, 1.2)
            colour = air.shade(leaf) if dice.happens(0.6) else air.half(leaf)
            stage.drawing.ellipse(centre, radius * 1.2, radius * 0.8, colour, 0.92)


def garden(stage: Stage) -> None:
    """Set up a walled garden: trees in rows, beds, a gravel path."""
    paint_sky(stage)
    range_of_hills(stage, 0.09, 0.75)
    meadow_ground(stage)
    dice = stage.dice.apart("garden")
    _wall(stage, 34)
    way(stage, _GRAVEL, 1.9)
    places = [(side, distance) for distance in (30.0, 22.0, 16.0, 11.5) for side in (-1, 1)]
    for side, distance in places:
        share = 0.5 + side * (0.14 + 2.6 / distance) * dice.between(0.85, 1.2)
        plants.broadleaf(stage.pen(share, distance), stage.land, dice, dice.between(4, 5.6))
    low_sun = stage.reading.hour in {Hour.DAWN, Hour.GOLDEN, Hour.SUNSET}
    if low_sun:
        _long_shadows(stage)
        paint_rays(stage)
    near = stage.nearest()
    for share, distance in stage.scattered(near, 15, 64):
        if abs(share - 0.5) < 0.1 + 0.9 / distance:
            continue
        pen = stage.pen(share, distance)
        if stage.land.blossoms:
            (plants.spire_flower if dice.happens(0.6) else plants.flower)(
                pen, stage.land, dice, dice.between(0.5, 0.95)
            )
        else:
            plants.tuft(pen, stage.land, dice, 0.5)
    if dice.happens(0.7):
        _branch(stage)
    verge(stage, 0.93)


def _long_shadows(stage: Stage) -> None:
    dice = stage.dice.apart("shadows")
    dark = stage.air(8).shade(mix(ground_colour(stage), (40, 40, 80), 0.5))
    for share, distance in stage.scattered(8, 22, 6):
        foot = (stage.x(share), stage.ground(distance))
        reach = (stage.frame.height - foot[1]) * dice.between(0.4, 0.8)
        lean = -stage.sunward * reach * 1.4
        half = 0.012 * stage.measure
        stage.drawing.polygon(
            [
                (foot[0] - half * 0.4, foot[1]),
                (foot[0] + half * 0.4, foot[1]),
                (foot[0] + lean + half, foot[1] + reach),
                (foot[0] + lean - 2 * half, foot[1] + reach),
            ],
            dark,
            opacity=0.3,
        )


def _wall(stage: Stage, distance: float) -> None:
    pen = stage.pen(0.5, distance)
    half = 0.55 * stage.frame.width / pen.unit
    tall = 2.6
    brick = mix(_BRICK, SNOW, 0.15)
    gap = 1.3
    for side in (-1, 1):
        x = gap if side > 0 else -half
        pen.box(
            x, 0, half - gap, tall, pen.fade(0, tall, pen.air.shade(brick), pen.air.half(brick))
        )
        pen.box(x, tall, half - gap, 0.22, pen.air.lit(SNOW if stage.land.snowy else brick))
        pen.box(side * gap - 0.3, 0, 0.6, tall + 0.7, pen.air.half(brick))
        pen.oval(side * gap, tall + 1.0, 0.32, 0.32, pen.air.half((190, 180, 170)))
    iron = pen.air.shade((84, 66, 60))
    shut = "shut" in stage.reading.prompt
    for step in range(7):
        x = -gap + 0.35 + step * 0.36
        pen.box(x, 0, 0.08, 2.4 + 0.25 * (1 - abs(step - 3) / 3), iron)
        if not shut and step == 2:
            break
    pen.box(-gap, 1.9, 1.2, 0.09, iron)


def low_wall(stage: Stage, share: float) -> None:
    """Draw a brick wall across the lower part of the picture, from a share of its height."""
    top = min(share, 0.9) * stage.frame.height
    air, drawing, width = stage.air(0), stage.drawing, stage.frame.width
    tall = 0.055 * stage.measure
    drawing.box(
        (0, top), (width, stage.frame.height - top), air.shade(mix(_BRICK, (80, 60, 60), 0.5))
    )
    dice = stage.dice.apart("bricks")
    y, row = top, 0
    while y < stage.frame.height:
        x = -tall * (2.2 if row % 2 else 1.1)
        while x < width:
            tone = mix(air.shade(_BRICK), air.half(_BRICK), dice.between(0, 1))
            drawing.box((x, y), (2.1 * tall, 0.88 * tall), tone, rounding=0.06 * tall)
            x += 2.2 * tall
        y, row = y + tall, row + 1
    drawing.box(
        (0, top - 0.5 * tall),
        (width, 0.62 * tall),
        air.lit(SNOW if stage.land.snowy else (196, 150, 126)),
        rounding=0.1 * tall,
    )
    drawing.box((0, top + 0.1 * tall), (width, 0.16 * tall), air.shade((120, 80, 70)), opacity=0.6)


def _branch(stage: Stage) -> None:
    """Let a branch hang into the picture from an upper corner."""
    dice = stage.dice.apart("branch")
    side = -stage.sunward
    pen = stage.pen_at(
        (stage.x(0.5 + side * 0.52), stage.y(0.02)), stage.measure, 0.0, mirrored=-side
    )
    bough = [(0.0, -0.02), (0.12, -0.06), (0.26, -0.07), (0.4, -0.13)]
    pen.stroke(bough, 0.016, pen.air.shade(_BARK))
    pen.stroke([(0.14, -0.06), (0.2, -0.13), (0.24, -0.19)], 0.009, pen.air.shade(_BARK))
    if stage.land.bare:
        pen.stroke(
            [(0.0, -0.01), (0.12, -0.05), (0.26, -0.06), (0.4, -0.12)], 0.006, pen.air.half(SNOW)
        )
        return
    colours = [
        *stage.land.leaves,
        *(stage.land.blossoms[:1] if stage.reading.season == "spring" else ()),
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


def park(stage: Stage) -> None:
    """Set up a park: a lawn, an avenue, lamps along the way."""
    from sparkle_motion_dagster.engines.images.storyboard.scenery.buildings import street_lamp

    paint_sky(stage)
    range_of_hills(stage, 0.12, 0.7)
    meadow_ground(stage)
    way(stage, _GRAVEL, 2.8)
    dice = stage.dice.apart("park")
    for distance in (48.0, 36.0, 27.0, 20.0, 14.0):
        for side in (-1, 1):
            share = 0.5 + side * (0.1 + 4.0 / distance)
            plants.broadleaf(stage.pen(share, distance), stage.land, dice, dice.between(7, 9))
    for distance in (24.0, 12.0):
        street_lamp(stage.pen(0.5 - stage.sunward * (0.08 + 1.9 / distance), distance))
    if stage.reading.hour in {Hour.DAWN, Hour.MORNING, Hour.GOLDEN}:
        paint_rays(stage)
    _branch(stage)
    verge(stage, 0.94)
