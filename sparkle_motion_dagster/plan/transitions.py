"""Transitions in frames: what each takes of a film, and how much longer clips must be for it."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.shot import (
    DEFAULT_TRANSITION_S,
    TIMED_TRANSITIONS,
    ShotSpec,
    Transition,
)
from sparkle_motion_dagster.plan.timing import exact_seconds, shot_boundaries


def seconds_of(shot: ShotSpec) -> float:
    """Return how long the transition at the end of a shot takes, in seconds; 0: it is a cut."""
    if shot.transition not in TIMED_TRANSITIONS:
        return 0.0
    return DEFAULT_TRANSITION_S if shot.transition_sec is None else shot.transition_sec


@dataclass(frozen=True)
class TransitionFrames:
    """The frames of the film that a transition takes, around a cut.

    Attributes:
        kind: What happens in them.
        before: Frames before the cut.
        after: Frames after it; 0 where the film ends.
    """

    kind: Transition
    before: int
    after: int

    @property
    def overlaps(self) -> bool:
        """Whether both shots are seen in it, so that each clip goes on beyond the cut."""
        return self.kind in {"dissolve", "wipe"}

    @property
    def frames(self) -> int:
        """How many frames it takes."""
        return self.before + self.after


@dataclass(frozen=True)
class Handles:
    """What a clip has beyond its shot, and where the transitions at its ends begin and end.

    Attributes:
        head: Frames of the clip before the shot begins.
        tail: Frames of the clip after the shot has ended.
        opening: Frames of the clip, from its first, that the transition before it takes.
        closing: Frames of the clip, up to its last, that the transition after it takes.
    """

    head: int = 0
    tail: int = 0
    opening: int = 0
    closing: int = 0

    @property
    def are_none(self) -> bool:
        """Whether the clip is the shot, and is shown whole."""
        return self == Handles()


def transition_frames(
    plan: UncheckedPlan, frame_rate: Fraction
) -> tuple[TransitionFrames | None, ...]:
    """Return what the transition at the end of each shot takes; None where that is a cut.

    The frames are the seconds times the rate, rounded, and at least 2 (1 after the last shot);
    the odd one of them lies after the cut. A part that rounding makes longer than what is left of
    its shot is as long as that.

    Args:
        plan: The plan.
        frame_rate: Frames per second.

    Raises:
        ShotTooShortError: A shot would hold no frame.
    """
    boundaries = shot_boundaries([shot.duration_sec for shot in plan.shots], frame_rate)
    lengths = [end - start for start, end in pairwise(boundaries)]
    found = []
    left = lengths[0]
    for shot, following in zip(plan.shots, (*lengths[1:], 0), strict=True):
        frames = _frames(shot, frame_rate, left, following)
        found.append(frames)
        left = following - (frames.after if frames else 0)
    return tuple(found)


def _frames(
    shot: ShotSpec, frame_rate: Fraction, left: int, following: int
) -> TransitionFrames | None:
    """Return what a shot's transition takes of what is left of it, and of the next one's frames."""
    seconds = seconds_of(shot)
    if not seconds:
        return None
    wanted = round(exact_seconds(seconds) * frame_rate)
    before = max(wanted // 2, 1) if following else max(wanted, 1)
    after = max(wanted - wanted // 2, 1)
    frames = TransitionFrames(shot.transition, min(before, left), min(after, following))
    return frames if frames.frames else None


def clip_handles(plan: UncheckedPlan, frame_rate: Fraction) -> tuple[Handles, ...]:
    """Return what the clip of each shot has beyond it.

    Args:
        plan: The plan.
        frame_rate: Frames per second.
    """
    after = transition_frames(plan, frame_rate)
    before = (None, *after[:-1])
    return tuple(_handles(one, other) for one, other in zip(before, after, strict=True))


def _handles(before: TransitionFrames | None, after: TransitionFrames | None) -> Handles:
    head = before.before if before and before.overlaps else 0
    tail = after.after if after and after.overlaps else 0
    return Handles(
        head=head,
        tail=tail,
        opening=head + before.after if before else 0,
        closing=after.before + tail if after else 0,
    )
