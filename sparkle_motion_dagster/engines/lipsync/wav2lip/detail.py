"""What a face of 96 by 96 pixels lacks: the detail of the face that was filmed."""

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.frames import Plane

SIDE = 96
"""In pixels: how large Wav2Lip sees a face, and makes it (``img_size`` in its inference.py)."""

_ALIKE = 12.0
"""Where a face differs by so much from the filmed one, in levels, 1/e of the detail is kept.

Lips that move differ by 30 and more; what the model does not quite repeat, by a few.
"""

_REACH = 1.0
"""How far around what moved it counts as moved, in Wav2Lip's pixels: a standard deviation."""

SOFT_FROM = 280
"""From which height of a face on, in pixels, its lips are softer than the face around them.

Measured where lips moved, with what 96 pixels leave of the truth: of its detail of about a pixel's
size nearly nine tenths are kept in faces up to 180 pixels high, less than four fifths from 280 on.
"""


def with_detail(filmed: Plane, made: Plane) -> Plane:
    """Return a face that Wav2Lip made at the size of the filmed one, as sharp where nothing moved.

    Both are compared as Wav2Lip sees them. Where they are alike, what the filmed face loses on the
    way to 96 pixels and back is laid over the other one; elsewhere, as between lips that have
    opened, there is nothing to lay. Nothing is sharpened: no edge gets a halo.

    Args:
        filmed: The luma of the face's box, (h, w).
        made: The luma of what Wav2Lip made of it, (96, 96).
    """
    import cv2

    seen = _as(filmed.astype(np.float32), SIDE, SIDE, cv2.INTER_LINEAR)  # as its script does it
    change = cv2.GaussianBlur(np.abs(made - seen), (0, 0), _REACH)
    height, width = filmed.shape
    alike = cv2.resize(np.exp(-np.square(change / _ALIKE)), (width, height))
    smooth_made, smooth_seen = (
        resized(picture, height, width) for picture in (made.astype(np.float32), seen)
    )
    detailed = smooth_made + alike * (filmed - smooth_seen)
    return np.asarray(np.clip(np.rint(detailed), 0, 255), np.uint8)


def resized(picture: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Return what Wav2Lip made in another size: enlarged by cubic interpolation, else averaged.

    Enlarged, nothing is lighter or darker than the pixels around it were: cubic interpolation alone
    leaves a halo along an edge, of up to a fifth of its height.
    """
    import cv2

    if height < SIDE or width < SIDE:
        return _as(picture, height, width, cv2.INTER_AREA)
    around = np.ones((3, 3), np.uint8)
    low, high = (
        _as(np.asarray(edge(picture, around), np.float32), height, width, cv2.INTER_LINEAR)
        for edge in (cv2.erode, cv2.dilate)
    )
    return np.clip(_as(picture, height, width, cv2.INTER_CUBIC), low, high)


def _as(picture: NDArray[np.float32], height: int, width: int, kind: int) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.resize(picture, (width, height), interpolation=kind), np.float32)
