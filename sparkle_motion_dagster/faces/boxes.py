"""Boxes around faces: left, top, right and bottom, in pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SAME = 0.3
"""Two boxes that share so much of what both cover are around one face."""


def are_around_one_face(one: ArrayLike, other: ArrayLike) -> bool:
    """Tell whether two boxes are around the same face."""
    return overlap(one, other) >= _SAME


def overlap(one: ArrayLike, other: ArrayLike) -> float:
    """Return what two boxes share, as a part of what both cover (intersection over union)."""
    first, second = np.asarray(one, np.float64), np.asarray(other, np.float64)
    left_top, right_bottom = np.maximum(first, second)[:2], np.minimum(first, second)[2:]
    shared = float(np.prod(np.clip(right_bottom - left_top, 0, None)))
    return shared / (_area(first) + _area(second) - shared)


def _area(box: NDArray[np.float64]) -> float:
    return float(np.prod(box[2:] - box[:2]))
