"""How a face's skin follows its lips and its jaw: a smooth field between points that are moved.

Both lips pull on the same skin, but the field is torn between them. So there are two: one that the
upper lip's inner edge pulls on, one that the lower lip's does. Each is a thin-plate spline, the
smoothest field through its points (Bookstein, "Principal Warps: Thin-Plate Splines and the
Decomposition of Deformations", 1989), from where points have come to back to where they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Lips
from sparkle_motion_dagster.engines.lipsync.real_faces.postures import Posture
from sparkle_motion_dagster.faces import topology
from sparkle_motion_dagster.faces.square import Points

LEFT, TOP, RIGHT, BOTTOM = -0.85, -0.5, 0.85, 0.8
"""What of a face moves at all, in its own places."""

STEP = 0.025
"""How far the nodes of a field are apart, in a face's heights."""

_MARGIN = 0.12
"""Over so much of its border a field dies away."""

_AROUND = 1.3
"""The skin holds still this much farther out than the face's outline."""

_SMOOTHING = 1e-3
"""How far a field may miss a point, so that points that come to lie on each other do not tear it."""

_CORNERS_PULL = 0.6
_CORNERS_REACH = 0.12
"""How far cheeks go with the corners of the mouth, and up to where."""

Field = NDArray[np.float64]
"""A vector for each node, (rows, columns, 2), in a face's heights."""


@dataclass(frozen=True, eq=False)
class Pull:
    """Where what a moved face shows comes from: for each node, how far away in the own face.

    Attributes:
        upper: What the upper lip and all above show.
        lower: What the lower lip and all below show.
    """

    upper: Field
    lower: Field


class Skin:
    """The skin of one face.

    Args:
        places: Its mesh, in its own places, (468, 2).
    """

    def __init__(self, places: Points) -> None:
        self.lips = Lips.of(places)
        self._held = np.concatenate([places[list(topology.STILL)], _around(places)])
        self._jaw = places[list(topology.JAW)]
        self._cheeks = places[list(topology.CHEEKS)]
        self._follow_jaw = np.array([*topology.JAW.values(), *topology.CHEEKS.values()])

    def pulled(self, posture: Posture) -> Pull:
        """Return where everything comes from when the face takes a posture."""
        own, new = self.lips, posture.lips
        before = [self._held, self._jaw, self._cheeks, own.upper_outer, own.lower_outer[1:-1]]
        following = np.zeros((len(self._follow_jaw), 2))
        following[:, 1] = posture.drop * self._follow_jaw
        following[len(self._jaw) :] += self._with_corners(new)
        after = [
            self._held,
            np.concatenate([self._jaw, self._cheeks]) + following,
            new.upper_outer,
            new.lower_outer[1:-1],
        ]
        return Pull(
            upper=_field([*after, new.upper_inner[1:-1]], [*before, own.upper_inner[1:-1]]),
            lower=_field([*after, new.lower_inner[1:-1]], [*before, own.lower_inner[1:-1]]),
        )

    def _with_corners(self, new: Lips) -> Points:
        """Return how far the cheeks go with the corners of the mouth."""
        pulled = np.zeros_like(self._cheeks)
        for corner in (0, -1):
            moved = new.upper_outer[corner] - self.lips.upper_outer[corner]
            away = np.linalg.norm(self._cheeks - self.lips.upper_outer[corner], axis=1)
            pulled += _CORNERS_PULL * np.exp(-((away / _CORNERS_REACH) ** 2))[:, None] * moved
        return pulled


def nodes() -> Field:
    """Return the places of a field's nodes, (rows, columns, 2)."""
    x = np.arange(LEFT, RIGHT + STEP / 2, STEP)
    y = np.arange(TOP, BOTTOM + STEP / 2, STEP)
    return np.stack(np.meshgrid(x, y), axis=-1)


def _around(places: Points) -> Points:
    outline = places[list(topology.OVAL)]
    middle = outline.mean(axis=0)
    return np.asarray(middle + _AROUND * (outline - middle))


def _field(moved: Sequence[Points], before: Sequence[Points]) -> Field:
    """Return how far away from each node lies what comes to it."""
    points = np.concatenate(moved)
    away = np.concatenate(before) - points
    count = len(points)
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _kernel(points, points) + _SMOOTHING * np.eye(count)
    system[:count, count:] = _linear(points)
    system[count:, :count] = _linear(points).T
    weights = np.linalg.solve(system, np.concatenate([away, np.zeros((3, 2))]))
    grid = nodes()
    flat = grid.reshape(-1, 2)
    field = _kernel(flat, points) @ weights[:count] + _linear(flat) @ weights[count:]
    return np.asarray(field.reshape(grid.shape) * _border(grid))


def _kernel(places: Points, points: Points) -> NDArray[np.float64]:
    """Return r^2 log r for every place and point."""
    squares = ((places[:, None] - points[None]) ** 2).sum(axis=2)
    return np.asarray(squares * np.log(np.maximum(squares, 1e-12)) / 2)


def _linear(places: Points) -> NDArray[np.float64]:
    return np.column_stack([np.ones(len(places)), places])


def _border(grid: Field) -> NDArray[np.float64]:
    """Return 1 inside, falling to 0 at the border, (rows, columns, 1)."""
    within = np.minimum(grid - (LEFT, TOP), np.array([RIGHT, BOTTOM]) - grid).min(axis=2)
    share = np.clip(within / _MARGIN, 0, 1)
    return np.asarray((share * share * (3 - 2 * share))[..., None])
