"""A part of a frame, and the face's own places in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Axes
from sparkle_motion_dagster.engines.lipsync.real_faces.fields import Grid, Vectors
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.media.frames import Plane, YuvFrame, halve_chroma

_FINER = 4
"""A field's nodes are that much closer when it is laid over the pixels."""

Samples = NDArray[np.float32]
"""A plane's samples, or shares of its pixels, (rows, columns)."""


@dataclass(frozen=True, eq=False)
class Region:
    """A part of a frame; its sides are even.

    Attributes:
        axes: Where the face is in the frame.
        rows: The part's rows.
        columns: The part's columns.
    """

    axes: Axes
    rows: slice
    columns: slice

    @classmethod
    def around(cls, axes: Axes, places: Points, shape: tuple[int, int]) -> Region | None:
        """Return the part of a frame around some of a face's places, (n, 2), if there is any."""
        seen = axes.in_picture(places)
        spans = []
        for low, high, most in zip(seen.min(axis=0), seen.max(axis=0), shape[::-1], strict=True):
            first = max(0, int(np.floor(low)) // 2 * 2)
            last = min(most, -(-int(np.ceil(high)) // 2) * 2)
            if last - first < 4:
                return None
            spans.append(slice(first, last))
        return cls(axes, rows=spans[1], columns=spans[0])

    @cached_property
    def places(self) -> Points:
        """The face's places of the middles of the pixels, (rows, columns, 2)."""
        x = np.arange(self.columns.start, self.columns.stop) + 0.5
        y = np.arange(self.rows.start, self.rows.stop) + 0.5
        return self.axes.of_face(np.stack(np.meshgrid(x, y), axis=-1))

    def sources(self, grid: Grid, field: Vectors) -> Samples:
        """Return for each pixel where in the frame its sample lies, (rows, columns, 2)."""
        import cv2

        axes, rows, columns = self.axes, *field.shape[:2]
        offsets = axes.height * (field[..., :1] * axes.across + field[..., 1:] * axes.down)
        fine = cv2.resize(
            offsets.astype(np.float32),
            (columns * _FINER, rows * _FINER),
            interpolation=cv2.INTER_CUBIC,
        )
        across, down = self._sides
        corner = axes.of_face(np.array([self.columns.start + 0.5, self.rows.start + 0.5]))
        turn = np.stack([axes.across, axes.down]) * (_FINER / (grid.step * axes.height))
        start = _FINER * ((corner - (grid.left, grid.top)) / grid.step + 0.5) - 0.5
        moved = cv2.warpAffine(
            fine,
            np.column_stack([turn, start]),
            (across, down),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
        moved[..., 0] += np.arange(self.columns.start, self.columns.stop, dtype=np.float32)
        moved[..., 1] += np.arange(self.rows.start, self.rows.stop, dtype=np.float32)[:, None]
        return np.asarray(moved)

    def cover(self, outline: Points, supersampling: int) -> Samples:
        """Return how much of each pixel lies in an outline of the face's places, 0 to 1."""
        import cv2

        across, down = self._sides
        fine = np.zeros((down * supersampling, across * supersampling), np.uint8)
        seen = self.axes.in_picture(outline) - (self.columns.start, self.rows.start)
        corners = np.rint((seen * supersampling - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(fine, [corners], 255, shift=4)
        covered = cv2.resize(fine, (across, down), interpolation=cv2.INTER_AREA)
        return np.asarray(covered, np.float32) / np.float32(255)

    @property
    def parts(self) -> tuple[tuple[slice, slice], ...]:
        """Rows and columns of the part in each of a frame's planes."""
        half = tuple(slice(span.start // 2, span.stop // 2) for span in (self.rows, self.columns))
        return (self.rows, self.columns), (half[0], half[1]), (half[0], half[1])

    def inside(self, other: Region) -> tuple[tuple[slice, slice], ...]:
        """Return where the part lies in each plane of another one that holds it."""
        moved = Region(
            self.axes, _shifted(self.rows, other.rows), _shifted(self.columns, other.columns)
        )
        return moved.parts

    @property
    def _sides(self) -> tuple[int, int]:
        return self.columns.stop - self.columns.start, self.rows.stop - self.rows.start


def _shifted(span: slice, other: slice) -> slice:
    return slice(span.start - other.start, span.stop - other.start)


def by_plane(samples: Samples) -> tuple[Samples, Samples, Samples]:
    """Return shares of pixels at the samples of a frame's planes."""
    half = np.asarray(halve_chroma(samples), np.float32)
    return samples, half, half


def resampled(frame: YuvFrame, sources: Samples) -> list[Plane]:
    """Return planes whose samples come from places in a frame, in pixels, (rows, columns, 2)."""
    import cv2

    # Chroma lies on the left column of each 2x2 block, between its rows.
    half = (sources[::2, ::2] + sources[1::2, ::2]) / 2
    half = (half - np.array([0, 0.5], np.float32)) / 2
    alone = np.empty(0, np.float32)  # one map holds both coordinates
    return [
        np.asarray(
            cv2.remap(plane, places, alone, interpolation, borderMode=cv2.BORDER_REPLICATE),
            np.uint8,
        )
        for plane, places, interpolation in (
            (frame.y, sources, cv2.INTER_LANCZOS4),  # which keeps the grain
            (frame.u, half, cv2.INTER_CUBIC),
            (frame.v, half, cv2.INTER_CUBIC),
        )
    ]


def mixed(below: NDArray[Any], above: NDArray[Any], share: Samples) -> Samples:
    """Return samples over which others are laid, as much as a share says."""
    samples = below.astype(np.float32)
    return np.asarray(samples + (above - samples) * share)
