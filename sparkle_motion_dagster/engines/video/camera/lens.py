"""Seeing a picture through a view, and blurring what passes fast: exact to a bit.

Every step works out the same on every kind of CPU. Places in the picture are rounded to 1/64 of a
pixel, so that bilinear interpolation of 8-bit samples is exact in 32-bit floats (8 + 6 + 6 bits),
whatever the order of operations.

Luma is sampled from a picture of twice the size, whose odd rows and columns are interpolated with
the 6-tap filter of H.264 (ITU-T H.264, 8.4.2.2.1): bilinear samples of the picture itself would
be sharp on its pixels and soft between, and a slow move would shimmer.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.video.camera.views import WHOLE, View
from sparkle_motion_dagster.media.frames import Plane, YuvFrame

_GRID = 64
_DECIMALS = 9
_ROWS_AT_ONCE = 120
_HALF_SAMPLE = np.array([1, -5, 20, 20, -5, 1], np.float32) / 32
_SHUTTER = 0.6
"""Share of the time from frame to frame for which the shutter is open: what moves blurs so far."""


_Map: TypeAlias = NDArray[np.float32]
"""Where samples lie along one axis: (rows, columns), or what is summed to that."""


class Picture:
    """A keyframe under the lens. It keeps nothing of a view: several threads may look through it.

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
        # Of four channels, OpenCV takes a sample of each in less time than of two planes in turn.
        blueness, redness = frame.u[strip_rows // 2 :], frame.v[strip_rows // 2 :]
        self._chroma = np.stack([blueness, redness, blueness, redness], axis=-1)
        self._luma_grid = _Grid(np.arange(rows), np.arange(columns), first=0.0, size=2.0)
        # A chroma sample lies on the left column of its 2x2 block, half a row below the upper.
        self._chroma_grid = _Grid(
            np.arange(0, rows, 2) + 0.5, np.arange(0, columns, 2), first=0.5, size=0.5
        )

    def seen(self, view: View) -> YuvFrame:
        """Return the frame that a view shows; the whole picture is the keyframe itself."""
        if view == WHOLE:
            return self.frame
        strip, half = self.strip_rows, self.strip_rows // 2
        y, u, v = (np.empty_like(plane) for plane in self.frame.planes)
        y[:strip], u[:half], v[:half] = (
            self.frame.y[:strip],
            self.frame.u[:half],
            self.frame.v[:half],
        )
        luma, chroma = (
            grid.laid(view, self._shape) for grid in (self._luma_grid, self._chroma_grid)
        )
        luma.sample(self._luma, y[strip:])
        chroma.sample(self._chroma, u[half:], v[half:])
        return YuvFrame(y, u, v)


@dataclass(frozen=True)
class _Places:
    """Where each sample of a frame lies in the plane that is sampled, in its samples.

    Attributes:
        x: Its column: the sum of a number for each column of the frame, (1, columns), and one for
            each row, (rows, 1).
        y: Its row, likewise.
    """

    x: tuple[_Map, _Map]
    y: tuple[_Map, _Map]

    @property
    def is_upright(self) -> bool:
        """Whether all samples of a column lie in one column, and all of a row in one row."""
        return not (self.x[1].any() or self.y[0].any())

    def sample(self, source: Plane, *planes: Plane) -> None:
        """Fill planes with samples of a picture, the first of them with its first channel.

        Args:
            source: A plane, or several as channels of one picture, (rows, columns, channels).
            planes: (rows, columns) of the places.
        """
        import cv2

        channels = [channel for plane in range(len(planes)) for channel in (plane, plane)]
        for rows, x, y in self._bands():
            seen = cv2.remap(source, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            cv2.mixChannels([seen], [plane[rows] for plane in planes], channels)

    def _bands(self) -> Iterator[tuple[slice, _Map, _Map]]:
        """Yield some rows at a time, and the columns and rows at which their samples lie.

        One band is laid where the one before it was: places for all of a frame would be so large
        that the system takes their memory back, and has to clear it again, for every frame. Where
        a view is not turned, the columns are the same in every band.
        """
        height, width = len(self.y[1]), self.x[0].shape[1]
        x, y = np.empty((2, min(_ROWS_AT_ONCE, height), width), np.float32)
        is_upright = self.is_upright
        if is_upright:
            x[:] = self.x[0]
        for top in range(0, height, _ROWS_AT_ONCE):
            rows = slice(top, min(top + _ROWS_AT_ONCE, height))
            count = rows.stop - top
            if is_upright:
                y[:count] = self.y[1][rows]
            else:
                np.add(self.x[0], self.x[1][rows], out=x[:count])
                np.add(self.y[0], self.y[1][rows], out=y[:count])
            yield rows, x[:count], y[:count]


@dataclass(frozen=True)
class _Grid:
    """The samples of a frame's plane, and those of the plane that they are taken from.

    Attributes:
        rows: Where the frame's rows lie, in luma pixels.
        columns: Where its columns lie.
        first: Where the other plane's first row lies in the picture, in luma pixels.
        size: How many samples that plane has for a luma pixel, on a side.
    """

    rows: NDArray[Any]
    columns: NDArray[Any]
    first: float
    size: float

    def laid(self, view: View, shape: tuple[int, int]) -> _Places:
        """Work out the places for a view of a picture of (rows, columns) luma pixels."""
        height, width = shape
        across, upright = self.columns + 0.5 - width / 2, self.rows + 0.5 - height / 2
        angle = math.radians(view.angle)
        cosine, sine = (
            round(view.scale * part, _DECIMALS) for part in (math.cos(angle), math.sin(angle))
        )
        left, top = width * view.x - 0.5, height * view.y - 0.5 - self.first
        size = self.size
        return _Places(
            x=(_across(size * (left + cosine * across)), _down(size * -sine * upright)),
            y=(_across(size * sine * across), _down(size * (top + cosine * upright))),
        )


def _across(places: NDArray[np.float64]) -> _Map:
    return (np.rint(_GRID * places) / _GRID).astype(np.float32)[None]


def _down(places: NDArray[np.float64]) -> _Map:
    return _across(places).T


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
