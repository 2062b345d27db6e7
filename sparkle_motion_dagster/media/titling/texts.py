"""Texts over a picture, readable on any: on a plate, or with an outline and a soft shadow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sparkle_motion_dagster.media.titling.rendering import Rgba, rasterised, row_elements, width_of
from sparkle_motion_dagster.media.titling.safe_area import Box, shorter_side, title_safe
from sparkle_motion_dagster.media.titling.setting import (
    ASCENT,
    DESCENT,
    Block,
    Face,
    Row,
    set_text,
)
from sparkle_motion_dagster.units import FrameSize

_LOWER_THIRD = Face(0.05, 0.034, most_rows=3, below=0.72)
_HEADLINE = Face(0.056, 0.036, most_rows=3, below=0.72)
_CENTRED = Face(0.085, 0.042, most_rows=5, below=0.6, gap=0.1)

_CAPTION = 0.052
"""Size of captions, as a share of the frame's shorter side, where their rows have room: in 16:9 one
of 42 columns of the usual letters fills less than three quarters of the width."""

_CAPTION_WEIGHT = 500

_LIT = "#ffd34d"

_PLATE_BOTTOM = 0.79
"""Where a lower third ends, as a share of the height: two rows of captions lie below."""

_PLATE_WIDEST = 0.62
"""The share of the width that a lower third takes, where the frame is wide."""

_SLANT = 0.2
"""How far letters in italics lean to the right, as a share of their height. They are leaned here:
the font's own italics have no Devanagari."""

_UPRIGHT_AT = 0.35
"""What of such letters stays in its place, above the base line, as a share of the font's size: half
the height of small letters, so that rows stay in the middle."""

_INK = "#ffffff"
_SHADOW = 0.1
"""How far a shadow reaches, as a share of the font's size: three deviations of its blur."""


@dataclass(frozen=True)
class Drawing:
    """What is drawn over a picture, as SVG."""

    size: FrameSize
    body: str
    definitions: str = ""

    def pixels(self) -> Rgba:
        """Render it."""
        return rasterised(self.size, self.body, self.definitions)


def lower_third(text: str, size: FrameSize) -> Drawing:
    """Return a text on a plate on the left, above where captions are.

    Raises:
        TextTooLongError: It has no room.
    """
    side, safe = shorter_side(size), title_safe(size)
    bottom = _PLATE_BOTTOM * size.height
    bar, padding = 0.008 * side, 0.022 * side
    share = _PLATE_WIDEST if size.width > size.height else 1.0
    room = min(safe.width, share * size.width) - bar - 2 * padding
    block = set_text(text, _LOWER_THIRD, room, (bottom - safe.top) / 3, side)
    width, height = block.width + bar + 2 * padding, block.height + 1.4 * padding
    top = bottom - height
    plate = (
        f'<rect x="{safe.left:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" '
        f'fill="#0e1216" fill-opacity="0.74"/><rect x="{safe.left:.2f}" y="{top:.2f}" '
        f'width="{bar:.2f}" height="{height:.2f}" fill="{_LIT}"/>'
    )
    rows = _rows(block, safe.left + bar + padding, top + 0.7 * padding, f'fill="{_INK}"')
    return Drawing(size, plate + rows)


def headline(text: str, size: FrameSize) -> Drawing:
    """Return a text in the middle of the width, at the upper edge.

    Raises:
        TextTooLongError: It has no room.
    """
    side = shorter_side(size)
    box = _shadowed(size, _HEADLINE)
    block = set_text(text, _HEADLINE, box.width, box.height / 3, side)
    return _outlined(block, replace(box, bottom=box.top + block.height), size)


def centred(text: str, size: FrameSize) -> Drawing:
    """Return a text in the middle of the picture.

    Raises:
        TextTooLongError: It has no room.
    """
    box = _shadowed(size, _CENTRED)
    block = set_text(text, _CENTRED, box.width, box.height / 2, shorter_side(size))
    return _outlined(block, box, size)


def caption(
    rows: Sequence[str],
    size: FrameSize,
    lit: tuple[int, int, int] | None = None,
    *,
    italic: bool = False,
) -> Drawing:
    """Return a caption at the lower edge: its rows as they are, small enough for the safe area.

    Args:
        rows: What it says.
        size: The frame's.
        lit: The row, and the first letter in it and the one behind the last, that are lit.
        italic: Whether it is in italics.
    """
    slant = _SLANT if italic else 0.0
    side = shorter_side(size)
    box = title_safe(size).inset(_SHADOW * _CAPTION * side)
    widths = [width_of(row, _CAPTION_WEIGHT) for row in rows]
    font = min(_CAPTION * side, box.width / (max(widths) + slant * (ASCENT + DESCENT)))
    block = Block(
        tuple(
            Row(row, font, _CAPTION_WEIGHT, font * width)
            for row, width in zip(rows, widths, strict=True)
        )
    )
    lower = replace(box, top=box.bottom - block.height)
    return _outlined(block, lower, size, lit, slant)


def _shadowed(size: FrameSize, face: Face) -> Box:
    """Return where letters may lie whose shadows stay inside the safe area."""
    return title_safe(size).inset(_SHADOW * face.largest * shorter_side(size))


def _rows(block: Block, left: float, top: float, look: str) -> str:
    return "".join(
        row_elements(left, base, [(row.text, "")], row.size, row.weight, look)
        for row, base in zip(block.rows, block.bases(top), strict=True)
    )


def _leaning(slant: float, middle: float) -> str:
    """Return the attribute of a text that leans: what lies at a row of pixels stays there."""
    if not slant:
        return ""
    return f' transform="matrix(1 0 {-slant:.2f} 1 {slant * middle:.2f} 0)"'


def _outlined(
    block: Block,
    box: Box,
    size: FrameSize,
    lit: tuple[int, int, int] | None = None,
    slant: float = 0.0,
) -> Drawing:
    """Return rows in the middle of a box, white, with a dark outline and a soft shadow."""
    top = box.top + (box.height - block.height) / 2
    shadow, letters = "", ""
    for number, (row, base) in enumerate(zip(block.rows, block.bases(top), strict=True)):
        left = box.left + (box.width - row.width) / 2
        edge = (
            f'stroke="#000000" stroke-width="{0.1 * row.size:.2f}" stroke-linejoin="round" '
            f'paint-order="stroke"{_leaning(slant, base - _UPRIGHT_AT * row.size)}'
        )
        spans = [(row.text, "")]
        if lit is not None and lit[0] == number:
            _, first, end = lit
            spans = [(row.text[:first], ""), (row.text[first:end], _LIT), (row.text[end:], "")]
        shadow += row_elements(left, base, [(row.text, "")], row.size, row.weight, edge)
        letters += row_elements(
            left,
            base,
            spans,
            row.size,
            row.weight,
            f'fill="{_INK}" stroke-opacity="0.82" {edge}',
        )
    size_of_font = block.rows[0].size
    deviation = (_SHADOW - 0.05) / 3 * size_of_font
    # As small as can be: each pixel of it is blurred.
    left, width = box.left - size_of_font, box.width + 2 * size_of_font
    blur = (
        f'<filter id="soft" filterUnits="userSpaceOnUse" x="{left:.2f}" y="{top:.2f}" '
        f'width="{width:.2f}" height="{block.height + size_of_font:.2f}">'
        f'<feGaussianBlur stdDeviation="{deviation:.2f}"/></filter>'
    )
    body = f'<g filter="url(#soft)" opacity="0.6">{shadow}</g>{letters}'
    return Drawing(size, body, blur)
