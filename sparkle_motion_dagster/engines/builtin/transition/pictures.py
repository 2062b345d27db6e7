"""How the frames of a transition look, worked out in whole numbers.

Everywhere a transition takes even steps, so that neither the frame before it nor the one behind it
is shown again.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.blending import SHARES, dissolved, wiped, with_strip
from sparkle_motion_dagster.media.fades import darkened
from sparkle_motion_dagster.media.frames import YuvFrame

_EDGES_IN_FRAME = 8
"""How many times the soft edge of a wipe fits into the frame's width."""


def dissolve(
    leaving: Iterable[YuvFrame], entering: Iterable[YuvFrame], frames: int, strip_rows: int
) -> Iterator[YuvFrame]:
    """Yield two clips shining through each other, ever more of them the one that enters.

    Args:
        leaving: Frames of the clip that is left, as many as `frames`.
        entering: Frames of the clip that is entered, as many.
        frames: How many there are.
        strip_rows: Height of the caption strip at their upper edge, in pixels, even. Texts that
            shine through each other cannot be read: it is cut in the middle.
    """
    for number, (old, new) in enumerate(zip(leaving, entering, strict=True)):
        mixed = dissolved(old, new, _share(number + 1, frames + 1))
        yield with_strip(mixed, _whose_strip(old, new, number, frames), strip_rows)


def wipe(
    leaving: Iterable[YuvFrame], entering: Iterable[YuvFrame], frames: int, strip_rows: int
) -> Iterator[YuvFrame]:
    """Yield a clip that uncovers another one from the left, behind a soft upright edge.

    The arguments are those of `dissolve`.
    """
    for number, (old, new) in enumerate(zip(leaving, entering, strict=True)):
        mixed = wiped(old, new, edge(number + 1, frames + 1, old.shape[1]))
        yield with_strip(mixed, _whose_strip(old, new, number, frames), strip_rows)


def fade(
    leaving: Iterable[YuvFrame], before: int, entering: Iterable[YuvFrame], after: int
) -> Iterator[YuvFrame]:
    """Yield a clip that darkens, then one that brightens: both frames at the cut are black.

    Args:
        leaving: Frames of the clip that is left, as many as `before`.
        before: How many those are.
        entering: Frames of the clip that is entered, as many as `after`.
        after: How many those are.
    """
    for number, frame in enumerate(leaving):
        yield darkened(frame, SHARES - _share(number + 1, before))
    for number, frame in enumerate(entering):
        yield darkened(frame, _share(number, after))


def edge(step: int, steps: int, width: int) -> NDArray[np.uint16]:
    """Return how much of the clip that enters shows across the frame, in 256ths: (1, `width`).

    In the middle of the edge it is half; before the first step it lies just outside of the frame
    on the left, and after the last one on the right.

    Args:
        step: How far the edge has come.
        steps: How many steps its way takes.
        width: The frame's, in pixels.
    """
    # Of the edge's width, in units of 1 / (2 * width * steps): how far a pixel's middle lies behind
    # the edge's far side, which has a way of the frame's width and its own.
    middles = 2 * np.arange(width, dtype=np.int64) + 1
    behind = 2 * width * step * (_EDGES_IN_FRAME + 1) - _EDGES_IN_FRAME * steps * middles
    linear = np.clip(behind * SHARES // (2 * width * steps), 0, SHARES)
    # A smoothstep, 3x^2 - 2x^3: the edge has no edges.
    shares = linear * linear * (3 * SHARES - 2 * linear) // SHARES**2
    return shares.astype(np.uint16)[None]


def _share(step: int, steps: int) -> int:
    """Return a share in 256ths, rounded."""
    return (2 * SHARES * step + steps) // (2 * steps)


def _whose_strip(old: YuvFrame, new: YuvFrame, number: int, frames: int) -> YuvFrame:
    return old if number < frames // 2 else new
