"""The sky: its colours, what shines in it, its clouds, and the weather before everything."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, polyline
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Rgb, SoftLayer, tinted
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Hour, Weather, World

_STARLIGHT: Colour = (255, 252, 236)
_MOON: Colour = (250, 246, 226)
_EARTH: Colour = (126, 172, 226)
_BLACK: Colour = (0, 0, 0)
_VIGNETTE = ((0.0, 0.0), (0.58, 0.0), (0.85, 0.16), (1.0, 0.36))
"""How much of the picture it covers, by the share of the way from the middle to the corners."""


def paint_sky(site: Site) -> None:
    """Paint the whole frame as sky, with sun or moon, stars and clouds."""
    mood, drawing, frame = site.mood, site.layers.sky.drawing, site.frame
    top, bottom = float(frame.top), max(site.horizon, frame.top + 0.3 * frame.rows)
    paint = drawing.vertical(
        top, bottom,
        (0, mood.zenith, 1), (0.5, mood.middle, 1), (0.9, mood.horizon, 1), (1, mood.horizon, 1),
    )  # fmt: skip
    drawing.box((0, 0), (frame.width, frame.height), paint)
    covered = site.reading.weather in {Weather.RAIN, Weather.STORM}
    if not covered:
        _sunshine(site)
    _stars(site)
    if site.reading.cloudless:
        return
    if site.reading.weather is Weather.STORM:
        _storm_clouds(site)
    elif mood.clouds > 0.75:
        _overcast(site)
    elif site.reading.hour in {Hour.DAWN, Hour.SUNSET, Hour.DUSK, Hour.GOLDEN}:
        _streaks(site)
    elif site.reading.hour in {Hour.MORNING, Hour.NOON}:
        _heaps(site)
    else:
        _streaks(site)


def _sunshine(site: Site) -> None:
    mood, sun, drawing = site.mood, site.sun, site.layers.sky.drawing
    night = site.reading.hour in {Hour.NIGHT, Hour.MOONLIT}
    strength = 0.35 if night else 0.75
    foggy = site.reading.weather in {Weather.FOG, Weather.SNOW, Weather.CLOUDY}
    for radius, share in ((0.95, 0.55), (0.42, 0.6)):
        pixels = radius * site.measure
        stops = [(0.0, mood.key, strength * share), (0.35, mood.key, strength * share * 0.4)]
        glow = drawing.radial(sun, pixels, *stops, (1.0, mood.key, 0.0))
        drawing.ellipse(sun, pixels, pixels, glow)
    if site.reading.hour is Hour.DUSK or (foggy and site.reading.hour is Hour.NIGHT):
        return
    if night:
        _moon(site, 0.075 if site.reading.hour is Hour.MOONLIT else 0.05)
        return
    radius = site.measure * {Hour.SUNSET: 0.07, Hour.DAWN: 0.055}.get(site.reading.hour, 0.042)
    paint = mix(mood.key, (255, 255, 250), 0.55)
    drawing.ellipse(sun, radius, radius, paint, 0.5 if foggy else 1)


def _moon(site: Site, size: float) -> None:
    """Draw the moon: full when it is spoken of, else a crescent; from the moon, the earth."""
    drawing, (x, y), radius = site.drawing, site.sun, size * site.measure
    if site.reading.world is World.MOON:
        drawing.ellipse((x, y), radius, radius, _EARTH)
        return
    if site.reading.hour is Hour.MOONLIT:
        drawing.ellipse((x, y), radius, radius, _MOON)
        for dx, dy, spot in ((-0.3, -0.2, 0.24), (0.25, 0.3, 0.3), (0.32, -0.36, 0.14)):
            centre = (x + dx * radius, y + dy * radius)
            drawing.ellipse(
                centre, spot * radius, spot * radius, mix(_MOON, site.mood.middle, 0.16)
            )
        return
    r = f"{radius:.2f}"
    start, end = f"{x:.2f},{y - radius:.2f}", f"{x:.2f},{y + radius:.2f}"
    inner = f"{1.25 * radius:.2f}"
    drawing.path(f"M{start}A{r},{r},0,1,1,{end}A{inner},{inner},0,0,0,{start}Z", _MOON)


def _stars(site: Site) -> None:
    dice, frame = site.dice.apart("stars"), site.frame
    for _ in range(round(150 * site.mood.stars)):
        x, height = dice.between(0, 1), dice.between(0, 1)
        y = frame.top + (site.horizon - frame.top) * height * 0.95
        size = site.measure * (0.0007 + 0.0018 * dice.between(0, 1) ** 4)
        site.drawing.ellipse(
            (site.x(x), y), size, size, _STARLIGHT, (1 - height) * dice.between(0.4, 1)
        )


def _heaps(site: Site) -> None:
    """Paint heaped fair-weather clouds, flat below, small near the horizon."""
    dice, mood, drawing = site.dice.apart("clouds"), site.mood, site.layers.sky.drawing
    bright = mix((255, 255, 255), mood.key, 0.25)
    dim = mix(mood.middle, mix(bright, mood.ambient, 0.5), 0.62)
    sky = site.horizon - site.frame.top
    for step in range(round(3 + 7 * mood.clouds)):
        near = dice.between(0, 1)
        y = site.horizon - sky * (0.12 + 0.72 * near)
        x = site.x(dice.between(-0.05, 1.05))
        size = site.measure * (0.05 + 0.14 * near) * dice.between(0.6, 1.2)
        puffs = [(dice.between(-1.5, 1.5), dice.between(0.3, 0.75)) for _ in range(6 + step % 3)]
        for paint, dx, dy, share in ((dim, 0.0, 0.0, 1.0), (bright, 0.1, 0.13, 0.86)):
            for place, puff in puffs:
                high = puff * (1 - abs(place) / 2.4) * share
                centre = (x + (place + site.sunward * dx) * size, y - (0.5 * high + dy) * size)
                drawing.ellipse(centre, high * size * 0.95, high * size * 0.62, paint, 0.75)


def _streaks(site: Site) -> None:
    """Paint long clouds that the low light touches from below."""
    dice, mood, drawing = site.dice.apart("clouds"), site.mood, site.layers.sky.drawing
    sky = site.horizon - site.frame.top
    for _ in range(round(4 + 14 * mood.clouds)):
        near = dice.between(0, 1)
        y = site.horizon - sky * (0.06 + 0.85 * near)
        half = site.measure * (0.12 + 0.3 * near) * dice.between(0.5, 1.3)
        thin = half * dice.between(0.035, 0.08)
        x = site.x(dice.between(-0.1, 1.1))
        dark = mix(mood.middle, mood.zenith, 0.35 + 0.4 * near)
        lit = mix(mood.middle, mood.key, 0.75 * mood.strength * (1 - 0.5 * near))
        for step in range(3):
            shift = dice.between(-0.5, 0.5) * half
            part = half * (0.9 - 0.2 * step)
            row = y - step * thin * 0.9
            drawing.ellipse((x + shift, row), part, thin, dark, 0.5)
            drawing.ellipse((x + shift, row + thin * 0.55), part * 0.85, thin * 0.4, lit, 0.6)


def _overcast(site: Site) -> None:
    """Paint a low grey ceiling."""
    dice, mood, drawing = site.dice.apart("clouds"), site.mood, site.layers.sky.drawing
    sky = site.horizon - site.frame.top
    for step in range(22):
        near = 1 - step / 22
        y = site.horizon - sky * (0.1 + 0.95 * near)
        half = site.measure * (0.14 + 0.32 * near) * dice.between(0.7, 1.3)
        bright = mix(mood.horizon, mood.middle, near)
        colour = mix(bright, mood.zenith, dice.between(0, 0.9))
        drawing.ellipse((site.x(dice.between(-0.1, 1.1)), y), half, half * 0.22, colour, 0.5)


def _storm_clouds(site: Site) -> None:
    """Paint torn heavy clouds with a break of light at the horizon, and lightning."""
    dice, mood, drawing = site.dice.apart("clouds"), site.mood, site.layers.sky.drawing
    sky = site.horizon - site.frame.top
    for step in range(34):
        near = 1 - step / 34
        y = site.horizon - sky * (0.16 + 0.95 * near) + dice.between(-0.04, 0.04) * sky
        half = site.measure * (0.1 + 0.3 * near) * dice.between(0.6, 1.3)
        x = site.x(dice.between(-0.1, 1.1))
        dark = mix(mood.zenith, (10, 12, 20), dice.between(0, 0.55) * near)
        drawing.ellipse((x, y), half, half * 0.3, mix(dark, mood.middle, 0.25 * (1 - near)), 0.6)
        lit = mix(mood.middle, mood.horizon, 0.5)
        drawing.ellipse((x, y + half * 0.16), half * 0.7, half * 0.1, lit, 0.22 * (1.2 - near))
    centre = (site.sun[0], site.horizon - 0.06 * sky)
    radius = 0.55 * site.measure
    stops = [(0.0, mood.horizon, 0.8), (0.5, mood.horizon, 0.25), (1.0, mood.horizon, 0.0)]
    drawing.ellipse(centre, radius, radius * 0.55, drawing.radial(centre, radius, *stops))
    if not site.reading.indoors and dice.happens(0.75):
        _lightning(site)


def _lightning(site: Site) -> None:
    dice = site.dice.apart("lightning")
    x = site.x(0.5 - site.sunward * dice.between(0.12, 0.34))
    y = site.y(0.04)
    bolt: list[Point] = [(x, y)]
    step = (site.horizon - y) / 7
    for _ in range(7):
        x, y = x + dice.between(-0.6, 0.6) * step, y + step
        bolt.append((x, y))
    fork = [bolt[3], (bolt[3][0] + 0.8 * step, bolt[3][1] + 0.9 * step)]
    fork.append((fork[1][0] + 0.2 * step, fork[1][1] + 1.1 * step))
    for path, width in ((bolt, 0.005), (fork, 0.0028)):
        site.drawing.path(
            polyline(path), stroke=(240, 244, 255), width=width * site.measure, opacity=0.95
        )
    site.glow(bolt[3], 0.5, (150, 165, 220), 0.5)
    site.glow(bolt[1], 0.3, (190, 200, 255), 0.5)


def paint_weather(site: Site) -> None:
    """Paint what falls or drifts before everything: rain, snow, mist, leaves in the wind."""
    match site.reading.weather:
        case Weather.RAIN:
            _rain(site, 170, 0.14)
        case Weather.STORM:
            _rain(site, 240, 0.34)
        case Weather.SNOW:
            _snow(site)
        case Weather.FOG:
            _mist(site)
        case Weather.WIND:
            _leaves(site)
        case Weather.CLEAR | Weather.CLOUDY:
            pass


def _rain(site: Site, count: int, slant: float) -> None:
    dice, drawing = site.dice.apart("rain"), site.drawing
    colour = mix(site.mood.horizon, (235, 242, 250), 0.6)
    slant *= -site.sunward
    for opacity, share in ((0.16, 0.6), (0.3, 0.4)):
        lines = []
        for _ in range(round(count * share)):
            x, y = site.x(dice.between(-0.1, 1.1)), site.y(dice.between(-0.05, 1))
            length = site.measure * dice.between(0.03, 0.07) * (1 + opacity)
            lines.append(polyline([(x, y), (x + slant * length, y + length)]))
        width = max(0.6, site.measure * 0.0045 * opacity / 0.3)
        drawing.path("".join(lines), stroke=colour, width=width, opacity=opacity)


def _snow(site: Site) -> None:
    dice = site.dice.apart("snow")
    colour = mix((255, 255, 255), site.mood.ambient, 0.25)
    for _ in range(230):
        near = dice.between(0, 1) ** 2.5
        size = site.measure * (0.0016 + 0.008 * near)
        centre = (site.x(dice.between(0, 1)), site.y(dice.between(0, 1)))
        site.drawing.ellipse(centre, size, size, colour, 0.85 - 0.5 * near)


def _mist(site: Site) -> None:
    dice, drawing = site.dice.apart("mist"), site.layers.veil.drawing
    haze = mix(site.mood.haze, site.mood.horizon, 0.5)
    for _ in range(9):
        y = site.horizon + dice.between(-0.1, 0.42) * site.frame.rows
        centre = (site.x(dice.between(0, 1)), y)
        half = site.frame.width * dice.between(0.25, 0.6)
        with drawing.group(transform=f"translate({centre[0]:.1f} {centre[1]:.1f}) scale(1 0.13)"):
            stops = [(0.0, haze, 0.5), (0.6, haze, 0.26), (1.0, haze, 0.0)]
            drawing.ellipse((0, 0), half, half, drawing.radial((0, 0), half, *stops))


def _leaves(site: Site) -> None:
    dice, land = site.dice.apart("leaves"), site.land
    if land.bare or site.reading.indoors:
        return
    for _ in range(22):
        near = dice.between(0.2, 1)
        foot = (site.x(dice.between(0, 1)), site.y(dice.between(0.1, 0.95)))
        size = 0.011 * site.measure * near
        turn = dice.between(0, 180)
        colour = site.air(4).half(dice.pick(land.leaves))
        with site.drawing.group(
            transform=f"translate({foot[0]:.1f} {foot[1]:.1f}) rotate({turn:.0f})"
        ):
            site.drawing.ellipse((0, 0), size, size * 0.42, colour, 0.85)


def vignetted(picture: Rgb, site: Site) -> Rgb:
    """Return a picture with darker corners and lower edge, which holds the eye in it."""
    frame, cover = site.frame, SoftLayer(site.frame)
    centre, radius = (
        (0.5 * frame.width, site.y(0.48)),
        0.5 * (frame.width**2 + frame.rows**2) ** 0.5,
    )
    stops = [(share, _BLACK, opacity) for share, opacity in _VIGNETTE]
    paint = cover.drawing.radial(centre, radius * 1.02, *stops)
    cover.drawing.box((0, 0), (frame.width, frame.height), paint)
    dark = mix((6, 8, 20), site.mood.zenith, 0.18)
    return tinted(picture, dark, cover.small_pixels()[..., 3])


def paint_rays(site: Site) -> None:
    """Let the low sun's rays fall through the air."""
    dice, frame = site.dice.apart("rays"), site.frame
    drawing, (x, y) = site.layers.light.drawing, site.sun
    long = 1.3 * max(frame.width, frame.rows)
    for _ in range(7):
        lean = -site.sunward * dice.between(0.1, 2.2)
        width = dice.between(0.03, 0.12)
        corners = [
            (x, y),
            (x + (lean - width) * long, y + long),
            (x + (lean + width) * long, y + long),
        ]
        colour = site.mood.key
        paint = drawing.radial(
            (x, y), long * 0.62, (0, colour, 0.11), (0.4, colour, 0.05), (1, colour, 0)
        )
        drawing.polygon(corners, paint)
