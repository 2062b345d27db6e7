"""Two frames made one: dissolved, side by side with a soft edge, with the strip of one of them.

The coded samples are mixed, as editing systems do it by default: BT.709's curve is near that of
perceived lightness, so that equal steps look equal. In linear light the brighter of two pictures
would cover the other from the first frames on. Shares are 256ths, so that every kind of CPU comes
to the same samples.
"""

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.frames import Plane, YuvFrame

SHARES = 256
"""Steps of a dissolve."""

_UNTIED = 1 / 1024
"""Added to a dissolve's samples: kinds of CPU differ in which way they round a half."""


def dissolved(one: YuvFrame, other: YuvFrame, share: int) -> YuvFrame:
    """Return two frames shining through each other, `share` 256ths of them the other."""
    import cv2

    weights = 1 - share / SHARES, share / SHARES
    y, u, v = (
        np.asarray(cv2.addWeighted(old, weights[0], new, weights[1], _UNTIED), np.uint8)
        for old, new in zip(one.planes, other.planes, strict=True)
    )
    return YuvFrame(y, u, v)


def wiped(one: YuvFrame, other: YuvFrame, shares: NDArray[np.uint16]) -> YuvFrame:
    """Return two frames shining through each other, here more and there less.

    Args:
        one: A frame.
        other: Another.
        shares: How much of the other shows, in 256ths: a row, (1, columns), or a column, (rows, 1).
    """
    y, u, v = (
        _mixed(old, new, share)
        for old, new, share in zip(
            one.planes,
            other.planes,
            (shares, *2 * (shares[:: min(2, len(shares)), :: min(2, shares.shape[1])],)),
            strict=True,
        )
    )
    return YuvFrame(y, u, v)


def _mixed(old: Plane, new: Plane, share: NDArray[np.uint16]) -> Plane:
    mixed = old * (SHARES - share)
    mixed += new * share
    mixed += SHARES // 2
    mixed >>= 8
    return mixed.astype(np.uint8)


def with_strip(frame: YuvFrame, strip: YuvFrame, rows: int) -> YuvFrame:
    """Return a frame with the uppermost rows of another."""
    if not rows:
        return frame
    y, u, v = (plane.copy() for plane in frame.planes)
    y[:rows] = strip.y[:rows]
    u[: rows // 2], v[: rows // 2] = strip.u[: rows // 2], strip.v[: rows // 2]
    return YuvFrame(y, u, v)
