"""Where a film's frames lie in footage that plays at another rate: exact arithmetic."""

from dataclasses import dataclass
from fractions import Fraction

from sparkle_motion_dagster.engines.base import EngineInputError


@dataclass(frozen=True)
class Retiming:
    """How footage is played so that it fills a clip.

    Attributes:
        positions: Where each frame of the clip lies in the footage, in frames of the footage; 0 is
            its first frame. A whole number is a frame of the footage as it is.
        speed: How much faster than at its own rate the footage plays.
        trimmed: What of the footage is left over at its end, in frames of the footage.
    """

    positions: tuple[Fraction, ...]
    speed: Fraction
    trimmed: Fraction


def intervals(
    frames: int, frame_rate: Fraction, footage_rate: Fraction, *, ends_on_keyframe: bool
) -> Fraction:
    """Return how many intervals between two frames of footage a clip spans at the usual speed.

    Args:
        frames: How many frames the clip has.
        frame_rate: The clip's frames per second.
        footage_rate: The footage's frames per second.
        ends_on_keyframe: Whether the clip's last frame is the footage's last; else that one would
            be the frame behind the clip's last: the next clip's first.
    """
    return (frames - 1 if ends_on_keyframe else frames) * footage_rate / frame_rate


def retime(
    footage_frames: int,
    footage_rate: Fraction,
    frames: int,
    frame_rate: Fraction,
    *,
    ends_on_keyframe: bool,
    most_retime: Fraction,
) -> Retiming:
    """Return how footage has to play to go from its first to its last frame within a clip.

    Its speed is bounded by `most_retime`; what is still too long is trimmed from its end.

    Args:
        footage_frames: How many frames the footage has.
        footage_rate: The footage's frames per second.
        frames: How many frames the clip has.
        frame_rate: The clip's frames per second.
        ends_on_keyframe: See `intervals`.
        most_retime: How much faster or slower than at its own rate the footage may play, as a
            share: 1/20 allows speeds from 1 / 1.05 to 1.05.

    Raises:
        EngineInputError: The footage is too short, even when it plays as slowly as it may.
    """
    span = intervals(frames, frame_rate, footage_rate, ends_on_keyframe=ends_on_keyframe)
    there = Fraction(footage_frames - 1)
    fastest = 1 + most_retime
    speed = min(there / span, fastest) if span else Fraction(1)
    if speed < 1 / fastest:
        raise EngineInputError(
            f"The footage is too short: {footage_frames} frames at {float(footage_rate):g} fps "
            f"would have to play at {float(speed):.3f} of their speed to fill {frames} frames at "
            f"{float(frame_rate):g} fps; {float(1 / fastest):.3f} is the slowest allowed. Make "
            "longer footage, or a shorter shot."
        )
    step = speed * footage_rate / frame_rate
    return Retiming(
        positions=tuple(frame * step for frame in range(frames)),
        speed=speed,
        trimmed=there - speed * span,
    )
