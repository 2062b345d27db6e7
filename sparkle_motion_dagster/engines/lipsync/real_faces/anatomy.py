"""A face's own measure, and its lips in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.lipsync.real_faces.fields import smooth
from sparkle_motion_dagster.faces import topology
from sparkle_motion_dagster.faces.square import Points


@dataclass(frozen=True, eq=False)
class Axes:
    """Where a face's own places lie in a picture.

    A face's places are counted from the middle of its mouth, across and down as the face stands, in
    its heights: from between the eyes to the chin.

    Attributes:
        origin: The middle of the mouth, in pixels, (2,).
        across: To the picture's right, one pixel long, (2,).
        down: To the chin, one pixel long, (2,).
        height: The face's height, in pixels.
    """

    origin: NDArray[np.float64]
    across: NDArray[np.float64]
    down: NDArray[np.float64]
    height: float

    @classmethod
    def of(cls, points: Points) -> Axes:
        """Return the axes of a mesh."""
        line = points[topology.CHIN] - points[topology.BRIDGE]
        height = float(np.hypot(*line))
        down = line / height
        inner = topology.UPPER_INNER[5], topology.LOWER_INNER[5]
        return cls(
            origin=points[list(inner)].mean(axis=0),
            across=np.array([down[1], -down[0]]),
            down=down,
            height=height,
        )

    def of_face(self, points: Points) -> Points:
        """Return places of the picture as the face's own, (..., 2)."""
        around = (points - self.origin) / self.height
        x, y = around[..., 0], around[..., 1]
        return np.stack([x * axis[0] + y * axis[1] for axis in (self.across, self.down)], axis=-1)

    def in_picture(self, places: Points) -> Points:
        """Return the face's own places in the picture, in pixels, (..., 2)."""
        turned = places[..., :1] * self.across + places[..., 1:] * self.down
        return np.asarray(self.origin + self.height * turned)


_MEET, _PARTED = 0.014, 0.045
"""Lips that a mesh has this little apart meet, and from so far apart on they are as far as it says:
on real pictures of closed mouths it has them 0.014 to 0.033 of a face's height apart."""

_UPPER_MEETS = 0.6
"""What of such a gap is the upper lip's."""

_BARED = 0.005
"""How much further each of two parted lips ends: so that no tooth's edge goes with it."""

_INSIDE = np.array([[0.0, 0]] + 9 * [[0, 1]] + [[0, 0]])
"""Downwards everywhere but at the corners, (11, 2)."""


@dataclass(frozen=True, eq=False)
class Lips:
    """The edges of both lips, from the left corner to the right one, each (11, 2)."""

    upper_outer: Points
    upper_inner: Points
    lower_inner: Points
    lower_outer: Points

    @classmethod
    def of(cls, places: Points) -> Lips:
        """Return the lips of a mesh.

        Meshes leave lips that meet a little apart: such gaps are closed.
        """
        upper, lower = (
            places[list(points)] for points in (topology.UPPER_INNER, topology.LOWER_INNER)
        )
        gaps = np.maximum(lower - upper, 0) * (0, 1)
        meet = 1 - smooth((gaps[5, 1] - _MEET) / (_PARTED - _MEET))
        bared = _BARED * (1 - meet) * _INSIDE
        return cls(
            upper_outer=places[list(topology.UPPER_OUTER)],
            upper_inner=upper + _UPPER_MEETS * meet * gaps - bared,
            lower_inner=lower - (1 - _UPPER_MEETS) * meet * gaps + bared,
            lower_outer=places[list(topology.LOWER_OUTER)],
        )

    @property
    def gaps(self) -> NDArray[np.float64]:
        """How far the lips are apart from corner to corner, (11,); 0 where they meet."""
        return np.maximum(self.lower_inner[:, 1] - self.upper_inner[:, 1], 0)

    def towards(self, other: Lips, share: float) -> Lips:
        """Return lips between these and others."""
        return Lips(
            *(
                before + share * (after - before)
                for before, after in (
                    (self.upper_outer, other.upper_outer),
                    (self.upper_inner, other.upper_inner),
                    (self.lower_inner, other.lower_inner),
                    (self.lower_outer, other.lower_outer),
                )
            )
        )

    @property
    def half_width(self) -> float:
        """Half the way from corner to corner."""
        return float(self.upper_outer[-1, 0] - self.upper_outer[0, 0]) / 2

    @property
    def upper_edge(self) -> Points:
        """The upper lip's inner edge as a smooth line."""
        return curve(self.upper_inner)

    @property
    def lower_edge(self) -> Points:
        """The lower lip's inner edge as a smooth line, nowhere above the upper lip's."""
        lower = self.lower_inner.copy()
        lower[:, 1] = np.maximum(lower[:, 1], self.upper_inner[:, 1])
        return curve(lower)


def corners(low: Points, high: Points) -> Points:
    """Return the corners of a box between two of them, (4, 2)."""
    return np.array([low, high, [low[0], high[1]], [high[0], low[1]]])


def curve(points: Points, between: int = 6) -> Points:
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
