"""A moved mouth, pasted over the face that was filmed."""

import functools
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.lipsync.wav2lip.detail import resized, with_detail
from sparkle_motion_dagster.media.frames import Plane, YuvFrame

_FEATHER = 0.15
"""Over this share of the face's sides its picture fades into the frame."""

_MIDDLE = (0.4, 0.55)
"""Between these shares of its height, from the top, the filmed face becomes the moved one."""

Mask: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Area:
    """A rectangle of a frame, in pixels; its `bottom` and `right` lie just outside of it.

    All its sides are even: colours come in blocks of two by two pixels.
    """

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """How many rows it has."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self.right - self.left

    @property
    def of_luma(self) -> tuple[slice, slice]:
        """Its part of a frame's luma."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def of_chroma(self) -> tuple[slice, slice]:
        """Its part of a frame's colour planes."""
        return (
            slice(self.top // 2, self.bottom // 2),
            slice(self.left // 2, self.right // 2),
        )


def pasted(frame: YuvFrame, made: NDArray[np.uint8], face: Area, share: float) -> YuvFrame:
    """Return a frame with the lower half of a face that Wav2Lip made, at the size it has there.

    The upper half stays as it was filmed: a lip-sync model sees it, and only repeats it coarser.

    Args:
        frame: The frame as it was filmed.
        made: RGB, full range, (96, 96, 3): the face, with the moved mouth.
        face: Where the face is.
        share: How much of it is shown, 0 to 1.
    """
    larger = resized(made.astype(np.float32), face.height, face.width)
    moved = YuvFrame.from_rgb(np.asarray(np.clip(np.rint(larger), 0, 255), np.uint8))
    luma = with_detail(frame.y[face.of_luma], YuvFrame.from_rgb(made).y)
    mask = share * _mask(face.height, face.width)
    halved = mask.reshape(face.height // 2, 2, face.width // 2, 2).mean(axis=(1, 3))
    return YuvFrame(
        _blended(frame.y, luma, face.of_luma, mask),
        _blended(frame.u, moved.u, face.of_chroma, halved),
        _blended(frame.v, moved.v, face.of_chroma, halved),
    )


def _blended(plane: Plane, moved: Plane, part: tuple[slice, slice], mask: Mask) -> Plane:
    result = plane.copy()
    under = plane[part].astype(np.float32)
    result[part] = np.rint(under + mask * (moved - under)).astype(np.uint8)
    return result


@functools.lru_cache(maxsize=8)
def _mask(height: int, width: int) -> Mask:
    """Return how much of each pixel of a face is the moved one's, 0 to 1."""
    rows, columns = ((np.arange(side) + 0.5) / side for side in (height, width))
    begin, end = _MIDDLE
    down = _rise((rows - begin) / (end - begin)) * _rise((1 - rows) / _FEATHER)
    sideways = _rise(columns / _FEATHER) * _rise((1 - columns) / _FEATHER)
    mask: Mask = np.outer(down, sideways).astype(np.float32)
    return mask


def _rise(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `engines.easing.smoothstep` of many values."""
    values = np.clip(values, 0, 1)
    return np.asarray(values * values * (3 - 2 * values))
