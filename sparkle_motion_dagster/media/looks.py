"""Looks: tables that the colours of frames are taken through.

A look is applied to the film's own values: BT.709, non-linear, as a screen is sent them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.frames import (
    Plane,
    YuvFrame,
    chroma_plane,
    colours,
    components,
    luma_plane,
)

_LUMA_FLOOR, _LUMA_CEILING = 16, 235
_CHROMA_FLOOR, _CHROMA_CEILING = 16, 240

Points: TypeAlias = NDArray[np.floating[Any]]
Places: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Look:
    """A look-up table.

    Attributes:
        table: Colours (0 to 1): of a three-dimensional table (blue, green, red, 3), of a
            one-dimensional one (points, 3), each column for its own channel.
        low: What its first points stand for, by channel.
        high: What its last points stand for.
    """

    table: Points
    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def colours(self, rgb: Points) -> Points:
        """Return what becomes of colours (points, 3), from 0 to 1.

        Between points of a three-dimensional table colours are interpolated in the tetrahedron of
        four that they lie in: what has no colour stays on the table's grey axis.
        """
        last = self.table.shape[0] - 1
        cells, shares = [], []
        for channel in range(3):
            low, high = self.low[channel], self.high[channel]
            place = np.clip((rgb[:, channel] - low) / (high - low), 0, 1) * last
            cells.append(np.minimum(place.astype(np.intp), last - 1))
            shares.append(place - cells[-1])
        interpolated = _linear if self.table.ndim == 2 else _tetrahedral
        return interpolated(self.table, cells, shares)

    def graded(self, frame: YuvFrame) -> YuvFrame:
        """Return a frame whose colours went through the look.

        Every colour that 8 bits can have is looked up once; frames then take theirs from there.
        A luma sample goes with the chroma beside it, a chroma sample with the luma of its pixels.
        """
        lumas, blues, reds = self._all_colours
        y = np.clip(frame.y, _LUMA_FLOOR, _LUMA_CEILING) - _LUMA_FLOOR
        u, v = (
            np.clip(plane, _CHROMA_FLOOR, _CHROMA_CEILING) - _CHROMA_FLOOR
            for plane in (frame.u, frame.v)
        )
        place = _place(y, _doubled(u), _doubled(v))
        small = _place(_halved(y), u, v)
        return YuvFrame(lumas[place], blues[small], reds[small])

    @cached_property
    def _all_colours(self) -> tuple[Plane, Plane, Plane]:
        """What becomes of each luma, blue and red difference, one behind the other."""
        count = _CHROMA_CEILING - _CHROMA_FLOOR + 1
        differences = (np.arange(count) + _CHROMA_FLOOR - 128) / 224
        blueness, redness = (
            plane.reshape(-1) for plane in np.meshgrid(differences, differences, indexing="ij")
        )
        tables: tuple[list[Plane], ...] = ([], [], [])
        for level in range(_LUMA_CEILING - _LUMA_FLOOR + 1):
            luma = np.full_like(blueness, level / (_LUMA_CEILING - _LUMA_FLOOR))
            rgb = np.clip(np.stack(colours(luma, blueness, redness), axis=1), 0, 1)
            for table, plane in zip(tables, _levels(self.colours(rgb)), strict=True):
                table.append(plane)
        y, u, v = (np.concatenate(table) for table in tables)
        return y, u, v


def _levels(rgb: Points) -> tuple[Plane, Plane, Plane]:
    """Return colours from 0 to 1 (points, 3) as levels of luma and of both differences."""
    red, green, blue = (np.clip(rgb[:, channel], 0, 1) for channel in range(3))
    luma, blueness, redness = components(red, green, blue)
    return luma_plane(luma), chroma_plane(blueness), chroma_plane(redness)


def _place(y: Plane, u: Plane, v: Plane) -> NDArray[np.int32]:
    count = _CHROMA_CEILING - _CHROMA_FLOOR + 1
    return (y.astype(np.int32) * count + u) * count + v


def _halved(y: Plane) -> Plane:
    """Return the mean luma of each two by two pixels."""
    wide = y.astype(np.uint16)
    four = wide[::2, ::2] + wide[::2, 1::2] + wide[1::2, ::2] + wide[1::2, 1::2]
    return ((four + 2) // 4).astype(np.uint8)


def _doubled(plane: Plane) -> Plane:
    """Return the chroma of each pixel: that of its two by two, or half of it the next one's.

    Chroma lies on the left column of its pixels, between their two rows (see `frames`).
    """
    wide = plane.astype(np.uint16)
    rows, columns = plane.shape
    across = np.empty((rows, 2 * columns), np.uint16)
    across[:, ::2] = 4 * wide
    across[:, 1::2] = 2 * (wide + np.concatenate([wide[:, 1:], wide[:, -1:]], axis=1))
    above = np.concatenate([across[:1], across[:-1]])
    below = np.concatenate([across[1:], across[-1:]])
    doubled = np.empty((2 * rows, 2 * columns), np.uint8)
    doubled[::2] = (3 * across + above + 8) // 16
    doubled[1::2] = (3 * across + below + 8) // 16
    return doubled


def _linear(table: Points, cells: Sequence[Places], shares: Sequence[Points]) -> Points:
    found = []
    for channel, (cell, share) in enumerate(zip(cells, shares, strict=True)):
        first, second = table[cell, channel], table[cell + 1, channel]
        found.append(first + share * (second - first))
    return np.stack(found, axis=1)


def _tetrahedral(table: Points, cells: Sequence[Places], shares: Sequence[Points]) -> Points:
    """Interpolate in one of the six tetrahedra along a cell's grey axis.

    Their corners are the cell's first one, the next one along the channel whose share is largest,
    the one before the last along the channel whose share is smallest, and the last one.
    """
    side = table.shape[0]
    points = table.reshape(-1, 3)
    (red, green, blue), steps = shares, (1, side, side * side)
    lower, higher = np.minimum(red, green), np.maximum(red, green)
    largest, smallest = np.maximum(higher, blue), np.minimum(lower, blue)
    middle = np.maximum(lower, np.minimum(higher, blue))
    first = cells[0] + side * (cells[1] + side * cells[2])
    last = first + sum(steps)
    second = first + np.select([largest == red, largest == green], steps[:2], steps[2])
    third = last - np.select([smallest == red, smallest == green], steps[:2], steps[2])
    found: Points = (1 - largest)[:, None] * points.take(first, axis=0)
    found += (largest - middle)[:, None] * points.take(second, axis=0)
    found += (middle - smallest)[:, None] * points.take(third, axis=0)
    found += smallest[:, None] * points.take(last, axis=0)
    return found
