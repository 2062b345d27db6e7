"""A real face whose mouth moves: the frame's own pixels, pulled, and a mouth's inside painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Axes, Lips, corners
from sparkle_motion_dagster.engines.lipsync.real_faces.fields import smooth
from sparkle_motion_dagster.engines.lipsync.real_faces.inside import Inside
from sparkle_motion_dagster.engines.lipsync.real_faces.lighting import light_of
from sparkle_motion_dagster.engines.lipsync.real_faces.postures import posture
from sparkle_motion_dagster.engines.lipsync.real_faces.region import (
    Region,
    Samples,
    by_plane,
    mixed,
    resampled,
)
from sparkle_motion_dagster.engines.lipsync.real_faces.skin import GRID, Pull, Skin
from sparkle_motion_dagster.engines.lipsync.real_faces.tint import tint_of
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.media.frames import (
    BLACK,
    YuvFrame,
    chroma_plane,
    components,
    halve_chroma,
    luma_plane,
)

_SUPERSAMPLING = 4
"""How finely the lips' edges are laid over the pixels."""

_SOFT_EDGE = 0.004
"""How softly the inside meets the lips, in a face's heights."""

_AROUND_LIPS = np.array([0.05, 0.02])
"""How far aside of the lips' edges, and above and below them, both lips are looked at, in a face's
heights: aside as far as their fields differ."""

_AROUND_HOLE = np.array([0.012, 0.012])
"""The same for what is painted between them."""

_LEAST_PIXELS = 1 / 64
"""What moves less far, does not move."""

_PAINTED, _OWN = 0.045, 0.07
"""How far the lips are apart in the picture up to which what is between them is painted, and from
which on it is the picture's own, in a face's heights."""

_APPEARS = 0.3
"""Up to this presence the inside appears."""


class RealMouth:
    """The mouth of one face.

    Args:
        places: Its mesh, in its own places, (468, 2).
    """

    def __init__(self, places: Points) -> None:
        self._places = places
        self._skin = Skin(places)

    def shown(self, frame: YuvFrame, axes: Axes, mouth: Mouth, presence: float) -> YuvFrame:
        """Return a frame in which the mouth has a shape.

        Args:
            frame: The frame.
            axes: Where the face is in it.
            mouth: The shape.
            presence: How far the mouth has left its own shape, 0 to 1.
        """
        if presence <= 0:
            return frame
        taken = posture(self._skin.lips, mouth, presence)
        region = Region.around(axes, _around(taken.lips, _AROUND_HOLE), frame.shape)
        if region is None:
            return frame
        shown = _moved(frame, axes, self._skin.pulled(taken), taken.lips)
        appears = float(smooth(presence / _APPEARS))
        for plane, part, inside, hole in zip(
            shown.planes,
            region.parts,
            self._inside(frame, region, taken.lips, mouth),
            by_plane(appears * _hole(region, taken.lips)),
            strict=True,
        ):
            plane[part] = np.rint(mixed(plane[part], inside, hole))
        return shown

    def _inside(
        self, frame: YuvFrame, region: Region, lips: Lips, mouth: Mouth
    ) -> tuple[Samples, ...]:
        """Return the inside of the mouth in a region's planes."""
        own = self._skin.lips
        inside = Inside(own, light_of(frame, region.axes, self._places))
        painted = inside.painted(region.places, lips, mouth)
        luma, blueness, redness = components(*np.moveaxis(painted.astype(np.float32), 2, 0))
        planes = (
            luma_plane(luma),
            chroma_plane(halve_chroma(blueness)),
            chroma_plane(halve_chroma(redness)),
        )
        kept = float(smooth((own.gaps[5] - _PAINTED) / (_OWN - _PAINTED)))
        shade = inside.shade(region.places, lips).astype(np.float32)
        light, blue, red = (
            mixed(np.full_like(plane, black), mixed(plane, whole[part], share), lit)
            for plane, whole, part, black, share, lit in zip(
                planes,
                frame.planes,
                region.parts,
                BLACK,
                by_plane(kept * _hole(region, own)),
                by_plane(shade),
                strict=True,
            )
        )
        face = Region.around(region.axes, self._places, frame.shape) or region
        return light, *tint_of(frame, face).on(halve_chroma(light), (blue, red))


def _moved(frame: YuvFrame, axes: Axes, pull: Pull, lips: Lips) -> YuvFrame:
    """Return a frame of its own in which skin and lips have moved."""
    planes = frame.y.copy(), frame.u.copy(), frame.v.copy()
    region = _moving(pull, lips, axes, frame)
    between = Region.around(axes, _around(lips, _AROUND_LIPS), frame.shape)
    if region is not None and between is not None:
        upper = replace(region, rows=slice(region.rows.start, between.rows.stop))
        lower = replace(region, rows=slice(between.rows.start, region.rows.stop))
        above = resampled(frame, upper.sources(GRID, pull.upper))
        below = resampled(frame, lower.sources(GRID, pull.lower))
        shares = by_plane(between.cover(_below(lips), _SUPERSAMPLING))
        for index, plane in enumerate(planes):
            plane[upper.parts[index]] = above[index]
            plane[lower.parts[index]] = below[index]
            plane[between.parts[index]] = np.rint(
                mixed(
                    above[index][between.inside(upper)[index]],
                    below[index][between.inside(lower)[index]],
                    shares[index],
                )
            )
    return YuvFrame(*planes)


def _moving(pull: Pull, lips: Lips, axes: Axes, frame: YuvFrame) -> Region | None:
    """Return the part of a frame in which anything moves, the lips among it."""
    far = np.maximum(np.abs(pull.upper), np.abs(pull.lower)).max(axis=2)
    moving = GRID.nodes[far * axes.height >= _LEAST_PIXELS]
    if not len(moving):
        return None
    low, high = moving.min(axis=0) - GRID.step, moving.max(axis=0) + GRID.step
    places = np.concatenate([corners(low, high), _around(lips, _AROUND_LIPS)])
    return Region.around(axes, places, frame.shape)


def _around(lips: Lips, margin: Points) -> Points:
    """Return the corners of a box around the inner edges of lips."""
    edges = np.concatenate([lips.upper_inner, lips.lower_inner])
    return corners(edges.min(axis=0) - margin, edges.max(axis=0) + margin)


def _below(lips: Lips) -> Points:
    """Return an outline around the lower lip and all that is below it."""
    edge = lips.lower_edge
    left, right = edge[0, 1], edge[-1, 1]
    return np.concatenate([edge, [[3, right], [3, 3], [-3, 3], [-3, left]]])


def _hole(region: Region, lips: Lips) -> Samples:
    """Return how much of each pixel lies between the lips, 0 to 1."""
    import cv2

    outline = np.concatenate([lips.upper_edge, lips.lower_edge[::-1]])
    cover = region.cover(outline, _SUPERSAMPLING)
    return np.asarray(
        cv2.GaussianBlur(cover, (0, 0), max(0.3, _SOFT_EDGE * region.axes.height)), np.float32
    )
