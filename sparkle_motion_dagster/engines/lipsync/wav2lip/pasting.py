"""A moved mouth, pasted over the face that was filmed."""

import functools
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.frames import Plane, YuvFrame

_FEATHER = 0.15
"""Over this share of the face's sides its picture fades into the frame."""

_MIDDLE = (0.4, 0.55)
"""Between these shares of its height, from the top, the filmed face becomes the moved one."""

Mask: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Area:
    """A rectangle of a frame, in pixels; its `bottom` and `right` lie just outside of it."""

    top: int
    bottom: int
    left: int
    right: int


def pasted(
    frame: YuvFrame, picture: NDArray[np.uint8], window: Area, face: Area, share: float
) -> YuvFrame:
    """Return a frame with the lower half of a face from a picture.

    The upper half stays as it was filmed: a lip-sync model sees it, and only repeats it coarser.

    Args:
        frame: The frame as it was filmed.
        picture: RGB, full range, (h, w, 3): the frame's part `window`, with the moved mouth.
        window: Where the picture belongs, all its sides even.
        face: Where the face is; inside `window`.
        share: How much of it is shown, 0 to 1.
    """
    moved = YuvFrame.from_rgb(picture)
    mask = share * _mask(window, face)
    halved = mask.reshape(mask.shape[0] // 2, 2, mask.shape[1] // 2, 2).mean(axis=(1, 3))
    half = Area(window.top // 2, window.bottom // 2, window.left // 2, window.right // 2)
    return YuvFrame(
        _blended(frame.y, moved.y, window, mask),
        _blended(frame.u, moved.u, half, halved),
        _blended(frame.v, moved.v, half, halved),
    )


def _blended(plane: Plane, moved: Plane, place: Area, mask: Mask) -> Plane:
    result = plane.copy()
    rows, columns = slice(place.top, place.bottom), slice(place.left, place.right)
    under = plane[rows, columns].astype(np.float32)
    result[rows, columns] = np.rint(under + mask * (moved - under)).astype(np.uint8)
    return result


@functools.lru_cache(maxsize=8)
def _mask(window: Area, face: Area) -> Mask:
    """Return how much of each pixel of a window is the moved face's, 0 to 1."""
    rows = _across(window.top, window.bottom, face.top, face.bottom)
    columns = _across(window.left, window.right, face.left, face.right)
    begin, end = _MIDDLE
    down = _rise((rows - begin) / (end - begin)) * _rise((1 - rows) / _FEATHER)
    sideways = _rise(columns / _FEATHER) * _rise((1 - columns) / _FEATHER)
    mask: Mask = np.outer(down, sideways).astype(np.float32)
    return mask


def _across(begin: int, end: int, low: int, high: int) -> NDArray[np.float64]:
    """Return where the middles of pixels `begin` to `end` lie between `low` (0) and `high` (1)."""
    return (np.arange(begin, end) + 0.5 - low) / (high - low)


def _rise(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `engines.easing.smoothstep` of many values."""
    values = np.clip(values, 0, 1)
    return np.asarray(values * values * (3 - 2 * values))
