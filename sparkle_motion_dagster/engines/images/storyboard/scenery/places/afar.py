"""Places that nobody walks to: space, other worlds, the sky, and under water."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, hsv, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, circle, curve
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import World


def starfield(site: Site, count: int) -> None:
    """Sprinkle stars over the whole picture."""
    dice = site.dice.apart("starfield")
    for _ in range(count):
        centre = (site.x(dice.between(0, 1)), site.y(dice.between(0, 1)))
        size = site.measure * (0.0007 + 0.002 * dice.between(0, 1) ** 4)
        tint = dice.pick(((255, 252, 240), (200, 220, 255), (255, 226, 196)))
        site.drawing.ellipse(centre, size, size, tint, dice.between(0.4, 1))


def world(site: Site, centre: Point, radius: float, hue: float | None = None) -> None:
    """Draw a planet with bands, a lit side and its air."""
    dice, drawing, (x, y) = site.dice.apart("world"), site.drawing, centre
    tone = dice.between(0, 1) if hue is None else hue
    base, pale = hsv(tone, 0.45, 0.7), hsv(tone + 0.06, 0.3, 0.86)
    site.glow(centre, 1.45 * radius / site.measure, hsv(tone, 0.5, 0.9), 0.4)
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
        lit = (x + site.sunward * 0.5 * radius, y - 0.4 * radius)
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
        with drawing.group(transform=f"rotate({-16 * site.sunward} {x:.1f} {y:.1f})"):
            for share, opacity in ((1.9, 0.5), (1.66, 0.7)):
                reach, sag = share * radius, 0.31 * radius
                ring = curve([(x - reach, y), (x, y + sag), (x + reach, y)])
                drawing.path(ring, stroke=pale, width=0.06 * radius, opacity=opacity)


def _deep_sky(site: Site) -> None:
    drawing, frame, dice = site.layers.sky.drawing, site.frame, site.dice.apart("nebula")
    drawing.box((0, 0), (frame.width, frame.height), (7, 8, 22))
    hue = dice.between(0.5, 0.95)
    for _ in range(14):
        share = dice.between(0, 1)
        centre = (site.x(share), site.y(0.25 + 0.5 * share + dice.between(-0.25, 0.25)))
        radius = site.measure * dice.between(0.14, 0.5)
        colour = hsv(hue + dice.between(-0.1, 0.1), 0.6, dice.between(0.3, 0.6))
        paint = drawing.radial(centre, radius, (0, colour, 0.34), (1, colour, 0.0))
        drawing.ellipse(centre, radius, radius, paint)


def space(site: Site) -> None:
    """Set up space: a nebula, stars, a planet with its moon."""
    _deep_sky(site)
    starfield(site, 230)
    dice = site.dice.apart("space")
    big = dice.between(0.24, 0.44)
    place = (site.x(0.5 - 0.26 * site.sunward), site.y(dice.between(0.52, 0.74)))
    world(site, place, big * site.measure)
    moon = (site.x(0.5 + 0.27 * site.sunward), site.y(0.26))
    site.drawing.ellipse(moon, 0.04 * site.measure, 0.04 * site.measure, (196, 196, 206))
    shade = site.drawing.radial(
        (moon[0] + site.sunward * 0.02 * site.measure, moon[1]),
        0.07 * site.measure,
        (0, (6, 8, 22), 0.0),
        (1, (6, 8, 22), 0.95),
    )
    site.drawing.ellipse(moon, 0.0405 * site.measure, 0.0405 * site.measure, shade)


def planet(site: Site) -> None:
    """Set up the surface of another world."""
    dice = site.dice.apart("planet")
    hue = dice.pick((0.04, 0.07, 0.55, 0.75, 0.9))
    soil, glow = hsv(hue, 0.5, 0.62), hsv(hue + 0.03, 0.45, 0.8)
    if site.reading.world is World.MARS:
        paint_sky(site)
        soil, glow = site.air(8).half(site.land.grass), site.mood.horizon
    else:
        _deep_sky(site)
        starfield(site, 120)
        neighbour = (site.x(0.5 + 0.22 * site.sunward), site.y(0.28))
        world(site, neighbour, 0.16 * site.measure, hue + 0.4)
    if site.reading.world is World.MOON:
        soil, glow = site.air(8).half(site.land.grass), (150, 152, 160)
    paint = site.drawing.vertical(
        site.horizon - 0.3 * site.measure, site.horizon, (0, glow, 0.0), (1, glow, 0.55)
    )
    site.drawing.box(
        (0, site.horizon - 0.3 * site.measure), (site.frame.width, 0.31 * site.measure), paint
    )
    for share, rise in ((0.7, 0.16), (0.4, 0.08)):
        line = [
            (site.x(step / 7), site.horizon - site.measure * rise * dice.between(0.1, 1))
            for step in range(-1, 9)
        ]
        colour = mix(mix(soil, (30, 20, 40), 0.4), glow, share)
        foot = site.horizon + 3
        site.drawing.polygon([*line, (line[-1][0], foot), (line[0][0], foot)], colour)
    site.floor(mix(soil, glow, 0.4), mix(soil, (22, 14, 30), 0.6))
    for share, distance in site.scattered(site.nearest() * 1.1, 60, 26):
        pen = site.pen(share, distance)
        size = dice.between(0.3, 1.4)
        thin = size * 0.55 * site.eye / distance
        pen.oval(0, 0, size, thin, mix(soil, (26, 16, 34), 0.55), 0.8)
        pen.oval(0, -thin * 0.3, size * 0.9, thin * 0.7, mix(soil, glow, 0.3), 0.7)


def underwater(site: Site) -> None:
    """Set up the sea bed: rays from above, corals, fish."""
    frame, dice, drawing = site.frame, site.dice.apart("underwater"), site.drawing
    sky = site.layers.sky.drawing
    paint = sky.vertical(
        frame.top,
        frame.height,
        (0, (120, 206, 206), 1),
        (0.45, (38, 120, 150), 1),
        (1, (10, 42, 82), 1),
    )
    sky.box((0, 0), (frame.width, frame.height), paint)
    light = site.layers.light.drawing
    for _ in range(7):
        x, wide = site.x(dice.between(0, 1)), site.measure * dice.between(0.02, 0.08)
        lean = site.measure * dice.between(-0.3, 0.3)
        ray = light.vertical(
            frame.top, site.y(0.85), (0, (150, 220, 210), 0.3), (1, (150, 220, 210), 0.0)
        )
        light.polygon(
            [(x - wide, frame.top), (x + wide, frame.top), (x + lean + 3 * wide, site.y(0.9)),
             (x + lean - 3 * wide, site.y(0.9))],
            ray,
        )  # fmt: skip
    for depth, colour in ((0.72, (30, 96, 128)), (0.82, (24, 76, 108)), (0.92, (16, 50, 82))):
        line = [
            (site.x(step / 6), site.y(depth + dice.between(-0.05, 0.05))) for step in range(-1, 8)
        ]
        ground = f"{curve(line)}L{line[-1][0]:.1f},{frame.height}L{line[0][0]:.1f},{frame.height}Z"
        drawing.path(ground, colour)
        for _ in range(7):
            foot = (site.x(dice.between(0, 1)), site.y(depth + 0.03))
            pen = site.pen_at(foot, site.measure * (depth - 0.45), 0.0)
            own = dice.pick(((226, 110, 110), (240, 170, 90), (150, 120, 200), (90, 180, 150)))
            coral = mix(own, colour, 1.15 - depth)
            for _ in range(4):
                lean = dice.between(-0.14, 0.14)
                pen.stroke(
                    [(0, 0), (lean * 0.4, 0.1), (lean, dice.between(0.14, 0.26))], 0.025, coral
                )
    school = (site.x(0.5 + 0.2 * site.sunward), site.y(0.36))
    for _ in range(18):
        x, y = (
            school[0] + site.measure * dice.between(-0.26, 0.26),
            school[1] + site.measure * dice.between(-0.1, 0.1),
        )
        size = site.measure * dice.between(0.008, 0.016)
        tone = mix((250, 206, 120), (60, 140, 160), dice.between(0.1, 0.6))
        drawing.ellipse((x, y), 1.6 * size, 0.7 * size, tone)
        tail = -site.sunward * 1.3 * size
        fin = [(x + tail, y), (x + 1.9 * tail, y - 0.7 * size), (x + 1.9 * tail, y + 0.7 * size)]
        drawing.polygon(fin, tone)
    for _ in range(24):
        size = site.measure * dice.between(0.002, 0.007)
        bubble = (site.x(dice.between(0, 1)), site.y(dice.between(0, 1)))
        drawing.ellipse(bubble, size, size, (210, 240, 240), 0.4)


def above_the_clouds(site: Site) -> None:
    """Set up the sky above a sea of clouds."""
    paint_sky(site)
    dice, mood = site.dice.apart("sea of clouds"), site.mood
    bright = mix((255, 255, 255), mood.key, 0.25)
    site.floor(mix(mood.horizon, bright, 0.3), mix(mood.ambient, bright, 0.4))
    depth = site.frame.height - site.horizon
    for step in range(34):
        near = step / 33
        row = site.horizon + depth * near**1.5 * 1.05
        size = site.measure * (0.03 + 0.2 * near) * dice.between(0.7, 1.2)
        centre = (site.x(dice.between(-0.05, 1.05)), row)
        shade = mix(mood.horizon, mix(mood.ambient, bright, 0.35), 0.4 + 0.5 * near)
        site.drawing.ellipse(centre, 1.9 * size, 0.5 * size, shade, 0.75)
        lit = (centre[0] + 0.3 * site.sunward * size, row - 0.13 * size)
        site.drawing.ellipse(lit, 1.5 * size, 0.36 * size, mix(shade, bright, 0.75), 0.8)
