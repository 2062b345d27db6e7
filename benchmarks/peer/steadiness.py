"""How steadily a camera moves: measured on the frames of a film."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.frames import Plane, read_frames

_CORNERS = 600
_WINDOW = 13
"""Frames over which a move is smooth: about half a second, in which no camera turns twice."""

Places = NDArray[np.float64]
"""Places in a frame, in pixels: (places, 2), right and down."""


def jitter_px(film: Path, frames: range) -> float:
    """Return how far pictures stray from a smooth move from one frame to the next, in pixels (RMS).

    Corners of the picture are followed from each frame to the next (Lucas and Kanade), and a
    similarity is fitted to them (shift, scale, turn; what does not fit is left out), so that what
    is measured is some hundredths of a pixel fine. The motion of five places is then held against
    itself, smoothed by a parabola over 13 frames (Savitzky and Golay).

    Args:
        film: The film.
        frames: Frames of one shot, at least 14 of them, whose picture moves.

    Raises:
        ValueError: There are fewer frames, or there is nothing to follow in one.
    """
    lumas = (frame.y for frame in islice(read_frames(film), frames.start, frames.stop))
    motions = np.array(list(_motions(lumas)))
    if len(motions) < _WINDOW:
        raise ValueError(f"{film} has {len(motions) + 1} of the frames {frames}: too few")
    return stray_px(motions)


def stray_px(motions: NDArray[np.float64]) -> float:
    """Return the root mean square of how far motions lie from their smoothed selves.

    Args:
        motions: Pixels moved from each frame to the next: (frames - 1, places, 2).
    """
    half = _WINDOW // 2
    offsets = np.arange(-half, half + 1)
    # The value in the middle of the parabola that fits best is a weighted mean.
    weights = np.linalg.pinv(np.vander(offsets, 3, increasing=True))[0]
    windows = np.lib.stride_tricks.sliding_window_view(motions, _WINDOW, axis=0)
    stray = motions[half : len(motions) - half] - windows @ weights
    return float(np.sqrt(np.mean(np.sum(np.square(stray), axis=-1))))


def _motions(lumas: Iterator[Plane]) -> Iterator[Places]:
    for one, other in pairwise(lumas):
        rows, columns = one.shape
        shares = np.array([(0.5, 0.5), (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)])
        places = shares * (columns, rows)
        yield _moved(one, other, places) - places


def _moved(one: Plane, other: Plane, places: Places) -> Places:
    """Return where places of one frame are in the next."""
    import cv2

    corners = cv2.goodFeaturesToTrack(one, _CORNERS, qualityLevel=0.005, minDistance=8)
    if corners is None:
        raise ValueError("a frame has nothing that could be followed")
    followed, found, _ = cv2.calcOpticalFlowPyrLK(one, other, corners, corners.copy())
    kept = found.ravel() == 1
    turn, _ = cv2.estimateAffinePartial2D(
        corners[kept], followed[kept], ransacReprojThreshold=0.5, refineIters=20
    )
    if turn is None:
        raise ValueError("the corners of a frame do not move together")
    moved: Places = places @ turn[:, :2].T + turn[:, 2]
    return moved
