"""How alike pictures are, and whether they show anything: pure measures on luma planes."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import Plane, load_luma
from sparkle_motion_dagster.media.pictures import open_picture
from sparkle_motion_dagster.units import FrameSize

# Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli: Image quality assessment: from error
# visibility to structural similarity. IEEE Trans. Image Processing 13(4), 2004, section III-B/C.
_SSIM_WINDOW = 11
_SSIM_SIGMA = 1.5
_SSIM_C1 = (0.01 * 255) ** 2
_SSIM_C2 = (0.03 * 255) ** 2

_MOST_DB = 100.0

_SHARPNESS_SIDE = 512
"""Longer side of a picture whose sharpness is measured, in pixels: sizes would decide it."""

PHASH_ALIKE = 6
"""Perceptual hashes of 64 bits that differ in no more of them: the pictures look alike."""

_BLACK_LUMA = 24
"""Brightest luma that passes for black: 16 is black, and coding adds a little."""

_BLACK_SHARE = 0.9
"""Share of a black picture that is black: a caption strip, or a logo, may still be there."""

_SMALL_COLUMNS = 96
_SKIP = 4

EDGE_COLUMNS = 320
"""Width of the pictures that a clip's edges are kept as, in pixels."""

_EDGES_KNOWN = 64
"""Of how many keyframes the edges are remembered that their shots should have: 60 kB each."""


def ssim(one: Plane, other: Plane) -> float:
    """Return the structural similarity of two pictures: 1 for equal ones, about 0 for strangers.

    The mean over Gaussian windows of 11x11 samples (sigma 1.5), as in the paper above.

    Args:
        one: (rows, columns), 8 bits, at least 11x11.
        other: Of the same size.

    Raises:
        MediaError: The sizes differ, or are too small.
    """
    if one.shape != other.shape or min(one.shape) < _SSIM_WINDOW:
        raise MediaError(
            f"pictures of {one.shape[1]}x{one.shape[0]} and {other.shape[1]}x{other.shape[0]} "
            f"cannot be compared: they must have the same size, and at least {_SSIM_WINDOW} pixels "
            "on each side"
        )
    x, y = one.astype(np.float64), other.astype(np.float64)
    mean_x, mean_y = _windowed(x), _windowed(y)
    variance_x = _windowed(x * x) - mean_x**2
    variance_y = _windowed(y * y) - mean_y**2
    covariance = _windowed(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + _SSIM_C1) * (2 * covariance + _SSIM_C2)
    likeness /= (mean_x**2 + mean_y**2 + _SSIM_C1) * (variance_x + variance_y + _SSIM_C2)
    return float(likeness.mean())


def _windowed(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean of each window that lies inside the picture."""
    import cv2

    margin = _SSIM_WINDOW // 2
    means = cv2.GaussianBlur(samples, (_SSIM_WINDOW, _SSIM_WINDOW), _SSIM_SIGMA)
    return np.asarray(means[margin:-margin, margin:-margin], np.float64)


def psnr(shown: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> float:
    """Return how alike pictures, or planes of them, are: peak signal to noise ratio, in dB.

    Equal ones have 100, instead of an infinite ratio.

    Args:
        shown: 8 bits a sample, in any shape.
        wanted: Of the same shape.
    """
    error = float(np.mean(np.square(shown.astype(np.float32) - wanted)))
    ratio = 10 * math.log10(255**2 / error) if error else _MOST_DB
    return round(min(ratio, _MOST_DB), 2)


def sharpness(luma: Plane) -> float:
    """Return how sharp a picture is: the variance of its Laplacian at a fixed size.

    J. L. Pech-Pacheco et al.: Diatom autofocusing in brightfield microscopy: a comparative study.
    Proc. ICPR 2000. Flat pictures have 0, blurred ones less than sharp ones of the same thing; of
    different things it says little.
    """
    import cv2

    longer = max(luma.shape)
    rows, columns = (max(round(side * _SHARPNESS_SIDE / longer), 1) for side in luma.shape)
    way = cv2.INTER_AREA if longer > _SHARPNESS_SIDE else cv2.INTER_LINEAR
    at_size = cv2.resize(luma, (columns, rows), interpolation=way)
    return float(cv2.Laplacian(at_size, cv2.CV_64F).var())


def bits_apart(phash: str, other: str) -> int:
    """Return in how many of their bits two perceptual hashes differ, in hexadecimal."""
    return (int(phash, 16) ^ int(other, 16)).bit_count()


@dataclass(frozen=True, eq=False)
class Edges:
    """The first and the last frame of a clip, small and greyscale; see `edge`."""

    first: Plane
    last: Plane


def open_edges(path: Path) -> Edges:
    """Return a clip's edges from the picture that is kept of them: the first frame on top.

    Raises:
        MediaError: The file is no picture.
    """
    both = np.asarray(open_picture(path).convert("L"))
    return Edges(both[: len(both) // 2], both[len(both) // 2 :])


def open_edge(path: Path) -> Plane:
    """Return a keyframe's `edge` from the picture that is kept of it.

    Raises:
        MediaError: The file is no picture.
    """
    return np.asarray(open_picture(path).convert("L"))


@lru_cache(_EDGES_KNOWN)
def keyframe_edge(keyframe: StoredFile, size: FrameSize) -> Plane:
    """Return what the edge of a clip should look like that shows a keyframe; see `edge`.

    Most keyframes are where one shot ends and the next one starts, and are looked at with the clip
    and with its mouths.

    Args:
        keyframe: The picture.
        size: The size of the clip and of the picture.

    Raises:
        MediaError: The file is no picture, or has another size.
    """
    return edge(load_luma(keyframe.path, size))


def edge(luma: Plane) -> Plane:
    """Return a frame's luma plane, small enough to keep, and high enough for `ssim`."""
    rows, columns = luma.shape
    return _shrunk(luma, EDGE_COLUMNS, max(round(rows * EDGE_COLUMNS / columns), _SSIM_WINDOW))


def glance(luma: Plane) -> Plane:
    """Return a frame's luma plane at a glance: about 96 columns, for measuring quickly."""
    rows, columns = luma.shape
    return _shrunk(luma[::_SKIP, ::_SKIP], _SMALL_COLUMNS, round(rows * _SMALL_COLUMNS / columns))


def _shrunk(plane: Plane, columns: int, rows: int) -> Plane:
    import cv2

    return np.asarray(
        cv2.resize(plane, (columns, max(rows, 1)), interpolation=cv2.INTER_AREA), np.uint8
    )


def is_black(luma: Plane) -> bool:
    """Tell whether a picture shows nothing."""
    return float(np.mean(luma <= _BLACK_LUMA)) >= _BLACK_SHARE


def difference(one: Plane, other: Plane) -> float:
    """Return the mean absolute difference of two planes, in levels of luma."""
    import cv2

    return float(cv2.norm(one, other, cv2.NORM_L1)) / one.size
