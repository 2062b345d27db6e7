"""Exact time: seconds to frames to samples, on fractions, so that nothing drifts over an hour."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.units import SAMPLE_RATE, format_rate

ROUNDING_S = 1e-6
"""How far apart two sums of a plan's seconds may lie, as floats, that are the same as decimals."""


class ShotTooShortError(InputError):
    """A shot, ``shot`` by its number from 0, rounds to no frame at all; ``reason`` says how."""

    def __init__(self, shot: int, reason: str) -> None:
        self.shot, self.reason = shot, reason
        super().__init__(f"shots[{shot}].duration_sec: {reason}")


def exact_seconds(seconds: float) -> Fraction:
    """Return the decimal number that a plan's author wrote: 0.1 is 1/10, not its nearest float."""
    return Fraction(repr(seconds))


def shot_boundaries(durations_s: Sequence[float], frame_rate: Fraction) -> tuple[int, ...]:
    """Return the frames on which shots begin, and the film's length as the last number.

    A boundary is the rounded product of the cumulative seconds and the rate, so that rounding
    never adds up.

    Args:
        durations_s: Planned seconds of each shot, in order.
        frame_rate: Frames per second.

    Raises:
        ShotTooShortError: A shot would hold no frame.
    """
    ends = accumulate(exact_seconds(duration) for duration in durations_s)
    boundaries = (0, *(round(end * frame_rate) for end in ends))
    for index, duration in enumerate(durations_s):
        if boundaries[index] == boundaries[index + 1]:
            raise ShotTooShortError(
                index,
                f"{duration:g} s rounds to no frame at {format_rate(frame_rate)} fps. A shot of "
                f"{float(1 / frame_rate):.4f} s, a frame, always has one.",
            )
    return boundaries


def samples_at_frame(frame: int, frame_rate: Fraction) -> int:
    """Return the sample (at ``SAMPLE_RATE``) that sounds when `frame` appears."""
    return round(frame * SAMPLE_RATE / frame_rate)


def samples_at(seconds: Fraction) -> int:
    """Return the sample (at ``SAMPLE_RATE``) nearest to a moment."""
    return round(seconds * SAMPLE_RATE)


def frames_covering(samples: int, frame_rate: Fraction) -> int:
    """Return the smallest number of whole frames that lasts at least `samples`."""
    return math.ceil(samples * frame_rate / SAMPLE_RATE)
