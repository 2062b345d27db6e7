"""Where a mouth's shape puts the lips and the jaw of a face.

The amounts are shares of a face's height, from between the eyes to the chin: in adults about 11 cm.
A jaw opens by 1 to 1.5 cm in lively speech.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Lips

WIDE_OPEN = 0.13
"""How far the lips are apart in the middle of a mouth that is open at 1."""

_UPPER_PART = 0.18
"""What the upper lip does of an opening: the rest is the jaw's."""

_CLOSING_UPPER_PART = 0.45
"""What the upper lip does where parted lips close: teeth that a smile shows are covered by both."""

_SPREAD, _ROUNDED, _NARROWED = 0.12, 0.3, 0.1
"""How much wider a spread mouth is, how much narrower a rounded one, and one that is wide open."""

_PUSHED = 0.011
"""How far the edges of rounded lips lie out, as they come forward."""

_TUCK_LIFT, _TUCK_SHOWN = 0.013, 0.011
"""How far the lower lip rises for f and v, and how much of the upper teeth shows above it."""

_BETWEEN_CORNERS = np.clip(1 - np.abs(np.linspace(-1, 1, 11)) ** 2.2, 0, 1)
"""How far the lips part from corner to corner, of what they part in the middle, (11,)."""


@dataclass(frozen=True, eq=False)
class Posture:
    """Where the lips and the jaw are.

    Attributes:
        lips: The lips.
        drop: How far the chin is lower than in the picture.
    """

    lips: Lips
    drop: float


def opening_of(lips: Lips) -> float:
    """Return how far a face's mouth is open, as ``Mouth.opening`` counts."""
    return float(lips.gaps[5]) / WIDE_OPEN


def posture(own: Lips, mouth: Mouth) -> Posture:
    """Return the posture of a face for a mouth's shape.

    Args:
        own: The lips as the picture has them.
        mouth: The shape.
    """
    gap = WIDE_OPEN * mouth.opening * _BETWEEN_CORNERS
    more = gap - own.gaps
    part = np.where(more > 0, _UPPER_PART, _CLOSING_UPPER_PART)
    upper_inner, lower_inner = own.upper_inner.copy(), own.lower_inner.copy()
    upper_outer, lower_outer = own.upper_outer.copy(), own.lower_outer.copy()
    upper_inner[:, 1] -= part * more
    lower_inner[:, 1] = upper_inner[:, 1] + gap
    upper_outer[:, 1] += 0.75 * (upper_inner - own.upper_inner)[:, 1]
    follows = np.where(more > 0, 0.97, 0.55)
    lower_outer[:, 1] += follows * (lower_inner - own.lower_inner)[:, 1]
    _press(mouth.press, upper_outer, upper_inner, lower_inner, lower_outer)
    _tuck(mouth.tuck, upper_outer, upper_inner, lower_inner, lower_outer)
    if mouth.width < 0:
        push = -mouth.width * _PUSHED * _BETWEEN_CORNERS
        upper_outer[:, 1] -= push
        lower_outer[:, 1] += push
    stretch = _stretch(mouth)
    middle = own.upper_outer[[0, -1], 0].mean()
    for edge in (upper_outer, upper_inner, lower_inner, lower_outer):
        edge[:, 0] = middle + stretch * (edge[:, 0] - middle)
    drop = max(0.0, float(gap[5] - own.gaps[5])) * (1 - _UPPER_PART)
    return Posture(Lips(upper_outer, upper_inner, lower_inner, lower_outer), drop)


def _stretch(mouth: Mouth) -> float:
    """Return how wide the mouth is, as a part of the face's own."""
    by_width = _SPREAD * mouth.width if mouth.width > 0 else _ROUNDED * mouth.width
    return 1 + by_width - _NARROWED * mouth.opening


def _press(press: float, *edges: NDArray[np.float64]) -> None:
    """Roll lips in that are pressed together: they look thinner."""
    upper_outer, upper_inner, lower_inner, lower_outer = edges
    upper_outer[:, 1] += 0.25 * press * (upper_inner - upper_outer)[:, 1]
    lower_outer[:, 1] += 0.25 * press * (lower_inner - lower_outer)[:, 1]


def _tuck(tuck: float, *edges: NDArray[np.float64]) -> None:
    """Lay the lower lip to the upper teeth, and lift the upper lip off them."""
    upper_outer, upper_inner, lower_inner, lower_outer = edges
    share = tuck * _BETWEEN_CORNERS
    upper_inner[:, 1] -= _TUCK_SHOWN * share
    upper_outer[:, 1] -= 0.7 * _TUCK_SHOWN * share
    lifted = np.maximum(
        lower_inner[:, 1] - _TUCK_LIFT * share, upper_inner[:, 1] + _TUCK_SHOWN * share
    )
    lower_inner[:, 1] = lifted
    lower_outer[:, 1] -= 0.35 * share * (lower_outer - lower_inner)[:, 1]
