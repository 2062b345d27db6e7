"""How a face's skin follows its lips and its jaw.

Both lips pull on the same skin, but the skin is torn between them. So there are two fields: one
that the upper lip pulls on, one that the lower lip does. Beyond the corners of the mouth, where
nothing is torn, they are one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Lips
from sparkle_motion_dagster.engines.lipsync.real_faces.fields import (
    Grid,
    Membrane,
    Vectors,
    smooth,
)
from sparkle_motion_dagster.engines.lipsync.real_faces.postures import Posture
from sparkle_motion_dagster.faces import topology
from sparkle_motion_dagster.faces.square import Points

GRID = Grid(left=-0.7, top=-0.36, right=0.7, bottom=0.66, step=0.028, margin=0.08)
"""What of a face moves at all."""

_STILL = (
    1, 2, 98, 327, 129, 358, 195, 50, 280, 101, 330, 118, 347, 234, 454, 93, 323, 36, 266,
)  # fmt: skip
"""Points that no mouth moves: nose, upper cheeks, ears."""

_FOLLOW_JAW = {
    132: 0.05, 361: 0.05, 58: 0.18, 288: 0.18, 172: 0.36, 397: 0.36, 136: 0.5, 365: 0.5,
    150: 0.62, 379: 0.62, 149: 0.72, 378: 0.72, 176: 0.78, 400: 0.78, 148: 0.8, 377: 0.8, 152: 0.8,
    18: 0.95, 200: 0.88, 199: 0.84, 182: 0.92, 406: 0.92, 204: 0.8, 424: 0.8,
    202: 0.7, 422: 0.7, 43: 0.5, 273: 0.5, 214: 0.3, 434: 0.3,
    57: 0.25, 287: 0.25,
    205: 0.1, 425: 0.1, 207: 0.2, 427: 0.2, 187: 0.1, 411: 0.1, 216: 0.2, 436: 0.2,
    206: 0.04, 426: 0.04, 164: 0.0,
}  # fmt: skip
"""Points of chin and cheeks, and how far they follow the jaw: 1 is as far as the lower lip."""

_MOVES, _HOLDS = 1.05, 1.25
"""How much farther out than the face's outline what is around it begins to hold still, and does."""

_CORNERS_PULL, _CORNERS_REACH = 0.75, 0.15
"""How far cheeks go with the corners of the mouth, and up to where."""

_JOINS, _JOINS_DOWN = 0.04, 0.09
"""How far beyond the corners both fields are one, and over how much of the cheek they pass over."""


@dataclass(frozen=True, eq=False)
class Pull:
    """Where what a moved face shows comes from: for each node, how far away in the own face.

    Attributes:
        upper: What the upper lip and all above show.
        lower: What the lower lip and all below show.
    """

    upper: Vectors
    lower: Vectors


class Skin:
    """The skin of one face.

    Args:
        places: Its mesh, in its own places, (468, 2).
    """

    def __init__(self, places: Points) -> None:
        self.lips = Lips.of(places)
        self._soft = places[list(_FOLLOW_JAW)]
        self._follow_jaw = np.array(list(_FOLLOW_JAW.values()))
        self._follow_corners = [
            _CORNERS_PULL * np.exp(-((away / _CORNERS_REACH) ** 2))
            for corner in (0, -1)
            for away in [np.linalg.norm(self._soft - self.lips.upper_outer[corner], axis=1)]
        ]
        outline = places[list(topology.OVAL)]
        middle = outline.mean(axis=0)
        around = middle + _HOLDS * (outline[::2] - middle)
        self._membrane = Membrane(GRID, np.concatenate([places[list(_STILL)], around]))
        out = _farther_out(GRID.nodes - middle, outline - middle)
        self._moves = (1 - smooth((out - _MOVES) / (_HOLDS - _MOVES)))[..., None].astype(np.float32)

    def pulled(self, posture: Posture) -> Pull:
        """Return where everything comes from when the face takes a posture."""
        own, new = self.lips, posture.lips
        soft = self._soft + self._following(posture)
        upper, lower = self._membrane.fields(
            moved=[
                np.concatenate([soft, *_upper_lip(new)]),
                np.concatenate([soft, *_lower_lip(new)]),
            ],
            before=[
                np.concatenate([self._soft, *_upper_lip(own)]),
                np.concatenate([self._soft, *_lower_lip(own)]),
            ],
        )
        return _joined(self._moves * upper, self._moves * lower, new)

    def _following(self, posture: Posture) -> Points:
        """Return how far the chin and the cheeks go with the jaw and the corners of the mouth."""
        following = np.zeros_like(self._soft)
        following[:, 1] = posture.drop * self._follow_jaw
        for corner, share in zip((0, -1), self._follow_corners, strict=True):
            new, own = posture.lips.upper_outer[corner], self.lips.upper_outer[corner]
            following[:, 0] += share * (new[0] - own[0])
        return following


def _farther_out(places: Points, outline: Points) -> NDArray[np.float64]:
    """Return how much farther places are from a middle than an outline around it is, (...)."""
    away = np.hypot(outline[:, 0], outline[:, 1])
    angles = np.arctan2(outline[:, 1], outline[:, 0])
    reach = np.interp(np.arctan2(places[..., 1], places[..., 0]), angles, away, period=2 * np.pi)
    return np.asarray(np.hypot(places[..., 0], places[..., 1]) / reach)


def _upper_lip(lips: Lips) -> tuple[Points, ...]:
    return lips.upper_outer, lips.upper_inner[1:-1]


def _lower_lip(lips: Lips) -> tuple[Points, ...]:
    return lips.upper_outer[[0, -1]], lips.lower_outer[1:-1], lips.lower_inner[1:-1]


def _joined(upper: Vectors, lower: Vectors, lips: Lips) -> Pull:
    """Return both fields, made one beyond the corners of the mouth."""
    x, y = GRID.nodes[..., 0], GRID.nodes[..., 1]
    left, right = lips.upper_outer[0], lips.upper_outer[-1]
    beyond = smooth(np.maximum(left[0] - x, x - right[0]) / _JOINS)
    level = np.interp(x, [left[0], right[0]], [left[1], right[1]])
    below = smooth((y - level) / (2 * _JOINS_DOWN) + 0.5)
    share, below = beyond[..., None].astype(np.float32), below[..., None].astype(np.float32)
    one = upper + below * (lower - upper)
    return Pull(upper + share * (one - upper), lower + share * (one - lower))
