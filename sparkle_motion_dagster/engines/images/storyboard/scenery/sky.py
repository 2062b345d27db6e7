"""The sky: its colours, what shines in it, its clouds, and the weather before everything."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, polyline
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Hour, Weather

_STARLIGHT: Colour = (255, 252, 236)
_MOON: Colour = (250, 246, 226)


def paint_sky(stage: Stage) -> None:
    """Paint the whole frame as sky, with sun or moon, stars and clouds."""
    mood, drawing, frame = stage.mood, stage.layers.sky.drawing, stage.frame
    top, bottom = float(frame.top), max(stage.horizon, frame.top + 0.3 * frame.rows)
    paint = drawing.linear(
        (0, top), (0, bottom),
        (0, mood.zenith, 1), (0.5, mood.middle, 1), (0.9, mood.horizon, 1), (1, mood.horizon, 1),
    )  # fmt: skip
    drawing.box((0, 0), (frame.width, frame.height), paint)
    covered = stage.reading.weather in {Weather.RAIN, Weather.STORM}
    if not covered:
        _sunshine(stage)
    _stars(stage)
    if stage.reading.cloudless:
        return
    if stage.reading.weather is Weather.STORM:
        _storm_clouds(stage)
    elif mood.clouds > 0.75:
        _overcast(stage)
    elif stage.reading.hour in {Hour.DAWN, Hour.SUNSET, Hour.DUSK, Hour.GOLDEN}:
        _streaks(stage)
    elif stage.reading.hour in {Hour.MORNING, Hour.NOON}:
        _heaps(stage)
    else:
        _streaks(stage)


def _sunshine(stage: Stage) -> None:
    mood, sun, drawing = stage.mood, stage.sun, stage.layers.sky.drawing
    night = stage.reading.hour in {Hour.NIGHT, Hour.MOONLIT}
    strength = 0.35 if night else 0.75
    foggy = stage.reading.weather in {Weather.FOG, Weather.SNOW, Weather.CLOUDY}
    for radius, share in ((0.95, 0.55), (0.42, 0.6)):
        pixels = radius * stage.measure
        stops = [(0.0, mood.key, strength * share), (0.35, mood.key, strength * share * 0.4)]
        glow = drawing.radial(sun, pixels, *stops, (1.0, mood.key, 0.0))
        drawing.ellipse(sun, pixels, pixels, glow)
    if stage.reading.hour is Hour.DUSK or (foggy and stage.reading.hour is Hour.NIGHT):
        return
    if night:
        _moon(stage, 0.075 if stage.reading.hour is Hour.MOONLIT else 0.05)
        return
    radius = stage.measure * {Hour.SUNSET: 0.07, Hour.DAWN: 0.055}.get(stage.reading.hour, 0.042)
    paint = mix(mood.key, (255, 255, 250), 0.55)
    drawing.ellipse(sun, radius, radius, paint, 0.5 if foggy else 1)


def _moon(stage: Stage, size: float) -> None:
    """Draw the moon: full when it is spoken of, else a crescent."""
    drawing, (x, y), radius = stage.drawing, stage.sun, size * stage.measure
    if stage.reading.hour is Hour.MOONLIT:
        drawing.ellipse((x, y), radius, radius, _MOON)
        for dx, dy, spot in ((-0.3, -0.2, 0.24), (0.25, 0.3, 0.3), (0.32, -0.36, 0.14)):
            centre = (x + dx * radius, y + dy * radius)
            drawing.ellipse(
                centre, spot * radius, spot * radius, mix(_MOON, stage.mood.middle, 0.16)
            )
        return
    r = f"{radius:.2f}"
    start, end = f"{x:.2f},{y - radius:.2f}", f"{x:.2f},{y + radius:.2f}"
    inner = f"{1.25 * radius:.2f}"
    drawing.path(f"M{start}A{r},{r},0,1,1,{end}A{inner},{inner},0,0,0,{start}Z", _MOON)


def _stars(stage: Stage) -> None:
    dice, frame = stage.dice.apart("stars"), stage.frame
    for _ in range(round(150 * stage.mood.stars)):
        x, height = dice.between(0, 1), dice.between(0, 1)
        y = frame.top + (stage.horizon - frame.top) * height * 0.95
        size = stage.measure * (0.0007 + 0.0018 * dice.between(0, 1) ** 4)
        stage.drawing.ellipse(
            (stage.x(x), y), size, size, _STARLIGHT, (1 - height) * dice.between(0.4, 1)
        )


def _heaps(stage: Stage) -> None:
    """Paint heaped fair-weather clouds, flat below, small near the horizon."""
    dice, mood, drawing = stage.dice.apart("clouds"), stage.mood, stage.layers.sky.drawing
    bright = mix((255, 255, 255), mood.key, 0.25)
    dim = mix(mood.middle, mix(bright, mood.ambient, 0.5), 0.62)
    sky = stage.horizon - stage.frame.top
    for step in range(round(3 + 7 * mood.clouds)):
        near = dice.between(0, 1)
        y = stage.horizon - sky * (0.12 + 0.72 * near)
        x = stage.x(dice.between(-0.05, 1.05))
        size = stage.measure * (0.05 + 0.14 * near) * dice.between(0.6, 1.2)
        puffs = [(dice.between(-1.5, 1.5), dice.between(0.3, 0.75)) for _ in range(6 + step % 3)]
        for paint, dx, dy, share in ((dim, 0.0, 0.0, 1.0), (bright, 0.1, 0.13, 0.86)):
            for place, puff in puffs:
                high = puff * (1 - abs(place) / 2.4) * share
                centre = (x + (place + stage.sunward * dx) * size, y - (0.5 * high + dy) * size)
                drawing.ellipse(centre, high * size * 0.95, high * size * 0.62, paint, 0.75)


def _streaks(stage: Stage) -> None:
    """Paint long clouds that the low light touches from below."""
    dice, mood, drawing = stage.dice.apart("clouds"), stage.mood, stage.layers.sky.drawing
    sky = stage.horizon - stage.frame.top
    for _ in range(round(4 + 14 * mood.clouds)):
        near = dice.between(0, 1)
        y = stage.horizon - sky * (0.06 + 0.85 * near)
        half = stage.measure * (0.12 + 0.3 * near) * dice.between(0.5, 1.3)
        thin = half * dice.between(0.035, 0.08)
        x = stage.x(dice.between(-0.1, 1.1))
        dark = mix(mood.middle, mood.zenith, 0.35 + 0.4 * near)
        lit = mix(mood.middle, mood.key, 0.75 * mood.strength * (1 - 0.5 * near))
        for step in range(3):
            shift = dice.between(-0.5, 0.5) * half
            part = half * (0.9 - 0.2 * step)
            row = y - step * thin * 0.9
            drawing.ellipse((x + shift, row), part, thin, dark, 0.5)
            drawing.ellipse((x + shift, row + thin * 0.55), part * 0.85, thin * 0.4, lit, 0.6)


def _overcast(stage: Stage) -> None:
    """Paint a low grey ceiling."""
    dice, mood, drawing = stage.dice.apart("clouds"), stage.mood, stage.layers.sky.drawing
    sky = stage.horizon - stage.frame.top
    for step in range(22):
        near = 1 - step / 22
        y = stage.horizon - sky * (0.1 + 0.95 * near)
        half = stage.measure * (0.14 + 0.32 * near) * dice.between(0.7, 1.3)
        bright = mix(mood.horizon, mood.middle, near)
        colour = mix(bright, mood.zenith, dice.between(0, 0.9))
        drawing.ellipse((stage.x(dice.between(-0.1, 1.1)), y), half, half * 0.22, colour, 0.5)


def _storm_clouds(stage: Stage) -> None:
    """Paint torn heavy clouds with a break of light at the horizon, and lightning."""
    dice, mood, drawing = stage.dice.apart("clouds"), stage.mood, stage.layers.sky.drawing
    sky = stage.horizon - stage.frame.top
    for step in range(34):
        near = 1 - step / 34
        y = stage.horizon - sky * (0.16 + 0.95 * near) + dice.between(-0.04, 0.04) * sky
        half = stage.measure * (0.1 + 0.3 * near) * dice.between(0.6, 1.3)
        x = stage.x(dice.between(-0.1, 1.1))
        dark = mix(mood.zenith, (10, 12, 20), dice.between(0, 0.55) * near)
        drawing.ellipse((x, y), half, half * 0.3, mix(dark, mood.middle, 0.25 * (1 - near)), 0.6)
        lit = mix(mood.middle, mood.horizon, 0.5)
        drawing.ellipse((x, y + half * 0.16), half * 0.7, half * 0.1, lit, 0.22 * (1.2 - near))
    centre = (stage.sun[0], stage.horizon - 0.06 * sky)
    radius = 0.55 * stage.measure
    stops = [(0.0, mood.horizon, 0.8), (0.5, mood.horizon, 0.25), (1.0, mood.horizon, 0.0)]
    drawing.ellipse(centre, radius, radius * 0.55, drawing.radial(centre, radius, *stops))
    if not stage.reading.indoors and dice.happens(0.75):
        _lightning(stage)


def _lightning(stage: Stage) -> None:
    dice = stage.dice.apart("lightning")
    x = stage.x(0.5 - stage.sunward * dice.between(0.12, 0.34))
    y = stage.y(0.04)
    bolt: list[Point] = [(x, y)]
    step = (stage.horizon - y) / 7
    for _ in range(7):
        x, y = x + dice.between(-0.6, 0.6) * step, y + step
        bolt.append((x, y))
    fork = [bolt[3], (bolt[3][0] + 0.8 * step, bolt[3][1] + 0.9 * step)]
    fork.append((fork[1][0] + 0.2 * step, fork[1][1] + 1.1 * step))
    for path, width in ((bolt, 0.005), (fork, 0.0028)):
        stage.drawing.path(
            polyline(path), stroke=(240, 244, 255), width=width * stage.measure, opacity=0.95
        )
    stage.glow(bolt[3], 0.5, (150, 165, 220), 0.5)
    stage.glow(bolt[1], 0.3, (190, 200, 255), 0.5)


def paint_weather(stage: Stage) -> None:
    """Paint what falls or drifts before everything: rain, snow, mist, leaves in the wind."""
    match stage.reading.weather:
        case Weather.RAIN:
            _rain(stage, 170, 0.14)
        case Weather.STORM:
            _rain(stage, 240, 0.34)
        case Weather.SNOW:
            _snow(stage)
        case Weather.FOG:
            _mist(stage)
        case Weather.WIND:
            _leaves(stage)
        case Weather.CLEAR | Weather.CLOUDY:
            pass


def _rain(stage: Stage, count: int, slant: float) -> None:
    dice, drawing = stage.dice.apart("rain"), stage.drawing
    colour = mix(stage.mood.horizon, (235, 242, 250), 0.6)
    slant *= -stage.sunward
    for opacity, share in ((0.16, 0.6), (0.3, 0.4)):
        lines = []
        for _ in range(round(count * share)):
            x, y = stage.x(dice.between(-0.1, 1.1)), stage.y(dice.between(-0.05, 1))
            length = stage.measure * dice.between(0.03, 0.07) * (1 + opacity)
            lines.append(polyline([(x, y), (x + slant * length, y + length)]))
        width = max(0.6, stage.measure * 0.0045 * opacity / 0.3)
        drawing.path("".join(lines), stroke=colour, width=width, opacity=opacity)


def _snow(stage: Stage) -> None:
    dice = stage.dice.apart("snow")
    colour = mix((255, 255, 255), stage.mood.ambient, 0.25)
    for _ in range(230):
        near = dice.between(0, 1) ** 2.5
        size = stage.measure * (0.0016 + 0.008 * near)
        centre = (stage.x(dice.between(0, 1)), stage.y(dice.between(0, 1)))
        stage.drawing.ellipse(centre, size, size, colour, 0.85 - 0.5 * near)


def _mist(stage: Stage) -> None:
    dice, drawing = stage.dice.apart("mist"), stage.layers.veil.drawing
    haze = mix(stage.mood.haze, stage.mood.horizon, 0.5)
    for _ in range(9):
        y = stage.horizon + dice.between(-0.1, 0.42) * stage.frame.rows
        centre = (stage.x(dice.between(0, 1)), y)
        half = stage.frame.width * dice.between(0.25, 0.6)
        with drawing.group(transform=f"translate({centre[0]:.1f} {centre[1]:.1f}) scale(1 0.13)"):
            stops = [(0.0, haze, 0.5), (0.6, haze, 0.26), (1.0, haze, 0.0)]
            drawing.ellipse((0, 0), half, half, drawing.radial((0, 0), half, *stops))


def _leaves(stage: Stage) -> None:
    dice, land = stage.dice.apart("leaves"), stage.land
    if land.bare or stage.reading.indoors:
        return
    for _ in range(22):
        near = dice.between(0.2, 1)
        foot = (stage.x(dice.between(0, 1)), stage.y(dice.between(0.1, 0.95)))
        size = 0.011 * stage.measure * near
        turn = dice.between(0, 180)
        colour = stage.air(4).half(dice.pick(land.leaves))
        with stage.drawing.group(
            transform=f"translate({foot[0]:.1f} {foot[1]:.1f}) rotate({turn:.0f})"
        ):
            stage.drawing.ellipse((0, 0), size, size * 0.42, colour, 0.85)


def paint_vignette(stage: Stage) -> None:
    """Darken the corners and the lower edge a little, which holds the eye in the picture."""
    frame, drawing = stage.frame, stage.layers.veil.drawing
    dark = mix((6, 8, 20), stage.mood.zenith, 0.18)
    centre, radius = (
        (0.5 * frame.width, stage.y(0.48)),
        0.5 * (frame.width**2 + frame.rows**2) ** 0.5,
    )
    stops = [(0.0, dark, 0.0), (0.58, dark, 0.0), (0.85, dark, 0.16), (1.0, dark, 0.36)]
    paint = drawing.radial(centre, radius * 1.02, *stops)
    drawing.box((0, 0), (frame.width, frame.height), paint)


def paint_rays(stage: Stage) -> None:
    """Let the low sun's rays fall through the air."""
    dice, frame = stage.dice.apart("rays"), stage.frame
    drawing, (x, y) = stage.layers.light.drawing, stage.sun
    long = 1.3 * max(frame.width, frame.rows)
    for _ in range(7):
        lean = -stage.sunward * dice.between(0.1, 2.2)
        width = dice.between(0.03, 0.12)
        corners = [
            (x, y),
            (x + (lean - width) * long, y + long),
            (x + (lean + width) * long, y + long),
        ]
        colour = stage.mood.key
        paint = drawing.radial(
            (x, y), long * 0.62, (0, colour, 0.11), (0.4, colour, 0.05), (1, colour, 0)
        )
        drawing.polygon(corners, paint)
