"""Fades, in whole numbers: how much is shown of what comes and goes, and pictures out of black."""

import numpy as np

from sparkle_motion_dagster.media.frames import Plane, YuvFrame
from sparkle_motion_dagster.media.layers import OPAQUE

_BLACK, _GREY = 16, 128
"""Black in limited range, luma and both differences: ITU-R BT.709-6, item 4.6."""


def share_shown(frame: int, shown: range, opening: int, closing: int) -> int:
    """Return how much is shown of something in a frame: 0, nothing, to `OPAQUE`.

    Args:
        frame: The frame.
        shown: The frames in which it is to be seen.
        opening: How many of them it takes to come: none of those shows nothing, or all of it.
        closing: How many it takes to go.
    """
    if frame not in shown:
        return 0
    coming = (frame - shown.start + 1) * OPAQUE // (opening + 1)
    going = (shown.stop - frame) * OPAQUE // (closing + 1)
    return min(coming, going, OPAQUE)


def darkened(frame: YuvFrame, share: int) -> YuvFrame:
    """Return a frame of which a share is left, 0 (black) to `OPAQUE`."""
    if share == OPAQUE:
        return frame
    return YuvFrame(
        _towards(frame.y, _BLACK, share),
        _towards(frame.u, _GREY, share),
        _towards(frame.v, _GREY, share),
    )


def _towards(plane: Plane, black: int, share: int) -> Plane:
    import cv2

    mixed = np.arange(256) * share + black * (OPAQUE - share)
    return np.asarray(cv2.LUT(plane, ((mixed + OPAQUE // 2) // OPAQUE).astype(np.uint8)), np.uint8)
