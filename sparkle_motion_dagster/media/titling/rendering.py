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

_MEASURED_AT = 48
"""Size of the font, in pixels, in which text is measured."""

_MARK = "|"
"""Belongs to every script, and has ink at its end."""

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
    """Return how far a row moves on, as a share of the font's size."""
    return sum(widths(tuple(runs(row)), weight))


@lru_cache(maxsize=1024)
def widths(texts: tuple[str, ...], weight: int) -> tuple[float, ...]:
    """Return how far texts of one script each move on, as shares of the font's size.

    They are drawn for it, with a mark behind them: a letter's ink ends before its width does.
    """
    size = _MEASURED_AT
    pitch = 2 * size
    marked = [escape(text + _MARK) for text in (*texts, "")]
    body = "".join(
        text_element(0, pitch * number + 1.4 * size, text, size, weight, 'fill="#fff"')
        for number, text in enumerate(marked)
    )
    longest = max(map(len, marked))
    drawn = _pixels(round(_WIDEST * size * longest), pitch * len(marked), body)
    lines = drawn[..., 3].reshape(len(marked), pitch, -1)
    *ends, mark = (int(np.flatnonzero(line.any(axis=0))[-1]) for line in lines)
    return tuple((end - mark) / size for end in ends)


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
