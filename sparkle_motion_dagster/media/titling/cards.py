"""Cards: a text on a ground of its own."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.pictures import open_picture
from sparkle_motion_dagster.media.titling.rendering import rasterised, row_elements
from sparkle_motion_dagster.media.titling.safe_area import Box, inked, shorter_side, title_safe
from sparkle_motion_dagster.media.titling.setting import Face, set_text
from sparkle_motion_dagster.units import FrameSize

Rgb = NDArray[np.uint8]

_FACE = Face(0.105, 0.042, most_rows=24, below=0.5, gap=0.3)

_MARGIN = 0.04
"""What a card leaves free inside the safe area, as a share of the frame's shorter side."""


@dataclass(frozen=True)
class Colours:
    """The colours of a card, such as ``#ffffff``.

    Attributes:
        ink: Its letters'.
        ground: What they stand on, where that is no picture.
        rule: The line's below them; None: there is none.
    """

    ink: str
    ground: str = "#000000"
    rule: str | None = None


BLACK = Colours("#f4f1ea")
PAPER = Colours("#24211d", "#efe9dc", "#a8552f")
ON_PICTURE = Colours("#ffffff")

_BLUR = 0.03
"""Deviation of the blur of a picture under a text, as a share of the frame's shorter side."""

_DARKENED = 0.45
"""How bright such a picture stays."""


@dataclass(frozen=True, eq=False)
class Painted:
    """A card, (rows, columns, 3), and where its letters are; None: there are none."""

    picture: Rgb
    ink: Box | None


def card(text: str, size: FrameSize, colours: Colours, picture: Path | None = None) -> Painted:
    """Paint a card.

    Args:
        text: What it says; what follows the first line break is set smaller.
        size: The frame's.
        colours: Its colours.
        picture: What it stands on, of the frame's size; None: on its ground.

    Raises:
        TextTooLongError: The text has no room.
        MediaError: The picture cannot be read, or has another size.
    """
    ground = _plain(colours, size) if picture is None else _blurred(picture, size)
    letters = rasterised(size, lettering(text, size, colours)).astype(np.int32)
    alpha, ink = letters[..., 3:], letters[..., :3]
    painted = ((ground.astype(np.int32) * (255 - alpha) + ink * alpha + 127) // 255).astype(
        np.uint8
    )
    return Painted(painted, inked(letters[..., 3].astype(np.uint8)))


def lettering(text: str, size: FrameSize, colours: Colours) -> str:
    """Return the SVG of a card's text.

    Raises:
        TextTooLongError: It has no room.
    """
    side = shorter_side(size)
    box = title_safe(size).inset(_MARGIN * side)
    block = set_text(text, _FACE, box.width, box.height, side)
    top = box.top + (box.height - block.height) / 2
    body = "".join(
        row_elements(
            box.left + (box.width - row.width) / 2,
            base,
            [(row.text, "")],
            row.size,
            row.weight,
            f'fill="{colours.ink}"',
        )
        for row, base in zip(block.rows, block.bases(top), strict=True)
    )
    if colours.rule:
        width, middle = 0.16 * side, size.width / 2
        under = min(top + block.height + 0.03 * side, box.bottom)
        body += (
            f'<rect x="{middle - width / 2:.2f}" y="{under:.2f}" width="{width:.2f}" '
            f'height="{0.006 * side:.2f}" fill="{colours.rule}"/>'
        )
    return body


def _plain(colours: Colours, size: FrameSize) -> Rgb:
    colour = bytes.fromhex(colours.ground.removeprefix("#"))
    return np.broadcast_to(np.frombuffer(colour, np.uint8), (size.height, size.width, 3))


def _blurred(path: Path, size: FrameSize) -> Rgb:
    """Return a picture blurred and darkened, so that any text is read on it."""
    import cv2

    picture = open_picture(path)
    if picture.size != (size.width, size.height):
        raise MediaError(f"{path} is {picture.width}x{picture.height}, but the film is {size}")
    rgb = np.asarray(picture.convert("RGB"))
    # Of bytes, OpenCV blurs in fixed point: the same everywhere.
    blurred = cv2.GaussianBlur(rgb, (0, 0), _BLUR * shorter_side(size))
    darkened = (blurred.astype(np.uint32) * round(256 * _DARKENED) + 128) >> 8
    return darkened.astype(np.uint8)
