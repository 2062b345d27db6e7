"""Planning for Wan, by arithmetic alone: how many frames, how large, in which chunks."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from sparkle_motion_dagster.engines.video.fitting import MULTIPLE
from sparkle_motion_dagster.units import FrameSize

RATE = Fraction(16)
"""Frames per second that all models here were trained on."""

FEWEST = 5
"""The shortest footage: a first latent frame, of one picture, and a second one, of four."""

TRAINED_FRAMES = 81
"""How many frames they were trained on, five seconds; longer videos flicker."""

_STRIDE = 4
"""Pictures in each latent frame behind the first (the VAE's temporal scale): counts are 4k+1."""


def bucket(intervals: Fraction, most: int | None, most_retime: float) -> int:
    """Return how many frames of footage a shot asks for: 4k+1, those that play nearest to as made.

    A shot that lies between two counts takes the one whose speed is nearer to 1, so that as little
    as possible is retimed, and trimmed at the cut; the smaller one only if playing it slower by no
    more than `most_retime` spans the shot.

    Args:
        intervals: How many intervals between two frames the shot spans at the footage's own rate.
        most: The most frames that the model can make, 4k+1; None: it can make any number.
        most_retime: How much slower footage may play, as a share.

    Raises:
        ValueError: The shot is too long for the model: see `longest`.
    """
    above = max(FEWEST, _STRIDE * ceil(intervals / _STRIDE) + 1)
    counts = [
        frames
        for frames in (above - _STRIDE, above)
        if frames >= FEWEST
        and (most is None or frames <= most)
        and intervals <= longest(frames, most_retime)
    ]
    if not counts:
        raise ValueError(f"{float(intervals):.1f} intervals are too long for {most} frames")
    return min(counts, key=lambda frames: _distortion(frames - 1, intervals))


def _distortion(there: int, wanted: Fraction) -> Fraction:
    """Return how far from its own speed footage plays: 1 is as it was made, 2 twice or half."""
    return max(there / wanted, wanted / there) if wanted else Fraction(there)


def longest(most: int, most_retime: float) -> Fraction:
    """Return how many intervals at the footage's own rate so many frames can span, played slowly.

    Args:
        most: How many frames there are.
        most_retime: How much slower they may play, as a share.
    """
    return (most - 1) * (1 + Fraction(str(most_retime)))


def longest_shot(
    most: int, most_retime: float, frame_rate: Fraction, *, ends_on_keyframe: bool
) -> int:
    """Return how many frames of the film the longest shot has that so much footage can span."""
    spanned = floor(longest(most, most_retime) * frame_rate / RATE)
    return spanned + 1 if ends_on_keyframe else spanned


def padded_size(size: FrameSize) -> FrameSize:
    """Return the smallest size that Wan can make a picture of this size in."""
    width, height = (MULTIPLE * ceil(side / MULTIPLE) for side in (size.width, size.height))
    return FrameSize(width=width, height=height)


@dataclass(frozen=True)
class Chunk:
    """What the model makes at once.

    Attributes:
        frames: How many frames, 4k+1, those that are known included.
        known: How many of them are given at its start: the start keyframe alone, or the last
            frames of the chunk before.
        repeated: How many of these are in the footage already.
        ends: Whether it is the last one: its last frame is given where there is an end keyframe.
    """

    frames: int
    known: int
    repeated: int
    ends: bool


def chunks(total: int, done: int, most: int, overlap: int) -> tuple[Chunk, ...]:
    """Return the chunks, of nearly equal length, that what is missing of footage is made in.

    Args:
        total: How many frames the footage has, 4k+1, at least 5.
        done: How many of them, from the first, are there: none, or 4k+1.
        most: The most frames of a chunk, 4k+1, at least ``overlap + 4``.
        overlap: How many last frames of what is there a chunk begins with, 4k+1.
    """
    known = min(overlap, done) or 1
    lead, later = (known - 1) // _STRIDE, (overlap - 1) // _STRIDE
    room = (most - 1) // _STRIDE
    missing = (total - max(done, 1)) // _STRIDE
    if not missing:
        return ()
    count = 1 + max(0, ceil(Fraction(missing - (room - lead), room - later)))
    shortest, longer = divmod(missing + lead + (count - 1) * later, count)
    return tuple(
        Chunk(
            frames=_STRIDE * (shortest + (index < longer)) + 1,
            known=overlap if index else known,
            repeated=overlap if index else min(overlap, done),
            ends=index == count - 1,
        )
        for index in range(count)
    )
