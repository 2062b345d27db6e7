"""Seeing a picture through a view, and blurring what passes fast: exact to a bit.

Every step works out the same on every kind of CPU. Places in the picture are rounded to 1/64 of a
pixel, so that bilinear interpolation of 8-bit samples is exact in 32-bit floats (8 + 6 + 6 bits),
whatever the order of operations.

Luma is sampled from a picture of twice the size, whose odd rows and columns are interpolated with
the 6-tap filter of H.264 (ITU-T H.264, 8.4.2.2.1): bilinear samples of the picture itself would
be sharp on its pixels and soft between, and a slow move would shimmer.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.video.camera.views import WHOLE, View
from sparkle_motion_dagster.media.frames import Plane, YuvFrame

_GRID = 64
_DECIMALS = 9
_HALF_SAMPLE = np.array([1, -5, 20, 20, -5, 1], np.float32) / 32
_SHUTTER = 0.6
"""Share of the time from frame to frame for which the shutter is open: what moves blurs so far."""


class Picture:
    """A keyframe under the lens.

    It keeps the memory in which places are worked out, so that a frame costs no new one.

    Attributes:
        frame: The keyframe.
        strip_rows: Rows at its upper edge that no view moves; even.
    """

    def __init__(self, frame: YuvFrame, strip_rows: int) -> None:
        self.frame, self.strip_rows = frame, strip_rows
        rows, columns = frame.shape
        rows -= strip_rows
        self._shape = rows, columns
        self._luma = _doubled(frame.y[strip_rows:])
        self._luma_grid = _Grid(np.arange(rows), np.arange(columns), first=0.0, size=2.0)
        # A chroma sample lies on the left column of its 2x2 block, half a row below the upper.
        self._chroma_grid = _Grid(
            np.arange(0, rows, 2) + 0.5, np.arange(0, columns, 2), first=0.5, size=0.5
        )

    def seen(self, view: View) -> YuvFrame:
        """Return the frame that a view shows; the whole picture is the keyframe itself."""
        if view == WHOLE:
            return self.frame
        self._luma_grid.lay(view, self._shape)
        self._chroma_grid.lay(view, self._shape)
        strip, half = self.strip_rows, self.strip_rows // 2
        y, u, v = (np.empty_like(plane) for plane in self.frame.planes)
        y[:strip], u[:half], v[:half] = (
            self.frame.y[:strip],
            self.frame.u[:half],
            self.frame.v[:half],
        )
        self._luma_grid.sample(self._luma, y[strip:])
        self._chroma_grid.sample(self.frame.u[half:], u[half:])
        self._chroma_grid.sample(self.frame.v[half:], v[half:])
        return YuvFrame(y, u, v)


class _Grid:
    """Where each sample of a frame lies in the plane that is sampled.

    Args:
        rows: Where its rows lie in the frame, in luma pixels.
        columns: Where its columns lie.
        first: Where the plane's first row lies in the picture, in luma pixels.
        size: How many samples the plane has for a luma pixel, on a side.
    """

    def __init__(
        self, rows: NDArray[Any], columns: NDArray[Any], *, first: float, size: float
    ) -> None:
        self._rows, self._columns, self._first, self._size = rows, columns, first, size
        shape = len(rows), len(columns)
        self._x, self._y = np.empty(shape, np.float32), np.empty(shape, np.float32)

    def lay(self, view: View, shape: tuple[int, int]) -> None:
        """Work out the places for a view of a picture of (rows, columns) luma pixels."""
        height, width = shape
        across, upright = self._columns + 0.5 - width / 2, self._rows + 0.5 - height / 2
        angle = math.radians(view.angle)
        cosine, sine = (
            round(view.scale * part, _DECIMALS) for part in (math.cos(angle), math.sin(angle))
        )
        left, top = width * view.x - 0.5, height * view.y - 0.5 - self._first
        size = self._size
        np.add(_on_grid(size * (left + cosine * across)), _down(size * -sine * upright), self._x)
        np.add(_on_grid(size * sine * across), _down(size * (top + cosine * upright)), self._y)

    def sample(self, plane: Plane, output: Plane) -> None:
        """Fill `output` with the samples of a plane at the places."""
        import cv2

        cv2.remap(
            plane, self._x, self._y, cv2.INTER_LINEAR, dst=output, borderMode=cv2.BORDER_REPLICATE
        )


def _on_grid(places: NDArray[np.float64]) -> NDArray[np.float32]:
    return (np.rint(_GRID * places) / _GRID).astype(np.float32)


def _down(places: NDArray[np.float64]) -> NDArray[np.float32]:
    return _on_grid(places)[:, None]


def swept(frame: YuvFrame, strip_rows: int, step: tuple[float, float]) -> YuvFrame:
    """Blur what lies below the strip along the way it moves from frame to frame.

    Args:
        frame: The frame.
        strip_rows: Rows at the upper edge that do not move.
        step: How far it moves in a frame, in pixels: right, down.
    """
    import cv2

    across, upright = (abs(way) * _SHUTTER for way in step)
    size = (_odd(across), 1) if across >= upright else (1, _odd(upright))
    if size == (1, 1):
        return frame
    planes = []
    for plane, shrunk in zip(frame.planes, (1, 2, 2), strict=True):
        below = strip_rows // shrunk
        window = tuple(_odd(length / shrunk) for length in size)
        blurred = plane.copy()
        blurred[below:] = cv2.blur(plane[below:], window, borderType=cv2.BORDER_REPLICATE)
        planes.append(blurred)
    return YuvFrame(*planes)


def _odd(length: float) -> int:
    """Return the odd number next to a length, at least 1."""
    return max(2 * math.floor(length / 2) + 1, 1)


def _doubled(plane: Plane) -> Plane:
    """Return a plane twice as large: every sample where it was, and those halfway between."""
    import cv2

    rows, columns = plane.shape
    only = np.ones(1, np.float32)
    wide = np.empty((rows, 2 * columns), np.uint8)
    wide[:, ::2] = plane
    wide[:, 1::2] = cv2.sepFilter2D(
        plane, cv2.CV_8U, _HALF_SAMPLE, only, anchor=(2, 0), borderType=cv2.BORDER_REPLICATE
    )
    large = np.empty((2 * rows, 2 * columns), np.uint8)
    large[::2] = wide
    large[1::2] = cv2.sepFilter2D(
        wide, cv2.CV_8U, only, _HALF_SAMPLE, anchor=(0, 2), borderType=cv2.BORDER_REPLICATE
    )
    return large
