"""How far mouths are open, and how that goes with what is asked of them: pure measures.

An opening is how far the inner edges of the lips are apart in the middle of a mouth, as a share of
the face's height. The mesh sees lips that touch up to 0.03 apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.faces.topology import BRIDGE, CHIN, LOWER_INNER, UPPER_INNER

Openings = NDArray[np.float64]
"""A mouth's opening frame by frame, (frames,); NaN where it is not seen."""

_UPPER, _LOWER = list(UPPER_INNER[4:7]), list(LOWER_INNER[4:7])
"""The middle of each lip's inner edge."""

_SHUT = 0.03
_SHUT_SHARE = 0.25
"""Lips touch where they are no farther apart than that, or than that share of the widest they get
(their 95th percentile)."""

_FARTHEST = 4
"""Pictures are looked for up to so many frames before the sound, and after it."""

_FEWEST = 8
"""Frames below which nothing can be said of how two curves agree."""


def opening(points: Points, height: float) -> float:
    """Return how far a mouth is open.

    Args:
        points: The face's mesh, in pixels.
        height: The face's height that it is measured by, in pixels.
    """
    down = points[CHIN] - points[BRIDGE]
    apart = points[_LOWER] - points[_UPPER]
    return float((apart * down).sum(axis=1).mean() / (np.hypot(*down) * height))


@dataclass(frozen=True)
class Agreement:
    """How a mouth goes with what is asked of it.

    Attributes:
        correlation: Pearson's, of the opening and what is asked in the same frame, -1 to 1.
        lag: How many frames the mouth comes too late, where both are most alike; by a parabola
            through the correlations, so that it can lie between two frames.
    """

    correlation: float
    lag: float


def agreement(shown: Openings, asked: Openings) -> Agreement | None:
    """Compare what a mouth does with what is asked of it.

    Args:
        shown: Its openings.
        asked: What is asked in the same frames, in any unit; NaN where nothing is.

    Returns:
        How both agree; None where too little is seen, or nothing is asked.
    """
    lags = range(-_FARTHEST, _FARTHEST + 1)
    alike = [_correlation(_later(shown, -lag), asked) for lag in lags]
    now = alike[_FARTHEST]
    if now is None:
        return None
    likes = np.array([-1.0 if one is None else one for one in alike])
    best = int(likes.argmax())
    return Agreement(now, best - _FARTHEST + _peak(likes, best))


def _later(values: Openings, frames: int) -> Openings:
    """Return values that come so many frames later, NaN where there are none."""
    moved = np.full_like(values, np.nan)
    if frames >= 0:
        moved[frames:] = values[: len(values) - frames]
    else:
        moved[:frames] = values[-frames:]
    return moved


def _correlation(shown: Openings, asked: Openings) -> float | None:
    """Return how alike two curves are; a mouth that stands still is like nothing."""
    seen = np.isfinite(shown) & np.isfinite(asked)
    if seen.sum() < _FEWEST or np.ptp(asked[seen]) == 0:
        return None
    if np.ptp(shown[seen]) == 0:
        return 0.0
    return float(np.corrcoef(shown[seen], asked[seen])[0, 1])


def _peak(values: NDArray[np.float64], highest: int) -> float:
    """Return how far beside the highest value a parabola through it has its peak."""
    if not 0 < highest < len(values) - 1:
        return 0.0
    before, at, after = values[highest - 1 : highest + 2]
    bend = before - 2 * at + after
    return float((before - after) / (2 * bend)) if bend else 0.0


def met(shown: Openings, frames: Sequence[int]) -> list[bool]:
    """Tell at which frames the lips touch, in that frame or in one beside it.

    Args:
        shown: A mouth's openings.
        frames: Where they should touch; where the mouth is not seen, nothing is told.
    """
    limit = max(_SHUT, _SHUT_SHARE * float(np.nanpercentile(shown, 95)))
    near = (shown[max(0, frame - 1) : frame + 2] for frame in frames)
    return [float(np.nanmin(one)) <= limit for one in near if np.isfinite(one).any()]
