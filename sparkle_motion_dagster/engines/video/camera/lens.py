"""Seeing a picture through a view, and blurring what passes fast: exact to a bit.

Every step works out the same on every kind of CPU. Views that are not turned are sampled in fixed
point (`even_steps`), nearly all of them; of the others, places in the picture are rounded to 1/64
of a sample, so that bilinear interpolation of 8-bit samples is exact in 32-bit floats (8 + 6 + 6
bits), whatever the order of operations.

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

from sparkle_motion_dagster.engines.video.camera.even_steps import MARGIN, Resizing, Steps, resizing
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
        shape, half = (rows, columns), strip_rows // 2
        luma = _Grid(shape, np.arange(rows), np.arange(columns), first=0.0, size=2.0)
        # A chroma sample lies on the left column of its 2x2 block, half a row below the upper.
        chroma = _Grid(
            shape, np.arange(0, rows, 2) + 0.5, np.arange(0, columns, 2), first=0.5, size=0.5
        )
        self._luma = _Planes(luma, _doubled(frame.y[strip_rows:]))
        self._chroma = _Planes(chroma, frame.u[half:], frame.v[half:])

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
        self._luma.sample(view, y[strip:])
        self._chroma.sample(view, u[half:], v[half:])
        return YuvFrame(y, u, v)


class _Planes:
    """Planes that are sampled at the same places: luma alone, or both of chroma."""

    def __init__(self, grid: "_Grid", *planes: Plane) -> None:
        import cv2

        self._grid = grid
        self._framed: list[Plane] = [
            np.asarray(cv2.copyMakeBorder(plane, *4 * (MARGIN,), cv2.BORDER_REPLICATE), np.uint8)
            for plane in planes
        ]
        inner = [plane[MARGIN:-MARGIN, MARGIN:-MARGIN] for plane in self._framed]
        # Of four channels, OpenCV takes a sample of each in less time than of two planes in turn.
        self._joined = inner[0] if len(inner) == 1 else np.stack(2 * inner, axis=-1)

    def sample(self, view: View, *planes: Plane) -> None:
        """Fill planes with what a view shows of these."""
        way = None if view.angle else self._grid.resizing(view)
        if way is None:
            self._grid.laid(view).sample(self._joined, *planes)
            return
        for framed, plane in zip(self._framed, planes, strict=True):
            plane[:] = way.sampled(framed)


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

    def sample(self, source: Plane, *planes: Plane) -> None:
        """Fill planes with samples of a picture, the first of them with its first channel.

        Args:
            source: A plane, or several as channels of one picture, (rows, columns, channels).
            planes: (rows, columns) of the places.
        """
        import cv2

        for rows, x, y in self._bands():
            seen = cv2.remap(source, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for plane, channel in zip(planes, cv2.split(seen), strict=False):
                plane[rows] = channel

    def _bands(self) -> Iterator[tuple[slice, _Map, _Map]]:
        """Yield some rows at a time, and the columns and rows at which their samples lie.

        One band is laid where the one before it was: places for all of a frame would be so large
        that the system takes their memory back, and has to clear it again, for every frame.
        """
        height, width = len(self.y[1]), self.x[0].shape[1]
        x, y = np.empty((2, min(_ROWS_AT_ONCE, height), width), np.float32)
        for top in range(0, height, _ROWS_AT_ONCE):
            rows = slice(top, min(top + _ROWS_AT_ONCE, height))
            count = rows.stop - top
            np.add(self.x[0], self.x[1][rows], out=x[:count])
            np.add(self.y[0], self.y[1][rows], out=y[:count])
            yield rows, x[:count], y[:count]


@dataclass(frozen=True)
class _Grid:
    """The samples of a frame's plane, and those of the plane that they are taken from.

    Attributes:
        shape: Of the picture, (rows, columns) of luma pixels.
        rows: Where the frame's rows lie, in luma pixels.
        columns: Where its columns lie.
        first: Where the other plane's first row lies in the picture, in luma pixels.
        size: How many samples that plane has for a luma pixel, on a side.
    """

    shape: tuple[int, int]
    rows: NDArray[Any]
    columns: NDArray[Any]
    first: float
    size: float

    def resizing(self, view: View) -> Resizing | None:
        """Return how a view is seen that is not turned; None where it is seen place by place."""
        sides = zip(self._middle(view), self._from_middle(), self.shape[::-1], strict=True)
        scale = self.size * view.scale
        across, down = (
            Steps(
                self.size * middle + scale * places[0],
                scale * (places[1] - places[0]),
                len(places),
                round(self.size * pixels),
            )
            for middle, places, pixels in sides
        )
        return resizing(down, across)

    def laid(self, view: View) -> _Places:
        """Work out the place of each sample for a view."""
        across, down = self._from_middle()
        left, top = self._middle(view)
        angle = math.radians(view.angle)
        cosine, sine = (
            round(view.scale * part, _DECIMALS) for part in (math.cos(angle), math.sin(angle))
        )
        size = self.size
        return _Places(
            x=(_across(size * (left + cosine * across)), _down(size * -sine * down)),
            y=(_across(size * sine * across), _down(size * (top + cosine * down))),
        )

    def _from_middle(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return how far columns and rows lie from the picture's middle, in luma pixels."""
        height, width = self.shape
        return self.columns + 0.5 - width / 2, self.rows + 0.5 - height / 2

    def _middle(self, view: View) -> tuple[float, float]:
        """Return where a view's middle lies: column and row, counted as the other plane's are."""
        height, width = self.shape
        return width * view.x - 0.5, height * view.y - 0.5 - self.first


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
