"""Where a mouth's shape puts the lips and the jaw of a face.

The amounts are shares of a face's height, from between the eyes to the chin: in adults about 11 cm.
Lips part by 1 to 1.5 cm in lively speech.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Lips
from sparkle_motion_dagster.faces.square import Points

WIDE_OPEN = 0.115
"""How far the lips are apart in the middle of a mouth that is open at 1."""

_WIDEST = 1.3
"""No mouth opens further, however loud."""

_UPPER_PART = 0.17
"""What the upper lip does of an opening: the rest is the jaw's."""

_CLOSING_UPPER_PART = 0.45
"""What the upper lip does where parted lips close: teeth that a smile shows are covered by both."""

_CLOSING_JAW = 0.5
"""How far the jaw follows the lower lip where parted lips close."""

_SMILE, _SMILE_KEPT, _SMILE_LEAVES = 0.05, 0.3, 0.2
"""Lips so far apart in the picture are a smile's; so much of it is kept in speaking, from so far
open on."""

_SEAM = 0.005
"""How wide the dark line is between a smile's lips that have closed."""

_CORNERS_DROP = 0.22
"""How far the corners go down with the jaw."""

_SPREAD, _ROUNDED, _NARROWED = 0.1, 0.24, 0.08
"""How much wider a spread mouth is, how much narrower a rounded one, and one that is wide open."""

_PUSHED = 0.011
"""How far the edges of rounded lips lie out, as they come forward."""

_LIFTED = 0.006
"""How far a spread mouth lifts the upper lip."""

_PRESSED = 0.25
"""How much thinner lips are that are pressed together, and roll in."""

_TUCK_LIFT, _TUCK_SHOWN = 0.013, 0.012
"""How far the lower lip rises for f and v, and how much of the upper teeth shows above it."""

_PARTING = 1 - np.abs(np.linspace(-1, 1, 11)) ** 2.2
"""How far the lips part from corner to corner, of what they part in the middle, (11,)."""


@dataclass(frozen=True, eq=False)
class Posture:
    """Where the lips and the jaw are.

    Attributes:
        lips: The lips.
        drop: How far the jaw is lower than in the picture.
    """

    lips: Lips
    drop: float


def posture(own: Lips, mouth: Mouth, presence: float) -> Posture:
    """Return the posture of a face for a mouth's shape.

    Args:
        own: The lips as the picture has them.
        mouth: The shape.
        presence: How far the mouth has left its own shape, 0 to 1.
    """
    smile = min(1.0, own.gaps[5] / _SMILE)
    opening = min(mouth.opening, _WIDEST)
    kept = _SMILE_KEPT * smile * min(1.0, opening / _SMILE_LEAVES)
    gaps = WIDE_OPEN * opening * _PARTING + kept * own.gaps
    gaps = np.maximum(gaps, _SEAM * smile * _PARTING)
    opened, closed = np.maximum(gaps - own.gaps, 0), np.maximum(own.gaps - gaps, 0)
    upper = _CLOSING_UPPER_PART * closed - _UPPER_PART * (1 - smile) * opened
    lower = upper + gaps - own.gaps
    drop = float(lower[5]) * (1 if opened[5] > 0 else _CLOSING_JAW)
    hung = _CORNERS_DROP * max(drop, 0.0) * (1 - _PARTING)
    edges = _Edges(
        upper_outer=own.upper_outer + _down(0.75 * upper + hung),
        upper_inner=own.upper_inner + _down(upper + hung),
        lower_inner=own.lower_inner + _down(lower + hung),
        lower_outer=own.lower_outer + _down(np.where(opened > 0, 0.97, 0.6) * lower + hung),
    )
    edges.press(mouth.press)
    edges.tuck(mouth.tuck)
    edges.stretch(mouth.width, opening)
    return Posture(own.towards(edges.lips, presence), presence * drop)


@dataclass(frozen=True, eq=False)
class _Edges:
    """The edges of both lips, which are moved in place."""

    upper_outer: Points
    upper_inner: Points
    lower_inner: Points
    lower_outer: Points

    @property
    def lips(self) -> Lips:
        return Lips(self.upper_outer, self.upper_inner, self.lower_inner, self.lower_outer)

    def press(self, press: float) -> None:
        """Roll the lips in."""
        self.upper_outer[:, 1] += _PRESSED * press * (self.upper_inner - self.upper_outer)[:, 1]
        self.lower_outer[:, 1] += _PRESSED * press * (self.lower_inner - self.lower_outer)[:, 1]

    def tuck(self, tuck: float) -> None:
        """Lay the lower lip to the upper teeth, and lift the upper lip off them."""
        share = tuck * _PARTING
        self.upper_inner[:, 1] -= _TUCK_SHOWN * share
        self.upper_outer[:, 1] -= 0.7 * _TUCK_SHOWN * share
        lifted = self.lower_inner[:, 1] - _TUCK_LIFT * share
        self.lower_inner[:, 1] = np.maximum(lifted, self.upper_inner[:, 1] + _TUCK_SHOWN * share)
        self.lower_outer[:, 1] -= 0.35 * share * (self.lower_outer - self.lower_inner)[:, 1]

    def stretch(self, width: float, opening: float) -> None:
        """Spread or round the lips, each half by what it measures."""
        rounded, spread = max(-width, 0.0), max(width, 0.0)
        self.upper_outer[:, 1] -= (_PUSHED * rounded + 0.7 * _LIFTED * spread) * _PARTING
        self.upper_inner[:, 1] -= _LIFTED * spread * _PARTING
        self.lower_outer[:, 1] += _PUSHED * rounded * _PARTING
        share = 1 + _SPREAD * spread - _ROUNDED * rounded - _NARROWED * min(opening, 1.0)
        for edge in (self.upper_outer, self.upper_inner, self.lower_inner, self.lower_outer):
            middle = edge[5, 0]
            edge[:, 0] = middle + share * (edge[:, 0] - middle)


def _down(amounts: NDArray[np.float64]) -> Points:
    return np.column_stack([np.zeros_like(amounts), amounts])
