"""Comparing two pictures of which one may be a part of the other: laid upon each other, then held.

Hashes alone say "alike" of two castles on two hills. So whatever they find is verified: the smaller
picture is laid upon the larger one to a fraction of a pixel, and what then differs is measured,
everywhere: a person who is there in one alone differs in one place, and strongly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.similar.hashing import Window, hash_of
from sparkle_motion_dagster.similar.thumbnails import SIDE, Thumbnail

MOST_DIFFERENT = 16.0
"""The largest local difference, in levels, of what passes for the same picture.

Chosen by eye and by what `python -m benchmarks j` counts with it: which versions of a picture are
found, and which other pictures pass for it (docs/similar.md).
"""

_Placement: TypeAlias = NDArray[np.float32]
"""Where the pixels of one thumbnail lie on another: (2, 3), an affine map."""

_EVERYWHERE = np.full((SIDE, SIDE), 255, np.uint8)
_ITERATIONS = 20
_ENOUGH = 1e-3
_SMOOTHED = 3
"""Pixels over which the alignment looks at gradients: how far off it may begin, about."""

_BLUR = 1.5
_BORDER = 3
_PATCH = 6
"""Pixels, a tenth of a side: the patches in which differences are averaged."""

_GAIN = (0.8, 1.25)
"""How much contrast may differ, as from one display to another."""

_LEAST_ALIKE = 0.7
"""The correlation, well blurred, below which pictures are strangers: aligning them is no use."""

_WELL_BLURRED = 3.0

_SIZES = (0.78, 1.06)
_MOST_TURNED = 0.06
_MOST_OUTSIDE = 2.0
"""What a part of a picture may be: its size to the whole, how far it is turned, or sheared, and by
how many pixels it may lie outside. Whatever else an alignment ends at is no part of a picture."""


@dataclass(frozen=True)
class Likeness:
    """How alike two pictures are, where both show the same.

    Attributes:
        distance: In how many of their 64 bits their perceptual hashes differ.
        difference: By how much they differ where they differ most, in levels of 255.
    """

    distance: int
    difference: float


def likeness(part: Thumbnail, whole: Thumbnail, window: Window, bits: int) -> Likeness | None:
    """Compare a picture with another one, of which it may show a part.

    Args:
        part: The picture.
        whole: The other one.
        window: What it shows of the other one, about.
        bits: In how many bits its hash differs from that of the window.

    Returns:
        How alike they are; None: they are strangers, which cannot be laid upon each other.
    """
    import cv2

    if window.size == 1 and (straight := difference(part, whole)) <= MOST_DIFFERENT / 2:
        return Likeness(bits, straight)
    rough, one, other = _placement(window), _grey(part), _grey(whole)
    if _correlation(one, _laid(other, rough)) < _LEAST_ALIKE:
        return None
    until = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, _ITERATIONS, _ENOUGH)
    try:
        _, placement = cv2.findTransformECC(
            one, other, rough, cv2.MOTION_AFFINE, until, _EVERYWHERE, _SMOOTHED
        )
    except cv2.error:  # it says so where there is nothing to hold on to, or it leads out of view
        return None
    if not _is_part(np.asarray(placement, np.float32)):
        return None
    shown = _laid(whole, np.asarray(placement, np.float32))
    return Likeness((hash_of(part) ^ hash_of(shown)).bit_count(), difference(part, shown))


def difference(one: Thumbnail, other: Thumbnail) -> float:
    """Return by how much two pictures differ where they do most, the one laid upon the other.

    How bright, how contrasty and of which tint the whole is does not count.
    """
    import cv2

    shown, wanted = _blurred(one), _blurred(other)
    red, green, blue = cv2.split(cv2.absdiff(shown, _in_colours_of(wanted, shown)))
    inner = cv2.max(cv2.max(red, green), blue)[_BORDER:-_BORDER, _BORDER:-_BORDER]
    return float(cv2.blur(inner, (_PATCH, _PATCH)).max())


def _placement(window: Window) -> _Placement:
    left, top = window.left * SIDE, window.top * SIDE
    return np.array([[window.size, 0, left], [0, window.size, top]], np.float32)


def _is_part(placement: _Placement) -> bool:
    """Tell whether a placement lays a part of a picture, all of it, upon the whole."""
    (across, turned, left), (sheared, down, top) = placement.tolist()
    corner = (left + across * SIDE, top + down * SIDE)
    return (
        all(_SIZES[0] <= size <= _SIZES[1] for size in (across, down))
        and max(abs(turned), abs(sheared)) <= _MOST_TURNED
        and min(left, top) >= -_MOST_OUTSIDE
        and max(corner) <= SIDE + _MOST_OUTSIDE
    )


def _laid(whole: NDArray[np.uint8], placement: _Placement) -> NDArray[np.uint8]:
    """Return what a picture shows in the place of another one, in that one's pixels."""
    import cv2

    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(
        whole, placement, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(laid, np.uint8)


def _in_colours_of(picture: NDArray[np.float32], model: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a picture as bright, as contrasty and of the same tint as another one, about."""
    means, goal = _means(picture), _means(model)
    off, wanted = picture - means, model - goal
    spread = np.maximum(_means(off * off), 1.0)
    gain = np.clip(_means(off * wanted) / spread, *_GAIN)
    return np.asarray(off * gain + goal, np.float32)


def _means(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of each colour; numpy takes ten times as long for so small a picture."""
    import cv2

    return np.array(cv2.mean(picture)[:3], np.float32)


def _blurred(picture: Thumbnail) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), _BLUR), np.float32)


def _grey(picture: Thumbnail) -> NDArray[np.uint8]:
    import cv2

    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _correlation(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    import cv2

    x, y = (
        cv2.GaussianBlur(plane.astype(np.float32) - plane.mean(), (0, 0), _WELL_BLURRED)
        for plane in (one, other)
    )
    spread = float(np.sqrt((x * x).sum() * (y * y).sum()))
    # What has no contrast at all is like nothing, and like everything.
    return float((x * y).sum()) / spread if spread > 1 else 1.0
