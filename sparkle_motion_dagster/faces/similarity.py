"""Moving, turning and enlarging: the ways in which a face moves when only the camera does."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.units import Record


class Similarity(Record):
    """A similarity of the plane: (x, y) goes to (a x - b y + right, b x + a y + down).

    Attributes:
        a: Enlargement times the cosine of the clockwise turn.
        b: Enlargement times its sine.
        right: In pixels.
        down: In pixels.
    """

    a: float = 1.0
    b: float = 0.0
    right: float = 0.0
    down: float = 0.0

    @classmethod
    def between(cls, points: Points, places: Points) -> Similarity:
        """Return what takes points as near as possible to places, by least squares.

        Umeyama, "Least-squares estimation of transformation parameters between two point patterns"
        (1991), in two dimensions and without reflections.
        """
        middle, goal = points.mean(axis=0), places.mean(axis=0)
        (x, y), (to_x, to_y) = (points - middle).T, (places - goal).T
        spread = float((x * x + y * y).sum())
        a = float((x * to_x + y * to_y).sum()) / spread
        b = float((x * to_y - y * to_x).sum()) / spread
        return cls(
            a=a,
            b=b,
            right=float(goal[0] - a * middle[0] + b * middle[1]),
            down=float(goal[1] - b * middle[0] - a * middle[1]),
        )

    @classmethod
    def of_numbers(cls, numbers: NDArray[np.float64]) -> Similarity:
        """Return the similarity whose ``numbers`` these are."""
        a, b, right, down = numbers.tolist()
        return cls(a=a, b=b, right=right, down=down)

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """What it is made of, in the order of its fields."""
        return self.a, self.b, self.right, self.down

    @property
    def scale(self) -> float:
        """How much larger everything becomes."""
        return math.hypot(self.a, self.b)

    @property
    def inverse(self) -> Similarity:
        """What takes everything back."""
        a, b = self.a / self.scale**2, -self.b / self.scale**2
        return Similarity(
            a=a,
            b=b,
            right=-(a * self.right - b * self.down),
            down=-(b * self.right + a * self.down),
        )

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The affine map of points to places, (2, 3)."""
        return np.array([[self.a, -self.b, self.right], [self.b, self.a, self.down]])

    def of(self, points: Points) -> Points:
        """Return where points go, (..., 2)."""
        x, y = points[..., 0], points[..., 1]
        moved = self.a * x - self.b * y + self.right, self.b * x + self.a * y + self.down
        return np.stack(moved, axis=-1)
