"""Places that nobody walks to: space, other worlds, and under water."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, hsv, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, circle, curve
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage


def starfield(stage: Stage, count: int) -> None:
    """Sprinkle stars over the whole picture."""
    dice = stage.dice.apart("starfield")
    for _ in range(count):
        centre = (stage.x(dice.between(0, 1)), stage.y(dice.between(0, 1)))
        size = stage.measure * (0.0007 + 0.002 * dice.between(0, 1) ** 4)
        tint = dice.pick(((255, 252, 240), (200, 220, 255), (255, 226, 196)))
        stage.drawing.ellipse(centre, size, size, tint, dice.between(0.4, 1))


def world(stage: Stage, centre: Point, radius: float, hue: float | None = None) -> None:
    """Draw a planet with bands, a lit side and its air."""
    dice, drawing, (x, y) = stage.dice.apart("world"), stage.drawing, centre
    tone = dice.between(0, 1) if hue is None else hue
    base, pale = hsv(tone, 0.45, 0.7), hsv(tone + 0.06, 0.3, 0.86)
    stage.glow(centre, 1.45 * radius / stage.measure, hsv(tone, 0.5, 0.9), 0.4)
    drawing.ellipse(centre, radius, radius, base)
    clip = drawing.clip(circle(centre, radius))
    with drawing.group(clipped=clip):
        for _ in range(9):
            row = y + radius * dice.between(-0.9, 0.9)
            drawing.ellipse(
                (x + radius * dice.between(-0.5, 0.5), row),
                radius * dice.between(0.5, 1.1),
                radius * dice.between(0.03, 0.1),
                dice.pick((pale, hsv(tone - 0.05, 0.5, 0.55))),
                0.5,
            )
        lit = (x + stage.sunward * 0.5 * radius, y - 0.4 * radius)
        night: Colour = (6, 8, 22)
        shade = drawing.radial(
            lit,
            1.7 * radius,
            (0, night, 0.0),
            (0.45, night, 0.1),
            (0.8, night, 0.8),
            (1, night, 0.95),
        )
        drawing.ellipse(centre, 1.02 * radius, 1.02 * radius, shade)
    if dice.happens(0.4):
        with drawing.group(transform=f"rotate({-16 * stage.sunward} {x:.1f} {y:.1f})"):
            for share, opacity in ((1.9, 0.5), (1.66, 0.7)):
                reach, sag = share * radius, 0.31 * radius
                drawing.path(
                    curve([(x - reach, y), (x, y + sag), (x + reach, y)]),
                    stroke=pale,
                    width=0.06 * radius,
                    opacity=opacity,
                )


def _deep_sky(stage: Stage) -> None:
    drawing, frame, dice = stage.layers.sky.drawing, stage.frame, stage.dice.apart("nebula")
    drawing.box((0, 0), (frame.width, frame.height), (7, 8, 22))
    hue = dice.between(0.5, 0.95)
    for _ in range(14):
        share = dice.between(0, 1)
        centre = (stage.x(share), stage.y(0.25 + 0.5 * share + dice.between(-0.25, 0.25)))
        radius = stage.measure * dice.between(0.14, 0.5)
        colour = hsv(hue + dice.between(-0.1, 0.1), 0.6, dice.between(0.3, 0.6))
        drawing.ellipse(
            centre,
            radius,
            radius,
            drawing.radial(centre, radius, (0, colour, 0.34), (1, colour, 0.0)),
        )


def space(stage: Stage) -> None:
    """Set up space: a nebula, stars, a planet with its moon."""
    _deep_sky(stage)
    starfield(stage, 230)
    dice = stage.dice.apart("space")
    big = dice.between(0.24, 0.44)
    world(
        stage,
        (stage.x(0.5 - 0.26 * stage.sunward), stage.y(dice.between(0.52, 0.74))),
        big * stage.measure,
    )
    moon = (stage.x(0.5 + 0.27 * stage.sunward), stage.y(0.26))
    stage.drawing.ellipse(moon, 0.04 * stage.measure, 0.04 * stage.measure, (196, 196, 206))
    shade = stage.drawing.radial(
        (moon[0] + stage.sunward * 0.02 * stage.measure, moon[1]),
        0.07 * stage.measure,
        (0, (6, 8, 22), 0.0),
        (1, (6, 8, 22), 0.95),
    )
    stage.drawing.ellipse(moon, 0.0405 * stage.measure, 0.0405 * stage.measure, shade)


def planet(stage: Stage) -> None:
    """Set up the surface of another world."""
    _deep_sky(stage)
    starfield(stage, 120)
    dice = stage.dice.apart("planet")
    hue = dice.pick((0.04, 0.07, 0.55, 0.75, 0.9))
    world(
        stage, (stage.x(0.5 + 0.22 * stage.sunward), stage.y(0.28)), 0.16 * stage.measure, hue + 0.4
    )
    soil = hsv(hue, 0.5, 0.62)
    glow = hsv(hue + 0.03, 0.45, 0.8)
    paint = stage.drawing.linear(
        (0, stage.horizon - 0.3 * stage.measure),
        (0, stage.horizon),
        (0, glow, 0.0),
        (1, glow, 0.55),
    )
    stage.drawing.box(
        (0, stage.horizon - 0.3 * stage.measure), (stage.frame.width, 0.31 * stage.measure), paint
    )
    for share, rise in ((0.7, 0.16), (0.4, 0.08)):
        line = [
            (stage.x(step / 7), stage.horizon - stage.measure * rise * dice.between(0.1, 1))
            for step in range(-1, 9)
        ]
        colour = mix(mix(soil, (30, 20, 40), 0.4), glow, share)
        foot = stage.horizon + 3
        stage.drawing.polygon([*line, (line[-1][0], foot), (line[0][0], foot)], colour)
    stage.floor(mix(soil, glow, 0.4), mix(soil, (22, 14, 30), 0.6))
    for share, distance in stage.scattered(stage.nearest() * 1.1, 60, 26):
        pen = stage.pen(share, distance)
        size = dice.between(0.3, 1.4)
        thin = size * 0.55 * stage.eye / distance
        pen.oval(0, 0, size, thin, mix(soil, (26, 16, 34), 0.55), 0.8)
        pen.oval(0, -thin * 0.3, size * 0.9, thin * 0.7, mix(soil, glow, 0.3), 0.7)


def underwater(stage: Stage) -> None:
    """Set up the sea bed: rays from above, corals, fish."""
    frame, dice, drawing = stage.frame, stage.dice.apart("underwater"), stage.drawing
    sky = stage.layers.sky.drawing
    paint = sky.linear(
        (0, frame.top),
        (0, frame.height),
        (0, (120, 206, 206), 1),
        (0.45, (38, 120, 150), 1),
        (1, (10, 42, 82), 1),
    )
    sky.box((0, 0), (frame.width, frame.height), paint)
    light = stage.layers.light.drawing
    for _ in range(7):
        x, wide = stage.x(dice.between(0, 1)), stage.measure * dice.between(0.02, 0.08)
        lean = stage.measure * dice.between(-0.3, 0.3)
        ray = light.linear(
            (0, frame.top), (0, stage.y(0.85)), (0, (150, 220, 210), 0.3), (1, (150, 220, 210), 0.0)
        )
        light.polygon(
            [
                (x - wide, frame.top),
                (x + wide, frame.top),
                (x + lean + 3 * wide, stage.y(0.9)),
                (x + lean - 3 * wide, stage.y(0.9)),
            ],
            ray,
        )
    for depth, colour in ((0.72, (30, 96, 128)), (0.82, (24, 76, 108)), (0.92, (16, 50, 82))):
        line = [
            (stage.x(step / 6), stage.y(depth + dice.between(-0.05, 0.05))) for step in range(-1, 8)
        ]
        drawing.path(
            f"{curve(line)}L{line[-1][0]:.1f},{frame.height}L{line[0][0]:.1f},{frame.height}Z",
            colour,
        )
        for _ in range(7):
            pen = stage.pen_at(
                (stage.x(dice.between(0, 1)), stage.y(depth + 0.03)),
                stage.measure * (depth - 0.45),
                0.0,
            )
            coral = mix(
                dice.pick(((226, 110, 110), (240, 170, 90), (150, 120, 200), (90, 180, 150))),
                colour,
                1.15 - depth,
            )
            for _ in range(4):
                lean = dice.between(-0.14, 0.14)
                pen.stroke(
                    [(0, 0), (lean * 0.4, 0.1), (lean, dice.between(0.14, 0.26))], 0.025, coral
                )
    school = (stage.x(0.5 + 0.2 * stage.sunward), stage.y(0.36))
    for _ in range(18):
        x, y = (
            school[0] + stage.measure * dice.between(-0.26, 0.26),
            school[1] + stage.measure * dice.between(-0.1, 0.1),
        )
        size = stage.measure * dice.between(0.008, 0.016)
        tone = mix((250, 206, 120), (60, 140, 160), dice.between(0.1, 0.6))
        drawing.ellipse((x, y), 1.6 * size, 0.7 * size, tone)
        tail = -stage.sunward * 1.3 * size
        drawing.polygon(
            [(x + tail, y), (x + 1.9 * tail, y - 0.7 * size), (x + 1.9 * tail, y + 0.7 * size)],
            tone,
        )
    for _ in range(24):
        size = stage.measure * dice.between(0.002, 0.007)
        drawing.ellipse(
            (stage.x(dice.between(0, 1)), stage.y(dice.between(0, 1))),
            size,
            size,
            (210, 240, 240),
            0.4,
        )
