"""The storyboard engine: plain, pleasant drawings that a few words of the prompt decide.

It needs no model and reads no more than a first glance would: the hour and the weather, the
place, who is in the picture and how near. The rest is chance, and the prompt (with the seed)
throws its dice, so that the same request is the same picture in every process.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

import numpy as np

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import Appearance, ImageEngine, ImageRequest
from sparkle_motion_dagster.engines.images.canvas import Canvas
from sparkle_motion_dagster.engines.images.chance import Dice
from sparkle_motion_dagster.engines.images.figures import (
    Mouth,
    draw_figure,
    draw_portrait,
    look_of,
)
from sparkle_motion_dagster.engines.images.scenery import DAY, DUSK, NIGHT, PLACES, STORM, Scenery

if TYPE_CHECKING:
    from PIL import Image

T = TypeVar("T")

_BAND_ROWS = 64
_OVERSIZE = 2
"""Shapes are drawn this much larger than they end up, which smooths their edges."""

_MOODS = {
    "storm|stormy|rain|rainy|thunder|gale|tempest": STORM,
    "night|midnight|moon|moonlit|stars|darkness": NIGHT,
    "dusk|sunset|dawn|sunrise|evening|golden hour|twilight": DUSK,
}
_PLACES = {
    "interior|inside|indoors|room|kitchen|hall|office|cabin|cell|corridor|bar|library": "room",
    "street|city|town|village|buildings?|rooftops?|alley|skyline|station": "city",
    "sea|ocean|harbou?r|ship|boat|coast|cliffs?|lighthouse|beach|island|lake": "sea",
    "forest|woods?|trees?|jungle|park|garden": "forest",
    "mountains?|peaks?|alps|snow|canyon|desert|valley": "mountains",
}
_NEAR = re.compile(r"\b(?:close[- ]?up|portrait|face|eyes)\b", re.IGNORECASE)
_SOMEBODY = re.compile(r"\b(?:portrait|face|eyes|woman|man|girl|boy|she|he)\b", re.IGNORECASE)


class StoryboardSettings(EngineSettings):
    """A storyboard has nothing to set."""


class StoryboardEngine(ImageEngine[StoryboardSettings]):
    """Draws storyboard frames. Deterministic, a few tenths of a second each."""

    name: ClassVar[str] = "storyboard"
    version: ClassVar[int] = 1
    settings_model: ClassVar[type[StoryboardSettings]] = StoryboardSettings
    unused_fields: ClassVar[frozenset[str]] = frozenset({"negative_prompt"})

    def make(self, requests: Sequence[ImageRequest], folder: Path) -> Generator[Made, None, None]:
        """Draw one picture a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            picture = folder / f"image_{index:04d}.png"
            _draw(request).save(picture, format="PNG")
            yield Made(outputs={"image": MadeFile(picture, "image/png")})


def _draw(request: ImageRequest) -> Image.Image:
    from PIL import ImageFilter

    prompt, people = request.prompt, request.characters
    dice = Dice(f"{request.seed}\n{prompt}")
    mood = _first_named(_MOODS, prompt, DAY)
    place = _first_named(_PLACES, prompt, dice.pick(("hills", "mountains", "forest")))
    tinted = mood.tinted(land_hue=dice.between(-0.12, 0.12), sky_hue=dice.between(-0.06, 0.06))
    canvas = Canvas(request.size.width * _OVERSIZE, request.size.height * _OVERSIZE)
    scenery = Scenery(canvas, tinted, dice)
    PLACES[place](scenery)
    if _NEAR.search(prompt) and (people or _SOMEBODY.search(prompt)):
        # As a lens would: what lies behind a near face is out of focus.
        canvas.image = canvas.image.filter(ImageFilter.GaussianBlur(canvas.height / 70))
        _draw_faces(canvas, people or (Appearance(id=prompt),), dice)
    else:
        _draw_figures(canvas, people)
    if place != "room":
        scenery.weather()
    return _with_vignette(canvas.image.reduce(_OVERSIZE))


def _first_named(meanings: Mapping[str, T], prompt: str, otherwise: T) -> T:
    """Return what the prompt names first of several things, each known by some words."""
    found = [
        (match.start(), index, meaning)
        for index, (words, meaning) in enumerate(meanings.items())
        if (match := re.search(rf"\b(?:{words})\b", prompt, re.IGNORECASE))
    ]
    return min(found)[2] if found else otherwise


def _draw_figures(canvas: Canvas, people: Sequence[Appearance]) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(canvas.image, "RGBA")
    tall = 0.46 * canvas.height
    for place, person in enumerate(people, start=1):
        x = place / (len(people) + 1) * canvas.width
        y = (0.93 + 0.02 * (place % 2)) * canvas.height
        shadow = (x - 0.17 * tall, y - 0.025 * tall, x + 0.17 * tall, y + 0.025 * tall)
        draw.ellipse(shadow, fill=(0, 0, 0, 80))
        draw_figure(draw, (x, y), tall, look_of(person))


def _draw_faces(canvas: Canvas, people: Sequence[Appearance], dice: Dice) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(canvas.image)
    radius = min(0.31 * canvas.height, 0.34 * canvas.width / len(people))
    for place, person in enumerate(people, start=1):
        x = (place / (len(people) + 1) + dice.between(-0.03, 0.03)) * canvas.width
        mouth = Mouth(width=dice.between(0.4, 0.8))
        draw_portrait(draw, (x, 0.43 * canvas.height), radius, look_of(person), mouth)


def _with_vignette(picture: Image.Image) -> Image.Image:
    """Darken the corners a little, which holds the eye in the picture."""
    from PIL import Image

    y = np.linspace(-1, 1, picture.height)[:, None]
    x = np.linspace(-1, 1, picture.width)[None, :]
    pixels = np.array(picture)
    for start in range(0, picture.height, _BAND_ROWS):  # floats take eight times the memory
        band = slice(start, start + _BAND_ROWS)
        light = 1 - 0.14 * (x * x + y[band] * y[band]) ** 1.5 / 2**1.5 * 2
        pixels[band] = np.rint(pixels[band] * light[..., None])
    return Image.fromarray(pixels)
