"""Footage in the film's size: the padding cut off, or cut to shape and scaled."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from sparkle_motion_dagster.media.frames import Plane, YuvFrame
from sparkle_motion_dagster.units import FrameSize

MULTIPLE = 16
"""Sides of footage are multiples of so many pixels; keyframes are padded up to that."""


def padding(side: int, padded: int) -> int:
    """Return how many pixels of padding lie before a picture's left or upper edge.

    It is split evenly, an even number before (chroma has half the columns and rows); the odd pair
    of pixels lies behind.

    Args:
        side: The picture's side, even.
        padded: That side with padding, even.
    """
    return (padded - side) // 4 * 2


def fitting(width: int, height: int, film: FrameSize) -> Callable[[YuvFrame], YuvFrame]:
    """Return what makes a frame of the film's size of a frame of footage.

    Footage that is larger by less than `MULTIPLE` pixels a side is the film with padding around
    it: that is cut off, and pixels stay as they are. All else is cut to the film's shape, around
    its middle, and scaled.

    Args:
        width: The footage's width in pixels, even.
        height: The footage's height in pixels, even.
        film: The film's size.
    """
    shown_width, shown_height = shown = shown_size(width, height, film)
    if shown == (film.width, film.height):
        return lambda frame: _cut(frame, film.width, film.height)
    return lambda frame: _scaled(_cut(frame, shown_width, shown_height), film)


def shown_size(width: int, height: int, film: FrameSize) -> tuple[int, int]:
    """Return how wide and high the film's picture is within footage, in pixels; see `fitting`.

    Args:
        width: The footage's width in pixels, even.
        height: The footage's height in pixels, even.
        film: The film's size.
    """
    more = width - film.width, height - film.height
    if all(0 <= each < MULTIPLE for each in more):
        return film.width, film.height
    shape = Fraction(film.width, film.height)
    return (
        min(width, max(round(height * shape / 2), 1) * 2),
        min(height, max(round(width / shape / 2), 1) * 2),
    )


def _cut(frame: YuvFrame, width: int, height: int) -> YuvFrame:
    rows, columns = frame.shape
    top, left = padding(height, rows), padding(width, columns)
    return YuvFrame(
        frame.y[top : top + height, left : left + width],
        *(
            plane[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
            for plane in (frame.u, frame.v)
        ),
    )


def _scaled(frame: YuvFrame, film: FrameSize) -> YuvFrame:
    return YuvFrame(
        _resized(frame.y, film.width, film.height),
        *(_resized(plane, film.width // 2, film.height // 2) for plane in (frame.u, frame.v)),
    )


def _resized(plane: Plane, width: int, height: int) -> Plane:
    import cv2

    smaller = width <= plane.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(plane, (width, height), interpolation=method), np.uint8)
