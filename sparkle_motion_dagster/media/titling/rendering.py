"""Text as it is drawn: resvg shapes it, whatever script it is in, and is asked how wide it is.

resvg takes one script for all of a text, that of its first letter, so a row that mixes scripts is
drawn in runs, one behind the other.
"""

import io
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.lettering import FONT_FAMILY, font_file
from sparkle_motion_dagster.units import FrameSize

Rgba: TypeAlias = NDArray[np.uint8]
"""Pixels, (rows, columns, 4): red, green, blue and opacity, colours not multiplied by it."""

SPACE = 0.26
"""How wide Noto Sans's space is, as a share of the font's size."""

_MEASURED_AT = 32
"""Size of the font, in pixels, in which text is measured."""

_MARGIN = 0.03
"""What lies between a letter's last ink and the next letter, as a share of the font's size."""

_WIDEST = 1.3
"""No letter of the font is wider, as a share of its size."""


def rasterised(size: FrameSize, body: str, definitions: str = "") -> Rgba:
    """Render SVG of a size in pixels."""
    return _pixels(size.width, size.height, body, definitions)


def text_element(x: float, base: float, content: str, size: float, weight: int, look: str) -> str:
    """Return the SVG of text.

    Args:
        x: Where it begins, in pixels.
        base: Its base line, in pixels from the upper edge.
        content: Escaped, or with spans.
        size: Of the font, in pixels.
        weight: 100 to 900; 400 is regular.
        look: Further attributes.
    """
    return (
        f'<text x="{x:.2f}" y="{base:.2f}" font-family="{FONT_FAMILY}" font-size="{size:.2f}" '
        f'font-weight="{weight}" xml:space="preserve" {look}>{content}</text>'
    )


def runs(row: str) -> list[str]:
    """Split a row where its script changes; what has none belongs to the letters before it."""
    found: list[str] = []
    script = ""
    for character in row:
        own = _script(character)
        if not found or (own and script and own != script):
            found.append("")
        found[-1] += character
        script = own or script
    return found


def width_of(row: str, weight: int) -> float:
    """Return how wide a row is, as a share of the font's size."""
    parts = runs(row)
    inks = widths(tuple(part.rstrip() for part in parts), weight)
    trailing = sum(len(part) - len(part.rstrip()) for part in parts)
    return sum(inks) + SPACE * trailing


@lru_cache(maxsize=1024)
def widths(texts: tuple[str, ...], weight: int) -> tuple[float, ...]:
    """Return how wide texts of one script each are drawn, as shares of the font's size."""
    if not texts:
        return ()
    size, left = _MEASURED_AT, _MEASURED_AT
    pitch = 2 * size
    longest = max(map(len, texts))
    body = "".join(
        text_element(left, pitch * number + 1.4 * size, escape(text), size, weight, 'fill="#fff"')
        for number, text in enumerate(texts)
    )
    drawn = _pixels(round(_WIDEST * size * longest) + 2 * left, pitch * len(texts), body)
    lines = drawn[..., 3].reshape(len(texts), pitch, -1)
    inks = [np.flatnonzero(line.any(axis=0)) for line in lines]
    rights = [int(ink[-1]) + 1 if ink.size else left for ink in inks]
    return tuple((right - left) / size + _MARGIN for right in rights)


def row_elements(
    x: float, base: float, spans: Sequence[tuple[str, str]], size: float, weight: int, look: str
) -> str:
    """Return the SVG of a row.

    Args:
        x: Where it begins, in pixels.
        base: Its base line, in pixels from the upper edge.
        spans: Its parts, one behind the other, each with a colour of its own, or "".
        size: Of the font, in pixels.
        weight: 100 to 900; 400 is regular.
        look: Further attributes.
    """
    row = "".join(text for text, _ in spans)
    colours = [colour for text, colour in spans for _ in text]
    elements, start = "", 0
    for run in runs(row):
        end = start + len(run)
        elements += text_element(x, base, _coloured(run, colours[start:end]), size, weight, look)
        x += size * width_of(run, weight)
        start = end
    return elements


def _coloured(run: str, colours: Sequence[str]) -> str:
    """Return the content of a text element: letters of one colour are one span."""
    content, start = "", 0
    for end in range(1, len(run) + 1):
        if end == len(run) or colours[end] != colours[start]:
            text, colour = escape(run[start:end]), colours[start]
            content += f'<tspan fill="{colour}">{text}</tspan>' if colour else text
            start = end
    return content


def _script(character: str) -> str:
    """Return the script of a letter, by its name; "" where it has none of its own."""
    if not character.isalpha():
        return ""
    return unicodedata.name(character, "").partition(" ")[0]


def _pixels(width: int, height: int, body: str, definitions: str = "") -> Rgba:
    import resvg_py
    from PIL import Image

    png = resvg_py.svg_to_bytes(
        svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f"<defs>{definitions}</defs>{body}</svg>",
        skip_system_fonts=True,
        font_files=[font_file()],
    )
    with Image.open(io.BytesIO(png)) as picture:
        return np.array(picture.convert("RGBA"))
