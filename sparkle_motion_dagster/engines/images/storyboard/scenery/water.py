"""Water: it mirrors the sky, glitters below the sun, and rises in waves."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix, multiplied
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Weather

_WATER: Colour = (64, 122, 142)
_FOAM: Colour = (240, 246, 246)


def water(site: Site, *, rough: float | None = None) -> None:
    """Fill what lies below the horizon with water that mirrors the sky; the moon's seas are dry.

    Args:
        site: What is drawn on.
        rough: How high the waves go, 0 to 1; by the weather if it is not given.
    """
    mood, dice = site.mood, site.dice.apart("water")
    if site.land.barren:
        site.floor(site.air(120).half(site.land.grass), site.air(3).half(site.land.dry))
        return
    row = site.horizon
    far = mix(mood.horizon, multiplied(_WATER, mood.ambient), 0.35)
    near = mix(multiplied(_WATER, mood.ambient), mood.zenith, 0.35)
    site.floor(far, mix(near, (8, 16, 26), 0.3))
    if rough is None:
        rough = {Weather.STORM: 1.0, Weather.WIND: 0.6, Weather.RAIN: 0.45}.get(
            site.reading.weather, 0.22
        )
    height = site.frame.height - row
    for _ in range(70):
        depth = dice.between(0.01, 1) ** 1.6
        y = row + height * depth
        half = site.measure * (0.02 + 0.2 * depth) * dice.between(0.4, 1.2)
        x = site.x(dice.between(-0.05, 1.05))
        thin = max(0.6, site.measure * 0.008 * depth)
        bright = dice.happens(0.5)
        colour = mix(far, mood.horizon, 0.5) if bright else mix(near, (6, 14, 24), 0.35)
        site.drawing.ellipse((x, y), half, thin, colour, 0.3)
    _glitter(site)
    if rough > 0.4:
        for depth in (0.13, 0.28, 0.48, 0.74, 1.05):
            _swell(
                site, row + height * depth * 0.92, depth, rough, mix(far, near, 0.3 + 0.7 * depth)
            )


def _glitter(site: Site) -> None:
    dice, mood = site.dice.apart("glitter"), site.mood
    row, height = site.horizon, site.frame.height - site.horizon
    share = 0.8 * mood.strength if site.reading.weather is not Weather.STORM else 0.35
    colour = mood.horizon if site.reading.weather is Weather.STORM else mood.key
    for _ in range(90):
        depth = dice.between(0, 1) ** 1.4
        y = row + height * (0.01 + 0.95 * depth)
        spread = site.measure * (0.03 + 0.2 * depth)
        x = site.sun[0] + dice.between(-1, 1) * dice.between(0.2, 1) * spread
        half = site.measure * (0.006 + 0.035 * depth) * dice.between(0.4, 1.2)
        site.drawing.ellipse(
            (x, y), half, max(0.5, half * 0.09), colour, share * dice.between(0.4, 1)
        )


def _swell(site: Site, y: float, depth: float, rough: float, colour: Colour) -> None:
    """Draw one wave across the picture, with foam on its crests."""
    dice = site.dice.apart(f"swell {depth}")
    width, height = site.frame.width, site.measure * (0.012 + 0.085 * depth) * rough
    points = []
    steps = 2 * max(2, round((5.5 - 3.6 * depth) * width / site.measure / 1.8))
    for step in range(steps + 1):
        crest = height if step % 2 else -height * 0.4
        points.append(
            (width * (step + dice.between(-0.3, 0.3)) / steps, y - crest * dice.between(0.3, 1.2))
        )
    points[0], points[-1] = (-0.06 * width, points[0][1]), (1.06 * width, points[-1][1])
    bottom = site.frame.height
    below = mix(colour, (6, 12, 22), 0.25)
    paint = site.drawing.vertical(
        y - height,
        y + 3.4 * height,
        (0, mix(colour, site.mood.horizon, 0.5), 1),
        (0.3, colour, 1),
        (1, below, 1),
    )
    foot = min(bottom, y + 8 * height)
    site.drawing.path(
        f"{curve(points)}L{1.06 * width:.1f},{foot:.1f}L{-0.06 * width:.1f},{foot:.1f}Z", paint
    )
    foam_colour = site.air(10 + 90 * (1 - depth)).half(_FOAM)
    for (x, top), (after, _) in zip(points[1::2], points[2::2], strict=False):
        half = (after - x) * dice.between(0.25, 0.6)
        ridge = [
            (x - half, top + 0.5 * height),
            (x - 0.2 * half, top + 0.03 * height),
            (x + half, top + 0.7 * height),
        ]
        site.drawing.path(
            curve(ridge), stroke=foam_colour, width=max(0.8, 0.16 * height), opacity=0.75
        )
        for _ in range(3):
            spot = (x + dice.between(-1, 1) * half, top - dice.between(0.1, 0.7) * height)
            site.drawing.ellipse(spot, 0.07 * height, 0.06 * height, foam_colour, 0.6)
