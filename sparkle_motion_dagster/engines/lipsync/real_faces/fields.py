"""Smooth fields between points that are moved: how skin follows what pulls on it.

A thin-plate spline is the smoothest field through its points (Bookstein, "Principal Warps:
Thin-Plate Splines and the Decomposition of Deformations", 1989). Fields lead from where points have
come to back to where they were, which is what a frame's pixels ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.square import Points

_SMOOTHING = 2e-5
"""How far a field may miss a point, so that points that come to lie close do not tear it."""

_Places = NDArray[np.floating[Any]]

Vectors = NDArray[np.float32]
"""A vector for each node of a grid, (rows, columns, 2), in a face's heights."""


@dataclass(frozen=True)
class Grid:
    """Nodes over a part of a face, in its own places.

    Attributes:
        left: Where the first column lies.
        top: Where the first row lies.
        right: How far the columns reach.
        bottom: How far the rows reach.
        step: How far the nodes are apart.
        margin: Over so much of its border a field dies away.
    """

    left: float
    top: float
    right: float
    bottom: float
    step: float
    margin: float

    @cached_property
    def nodes(self) -> NDArray[np.float64]:
        """The places of the nodes, (rows, columns, 2)."""
        x = np.arange(self.left, self.right + self.step / 2, self.step)
        y = np.arange(self.top, self.bottom + self.step / 2, self.step)
        return np.stack(np.meshgrid(x, y), axis=-1)

    @cached_property
    def fade(self) -> Vectors:
        """1 inside, falling to 0 at the border, (rows, columns, 1)."""
        low, high = self.nodes[0, 0], self.nodes[-1, -1]
        within = np.minimum(self.nodes - low, high - self.nodes).min(axis=2)
        return smooth(within / self.margin)[..., None].astype(np.float32)


class ThinPlates:
    """Fields over a grid, some of whose points never move.

    Args:
        grid: The grid.
        held: The points that hold still, (n, 2).
    """

    def __init__(self, grid: Grid, held: Points) -> None:
        self._grid = grid
        self._held = held
        self._nodes = grid.nodes.reshape(-1, 2).astype(np.float32)
        self._from_held = _kernel(self._nodes, held.astype(np.float32))

    def field(self, moved: Points, before: Points) -> Vectors:
        """Return how far away from each node lies what comes to it.

        Args:
            moved: Where points have come to, (n, 2).
            before: Where they were, (n, 2).
        """
        points = np.concatenate([self._held, moved])
        away = np.concatenate([np.zeros_like(self._held), before - moved])
        count = len(points)
        system = np.zeros((count + 3, count + 3))
        system[:count, :count] = _kernel(points, points) + _SMOOTHING * np.eye(count)
        system[:count, count], system[:count, count + 1 :] = 1, points
        system[count:, :count] = system[:count, count:].T
        weights = _solved(system, np.concatenate([away, np.zeros((3, 2))])).astype(np.float32)
        held, rest = weights[: len(self._held)], weights[len(self._held) : count]
        from_moved = _kernel(self._nodes, moved.astype(np.float32))
        columns = [
            np.einsum("np,p->n", self._from_held, held[:, axis])
            + np.einsum("np,p->n", from_moved, rest[:, axis])
            + weights[count, axis]
            + self._nodes[:, 0] * weights[count + 1, axis]
            + self._nodes[:, 1] * weights[count + 2, axis]
            for axis in (0, 1)
        ]
        shape = self._grid.nodes.shape
        return np.stack(columns, axis=-1).reshape(shape) * self._grid.fade


def smooth(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares that leave 0 and reach 1 smoothly: 3 s^2 - 2 s^3, clipped."""
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def _kernel(places: _Places, points: _Places) -> _Places:
    """Return r^2 log r for every place and point."""
    squares = (places[:, :1] - points[:, 0]) ** 2 + (places[:, 1:] - points[:, 1]) ** 2
    return squares * np.log(np.maximum(squares, squares.dtype.type(1e-12))) / 2


def _solved(system: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a system of equations says, by Gauss's elimination with row pivots.

    LAPACK's answers differ in their last bits with the number of cores; these do not.
    """
    rows = np.concatenate([system, right], axis=1)
    count = len(rows)
    for step in range(count):
        pivot = step + int(np.argmax(np.abs(rows[step:, step])))
        rows[[step, pivot]] = rows[[pivot, step]]
        factors = rows[step + 1 :, step] / rows[step, step]
        rows[step + 1 :, step:] -= factors[:, None] * rows[step, step:]
    found = rows[:, count:]
    for step in reversed(range(count)):
        found[step] /= rows[step, step]
        found[:step] -= rows[:step, step, None] * found[step]
    return found
