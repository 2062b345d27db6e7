"""Perceptual hashes of a picture, and of windows of it, by which crops are found.

A hash is imagehash's 64-bit phash: the signs of the lowest frequencies of the picture. It survives
other sizes and codings, and no crop: cutting off a tenth changes 8 bits of it, in the median. So
the hash of each of some windows of the picture is kept too, and a crop of the picture is like one
of them. `docs/similar.md` has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.perceptual_hash import hash_bits
from sparkle_motion_dagster.similar.thumbnails import SIDE, Thumbnail

Hashes: TypeAlias = NDArray[np.uint64]
"""The hashes of a picture's windows: (len(WINDOWS),)."""


@dataclass(frozen=True)
class Window:
    """A part of a picture, in shares of its width and height: where it begins, and its size."""

    left: float
    top: float
    size: float


def _windows() -> tuple[Window, ...]:
    """Return the whole picture, and windows of 93 % and 86 % of each side.

    The smallest has 74 % of the area. They overlap so far that whatever is cut off a picture, down
    to 70 % of its area, one of them is less than 5 % of the picture's sides away.
    """
    windows = []
    for size, steps in ((1.0, 1), (0.93, 2), (0.86, 4)):
        places = np.linspace(0.0, 1.0 - size, steps)
        windows += [Window(float(left), float(top), size) for top in places for left in places]
    return tuple(windows)


WINDOWS: Final = _windows()
"""The windows that are hashed; the first is the whole picture."""


def hashes_of(thumbnail: Thumbnail) -> Hashes:
    """Return the hashes of all windows of a picture."""
    return _phashes(thumbnail, WINDOWS)


def hash_of(thumbnail: Thumbnail) -> int:
    """Return the hash of a whole picture."""
    return int(_phashes(thumbnail, WINDOWS[:1])[0])


def _phashes(thumbnail: Thumbnail, windows: Sequence[Window]) -> Hashes:
    from PIL import Image

    grey = Image.fromarray(thumbnail).convert("L")
    parts = [grey if one.size == 1 else grey.crop(_box(one)) for one in windows]
    signs = np.stack([hash_bits(part) for part in parts])
    return np.packbits(signs, axis=1).view(">u8").astype(np.uint64).reshape(-1)


def _box(window: Window) -> tuple[int, int, int, int]:
    left, top, size = (round(SIDE * share) for share in (window.left, window.top, window.size))
    return left, top, left + size, top + size
