"""A real face whose mouth moves: the frame's own pixels, pulled, and the inside between the lips."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.real_faces import skin
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Axes, Lips
from sparkle_motion_dagster.engines.lipsync.real_faces.inside import Inside
from sparkle_motion_dagster.engines.lipsync.real_faces.postures import Posture, posture
from sparkle_motion_dagster.engines.lipsync.real_faces.skin import Field, Skin
from sparkle_motion_dagster.faces import topology
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.media.frames import (
    Plane,
    YuvFrame,
    chroma_plane,
    components,
    halve_chroma,
    luma_plane,
)

_FINER = 4
"""A field's nodes are that much closer when it is laid over the pixels."""

_SUPERSAMPLING = 4
_SOFT_EDGE = 0.004
"""How softly the inside meets the lips, in a face's heights."""

_SHOWS_TEETH = 0.012
"""Lips that are farther apart in the picture show the own inside, which is kept."""


class RealMouth:
    """The mouth of one face.

    Args:
        places: Its mesh, in its own places, (468, 2).
    """

    def __init__(self, places: Points) -> None:
        self._places = places
        self._skin = Skin(places)

    @property
    def lips(self) -> Lips:
        """The lips as the picture has them."""
        return self._skin.lips

    def shown(self, frame: YuvFrame, axes: Axes, mouth: Mouth, presence: float) -> YuvFrame:
        """Return a frame in which the mouth has a shape.

        Args:
            frame: The frame.
            axes: Where the face is in it.
            mouth: The shape.
            presence: How far the mouth has left its own shape, 0 to 1.
        """
        taken = _towards(self.lips, posture(self.lips, mouth), presence)
        region = _Region.of(axes, frame)
        if region is None:
            return frame
        pull = self._skin.pulled(taken)
        upper, lower = region.sources(pull.upper), region.sources(pull.lower)
        below = region.below(taken.lips)
        hole = region.hole(taken.lips)
        inside = self._inside(frame, region, taken.lips, mouth)
        planes = []
        for index, plane in enumerate(frame.planes):
            mixed = _mixed(
                region.resampled(plane, upper, index),
                region.resampled(plane, lower, index),
                region.share(below, index),
            )
            mixed = _mixed(mixed, inside[index], region.share(hole, index))
            planes.append(region.put(plane, mixed, index))
        return YuvFrame(*planes)

    def _inside(
        self, frame: YuvFrame, region: _Region, lips: Lips, mouth: Mouth
    ) -> tuple[NDArray[np.float32], ...]:
        """Return the inside of the mouth in a region's planes."""
        places = region.places
        painted = Inside(self.lips, _light(frame, region.axes, self._places)).painted(
            places, lips, mouth
        )
        luma, blueness, redness = components(*np.moveaxis(painted.astype(np.float32), 2, 0))
        planes = (
            luma_plane(luma),
            chroma_plane(halve_chroma(blueness)),
            chroma_plane(halve_chroma(redness)),
        )
        if self.lips.gaps[5] < _SHOWS_TEETH:
            return tuple(plane.astype(np.float32) for plane in planes)
        own = region.hole(self.lips)
        return tuple(
            _mixed(plane.astype(np.float32), region.cut(whole, index), region.share(own, index))
            for index, (plane, whole) in enumerate(zip(planes, frame.planes, strict=True))
        )


def _towards(own: Lips, wanted: Posture, presence: float) -> Posture:
    """Return a posture between the own one and another."""
    lips = Lips(
        *(
            before + presence * (after - before)
            for before, after in (
                (own.upper_outer, wanted.lips.upper_outer),
                (own.upper_inner, wanted.lips.upper_inner),
                (own.lower_inner, wanted.lips.lower_inner),
                (own.lower_outer, wanted.lips.lower_outer),
            )
        )
    )
    return Posture(lips, presence * wanted.drop)


@dataclass(frozen=True, eq=False)
class _Region:
    """The part of a frame that a face's field covers; its sides are even.

    Attributes:
        axes: Where the face is in the frame.
        rows: The part's rows.
        columns: The part's columns.
    """

    axes: Axes
    rows: slice
    columns: slice

    @classmethod
    def of(cls, axes: Axes, frame: YuvFrame) -> _Region | None:
        corners = np.array(
            [[x, y] for x in (skin.LEFT, skin.RIGHT) for y in (skin.TOP, skin.BOTTOM)]
        )
        seen = axes.in_picture(corners)
        spans = []
        for low, high, most in zip(
            seen.min(axis=0), seen.max(axis=0), frame.shape[::-1], strict=True
        ):
            first, last = max(0, int(low) // 2 * 2), min(most, -(-int(high + 1) // 2) * 2)
            if last - first < 4:
                return None
            spans.append(slice(first, last))
        return cls(axes, rows=spans[1], columns=spans[0])

    @cached_property
    def pixels(self) -> NDArray[np.float32]:
        """The middles of the pixels in the frame, (rows, columns, 2)."""
        x = np.arange(self.columns.start, self.columns.stop, dtype=np.float32) + np.float32(0.5)
        y = np.arange(self.rows.start, self.rows.stop, dtype=np.float32) + np.float32(0.5)
        return np.stack(np.meshgrid(x, y), axis=-1)

    @cached_property
    def places(self) -> Points:
        """The face's places of the pixels, (rows, columns, 2)."""
        return self.axes.of_face(self.pixels.astype(np.float64))

    def sources(self, field: Field) -> NDArray[np.float32]:
        """Return for each pixel where in the frame its sample lies, (rows, columns, 2)."""
        import cv2

        pulled = field[..., :1] * self.axes.across + field[..., 1:] * self.axes.down
        offsets = (pulled * self.axes.height).astype(np.float32)
        rows, columns = offsets.shape[:2]
        fine = cv2.resize(offsets, (columns * _FINER, rows * _FINER), interpolation=cv2.INTER_CUBIC)
        at = (self.places - (skin.LEFT, skin.TOP)) / skin.STEP
        at = ((at + 0.5) * _FINER - 0.5).astype(np.float32)
        moved = cv2.remap(
            fine,
            np.ascontiguousarray(at[..., 0]),
            np.ascontiguousarray(at[..., 1]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        return np.asarray(self.pixels + moved)

    def resampled(
        self, plane: Plane, sources: NDArray[np.float32], index: int
    ) -> NDArray[np.float32]:
        """Return a plane's samples from where they come from."""
        import cv2

        if index:
            # Chroma lies on the left column of each 2x2 block, between its rows.
            x, y = (
                (sources[::2, ::2, 0] + sources[1::2, ::2, 0]) / 2,
                (sources[::2, ::2, 1] + sources[1::2, ::2, 1]) / 2,
            )
            x, y = (x - np.float32(0.5)) / 2, y / 2 - np.float32(0.5)
        else:
            x, y = sources[..., 0] - np.float32(0.5), sources[..., 1] - np.float32(0.5)
        return np.asarray(
            cv2.remap(
                plane,
                np.ascontiguousarray(x),
                np.ascontiguousarray(y),
                cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.float32,
        )

    def below(self, lips: Lips) -> NDArray[np.float32]:
        """Return how much of each pixel belongs to the lower lip and all below it, 0 to 1."""
        edge = _curve(
            np.column_stack(
                [lips.lower_inner[:, 0], np.maximum(lips.lower_inner[:, 1], lips.upper_inner[:, 1])]
            )
        )
        left, right = edge[0, 1], edge[-1, 1]
        around = np.array([[3, right], [3, 3], [-3, 3], [-3, left]])
        return self._cover(np.concatenate([edge, around]))

    def hole(self, lips: Lips) -> NDArray[np.float32]:
        """Return how much of each pixel lies between the lips, 0 to 1."""
        import cv2

        lower = np.column_stack(
            [lips.lower_inner[:, 0], np.maximum(lips.lower_inner[:, 1], lips.upper_inner[:, 1])]
        )
        cover = self._cover(np.concatenate([_curve(lips.upper_inner), _curve(lower)[::-1]]))
        return np.asarray(cv2.GaussianBlur(cover, (0, 0), max(0.3, _SOFT_EDGE * self.axes.height)))

    def share(self, cover: NDArray[np.float32], index: int) -> NDArray[np.float32]:
        """Return a cover at the samples of a plane."""
        return np.asarray(halve_chroma(cover), np.float32) if index else cover

    def cut(self, plane: Plane, index: int) -> NDArray[np.float32]:
        """Return a plane's samples in the region."""
        return plane[self._part(index)].astype(np.float32)

    def put(self, plane: Plane, samples: NDArray[np.float32], index: int) -> Plane:
        """Return a plane with other samples in the region."""
        changed = plane.copy()
        changed[self._part(index)] = np.clip(np.rint(samples), 0, 255).astype(np.uint8)
        return changed

    def _part(self, index: int) -> tuple[slice, slice]:
        if not index:
            return self.rows, self.columns
        return slice(self.rows.start // 2, self.rows.stop // 2), slice(
            self.columns.start // 2, self.columns.stop // 2
        )

    def _cover(self, outline: Points) -> NDArray[np.float32]:
        import cv2

        rows, columns = self.rows.stop - self.rows.start, self.columns.stop - self.columns.start
        fine = np.zeros((rows * _SUPERSAMPLING, columns * _SUPERSAMPLING), np.uint8)
        seen = (
            self.axes.in_picture(outline) - (self.columns.start, self.rows.start)
        ) * _SUPERSAMPLING
        cv2.fillPoly(fine, [np.rint((seen - 0.5) * 16).astype(np.int32)], 255, shift=4)
        covered = cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_AREA)
        return np.asarray(covered, np.float32) / np.float32(255)


def _mixed(
    below: NDArray[np.float32], above: NDArray[np.float32], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    return np.asarray(below + (above - below) * share)


def _curve(points: Points, between: int = 6) -> Points:
    """Return a smooth line through points: a Catmull-Rom spline."""
    ends = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    before, start, end, after = ends[:-3, None], ends[1:-2, None], ends[2:-1, None], ends[3:, None]
    t = (np.arange(between) / between)[None, :, None]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def _light(frame: YuvFrame, axes: Axes, places: Points) -> NDArray[np.float64]:
    """Return what white looks like on both sides of a mouth, measured on the cheeks, (2, 3)."""
    reach = max(1, round(0.03 * axes.height))
    cheeks = axes.in_picture(places[[topology.LEFT_CHEEK, topology.RIGHT_CHEEK]])
    lights = []
    for x, y in cheeks:
        row = int(np.clip(y, 0, frame.shape[0] - 1))
        column = int(np.clip(x, 0, frame.shape[1] - 1))
        around = (
            slice(max(0, row - reach), row + reach + 1),
            slice(max(0, column - reach), column + reach + 1),
        )
        luma = (float(frame.y[around].mean()) - 16) / 219
        lights.append(np.full(3, np.clip(1.15 * luma, 0.02, 0.95)))
    return np.array(lights)
