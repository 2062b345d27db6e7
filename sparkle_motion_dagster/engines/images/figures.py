"""People as the animatic draws them: the same character looks the same in every picture.

A look follows from the character's id and description alone. Sizes are in pixels of the canvas
that is drawn on; who wants smooth edges draws on a larger one and reduces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.canvas import Colour, hsv, mix
from sparkle_motion_dagster.engines.images.chance import Dice

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_COMPLEXIONS: tuple[tuple[Colour, Colour], ...] = (
    ((255, 219, 190), (168, 66, 40)),
    ((255, 219, 190), (92, 62, 44)),
    ((244, 200, 166), (206, 160, 84)),
    ((240, 194, 158), (188, 184, 180)),
    ((226, 176, 132), (46, 36, 38)),
    ((206, 150, 108), (78, 50, 36)),
    ((172, 118, 80), (40, 32, 34)),
    ((128, 84, 58), (34, 28, 32)),
    ((104, 70, 52), (112, 104, 102)),
)
"""Skin and hair."""

_LIPS: Colour = (150, 60, 58)
_INSIDE: Colour = (70, 20, 26)
_TEETH: Colour = (248, 244, 236)
_TONGUE: Colour = (196, 92, 92)


@dataclass(frozen=True)
class Look:
    """What a character looks like. ``backdrop`` is the colour that stands for them."""

    skin: Colour
    hair: Colour
    cloth: Colour
    backdrop: Colour
    long_hair: bool
    parting: float


@dataclass(frozen=True)
class Mouth:
    """A mouth's shape: how far open (0 closed, 1 wide open), how broad (0 rounded, 1 spread)."""

    openness: float = 0.0
    width: float = 0.5


def look_of(person: Appearance) -> Look:
    """Return a character's look."""
    hue = Dice(person.id).between(0, 1)
    dice = Dice(f"{person.id}\n{person.description or ''}")
    skin, hair = dice.pick(_COMPLEXIONS)
    return Look(
        skin=skin,
        hair=hair,
        cloth=hsv(hue, 0.55, 0.62),
        backdrop=hsv(hue + 0.07, 0.26, 0.86),
        long_hair=dice.between(0, 1) > 0.5,
        parting=dice.between(-0.5, 0.5),
    )


def draw_portrait(
    draw: ImageDraw, centre: tuple[float, float], radius: float, look: Look, mouth: Mouth
) -> None:
    """Draw head and shoulders, from the front.

    Args:
        draw: The canvas.
        centre: Where the middle of the face lies.
        radius: Half the height of the head.
        look: Who it is.
        mouth: The shape of the mouth.
    """

    def oval(x: float, y: float, width: float, height: float, fill: Colour) -> None:
        _oval(draw, centre[0] + x * radius, centre[1] + y * radius, width, height, radius, fill)

    shade = mix(look.skin, (90, 40, 40), 0.22)
    if look.long_hair:
        oval(0, 0.25, 1.02, 1.3, look.hair)
    _shoulders(draw, centre, radius, look)
    _box(draw, centre, radius, (-0.3, 0.6, 0.3, 1.35), shade)
    oval(0, 1.32, 0.3, 0.2, shade)
    oval(0, -0.2, 0.9, 0.88, look.hair)
    for side in (-1, 1):
        oval(side * 0.8, 0.08, 0.14, 0.2, shade)
    oval(0, 0.12, 0.8, 0.92, look.skin)
    _fringe(draw, centre, radius, look)
    for side in (-1, 1):
        oval(side * 0.33, 0.02, 0.15, 0.115, (252, 250, 246))
        oval(side * 0.33, 0.02, 0.085, 0.1, (52, 40, 42))
        oval(side * 0.33 + 0.03, -0.02, 0.028, 0.03, (255, 255, 255))
        _line(
            draw, centre, radius, _arc(side * 0.33, -0.14, 0.2, -0.07), mix(look.hair, shade, 0.2)
        )
    _line(draw, centre, radius, _arc(0.02, 0.34, 0.09, 0.06), shade)
    _mouth(draw, centre, radius, mouth)


def draw_figure(draw: ImageDraw, feet: tuple[float, float], height: float, look: Look) -> None:
    """Draw a standing person, small: coat, legs, head.

    Args:
        draw: The canvas.
        feet: Where they stand.
        height: From the feet to the top of the head.
        look: Who it is.
    """
    head = 0.075
    dark = mix(look.cloth, (20, 20, 30), 0.55)

    def points(*shape: tuple[float, float]) -> list[tuple[float, float]]:
        return [(feet[0] + x * height, feet[1] - y * height) for x, y in shape]

    for side in (-1, 1):
        draw.polygon(
            points((side * 0.01, 0.5), (side * 0.08, 0.5), (side * 0.07, 0), (side * 0.02, 0)),
            fill=dark,
        )
        draw.line(
            points((side * 0.095, 0.77), (side * 0.12, 0.6), (side * 0.11, 0.45)),
            fill=mix(look.cloth, dark, 0.4),
            width=max(1, round(height * 0.042)),
            joint="curve",
        )
    if look.long_hair:
        _oval(draw, feet[0], feet[1] - 0.87 * height, 1.1, 1.5, head * height, look.hair)
    draw.polygon(
        points((-0.1, 0.8), (-0.05, 0.835), (0.05, 0.835), (0.1, 0.8), (0.105, 0.4), (-0.105, 0.4)),
        fill=look.cloth,
    )
    _oval(draw, feet[0], feet[1] - 0.915 * height, 1.0, 1.05, head * height, look.hair)
    _oval(draw, feet[0], feet[1] - 0.895 * height, 0.82, 0.92, head * height, look.skin)


def _mouth(draw: ImageDraw, centre: tuple[float, float], radius: float, mouth: Mouth) -> None:
    x, y = centre[0], centre[1] + 0.62 * radius
    half_width = 0.15 + 0.2 * mouth.width
    half_height = 0.24 * mouth.openness
    if half_height < 0.025:
        _line(draw, centre, radius, _arc(0, 0.62, half_width, 0.035), _LIPS)
        return
    _oval(draw, x, y, half_width + 0.045, half_height + 0.045, radius, _LIPS)
    _oval(draw, x, y, half_width, half_height, radius, _INSIDE)
    if half_height > 0.07:
        _oval(
            draw,
            x,
            y + 0.6 * half_height * radius,
            half_width * 0.6,
            half_height * 0.36,
            radius,
            _TONGUE,
        )
    _oval(
        draw,
        x,
        y - 0.74 * half_height * radius,
        half_width * 0.66,
        half_height * 0.2,
        radius,
        _TEETH,
    )


def _shoulders(draw: ImageDraw, centre: tuple[float, float], radius: float, look: Look) -> None:
    _oval(draw, centre[0], centre[1] + 2.35 * radius, 1.75, 1.2, radius, look.cloth)
    _box(draw, centre, radius, (-1.75, 2.35, 1.75, 6), look.cloth)


def _fringe(draw: ImageDraw, centre: tuple[float, float], radius: float, look: Look) -> None:
    """Draw the hair over the forehead, from the parting to both temples."""
    crown = [(-0.88, -0.1), (-0.8, -0.6), (-0.4, -0.98), (0.4, -0.98), (0.8, -0.6), (0.88, -0.1)]
    hairline = [(0.74, -0.12), (0.6, -0.42), (look.parting, -0.56), (-0.6, -0.42), (-0.74, -0.12)]
    draw.polygon(
        [(centre[0] + x * radius, centre[1] + y * radius) for x, y in crown + hairline],
        fill=look.hair,
    )


def _arc(x: float, y: float, half_width: float, sag: float) -> list[tuple[float, float]]:
    """Return a curve through nine points, `sag` lower in its middle than at its ends."""
    steps = [step / 4 - 1 for step in range(9)]
    return [(x + step * half_width, y + sag * (1 - step * step)) for step in steps]


def _line(
    draw: ImageDraw,
    centre: tuple[float, float],
    radius: float,
    curve: Sequence[tuple[float, float]],
    fill: Colour,
) -> None:
    draw.line(
        [(centre[0] + x * radius, centre[1] + y * radius) for x, y in curve],
        fill=fill,
        width=max(1, round(0.055 * radius)),
        joint="curve",
    )


def _box(
    draw: ImageDraw,
    centre: tuple[float, float],
    radius: float,
    box: tuple[float, float, float, float],
    fill: Colour,
) -> None:
    left, top, right, bottom = box
    draw.rectangle(
        (
            centre[0] + left * radius,
            centre[1] + top * radius,
            centre[0] + right * radius,
            centre[1] + bottom * radius,
        ),
        fill=fill,
    )


def _oval(
    draw: ImageDraw,
    x: float,
    y: float,
    half_width: float,
    half_height: float,
    unit: float,
    fill: Colour,
) -> None:
    draw.ellipse(
        (
            x - half_width * unit,
            y - half_height * unit,
            x + half_width * unit,
            y + half_height * unit,
        ),
        fill=fill,
    )
