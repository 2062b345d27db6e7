"""Smooth fields between points that are moved: how skin follows what pulls on it.

A field is the mean of a Gaussian process through its points (kriging; Rasmussen & Williams,
"Gaussian Processes for Machine Learning", 2006, 2.2 and 4.2.1): it meets each of them, is smooth
between them, and dies away beyond them. Fields lead from where points have come to back to where
they were, which is what a frame's pixels ask for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.square import Points

_LENGTH = 0.5
"""How far points pull on what is around them, in a face's heights."""

_NOISE = 2e-5
"""How far a field may miss its points, so that points that lie on each other do not tear it."""

_Real = TypeVar("_Real", np.float32, np.float64)

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


class Membrane:
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
        one = np.eye(len(held))
        (self._by_held,) = _solved((_kernel(held, held) + _NOISE * one)[None], one[None])

    def fields(self, moved: Sequence[Points], before: Sequence[Points]) -> list[Vectors]:
        """Return how far away from each node lies what comes to it, for each set of points.

        Args:
            moved: Where points have come to, (n, 2) each: equally many in each set.
            before: Where they were.
        """
        # The points that hold still are eliminated first, by Schur's complement.
        pulls = np.stack([_kernel(self._held, points) for points in moved])
        answers = np.einsum("gh,shm->sgm", self._by_held, pulls)
        systems = np.stack([_kernel(points, points) for points in moved])
        systems += _NOISE * np.eye(systems.shape[1])
        systems -= np.einsum("shm,shn->smn", pulls, answers)
        weights = _solved(systems, np.stack(before) - np.stack(moved))
        held = -np.einsum("shm,smd->shd", answers, weights)
        return [
            self._field(*(part.astype(np.float32) for part in parts))
            for parts in zip(moved, weights, held, strict=True)
        ]

    def _field(self, moved: Vectors, weights: Vectors, held: Vectors) -> Vectors:
        from_moved = _kernel(self._nodes, moved)
        columns = [
            np.einsum("np,p->n", self._from_held, held[:, axis])
            + np.einsum("np,p->n", from_moved, weights[:, axis])
            for axis in (0, 1)
        ]
        shape = self._grid.nodes.shape
        return np.stack(columns, axis=-1).reshape(shape) * self._grid.fade


def smooth(share: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return shares that leave 0 and reach 1 smoothly: 3 s^2 - 2 s^3, clipped."""
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def _kernel(places: NDArray[_Real], points: NDArray[_Real]) -> NDArray[_Real]:
    """Return the covariance of every place and point: Matern's, of order 3/2."""
    squares = (places[:, :1] - points[:, 0]) ** 2 + (places[:, 1:] - points[:, 1]) ** 2
    far = np.sqrt(3 / _LENGTH**2 * squares)
    return (1 + far) * np.exp(-far)


def _solved(systems: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what symmetric, positive definite systems of equations say, (systems, n, m).

    This is Gauss's elimination, which such systems allow without pivots. LAPACK's answers differ in
    their last bits with the number of cores; these do not.
    """
    rows = np.concatenate([systems, right], axis=2)
    count = rows.shape[1]
    for step in range(count):
        pivot = rows[:, step, step:] / rows[:, step, step, None]
        rows[:, step, step:] = pivot
        rows[:, step + 1 :, step:] -= rows[:, step + 1 :, step, None] * pivot[:, None]
    found = rows[:, :, count:]
    for step in reversed(range(1, count)):
        found[:, :step] -= rows[:, :step, step, None] * found[:, step, None]
    return found
