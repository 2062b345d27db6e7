"""Transitions in frames: what each takes of a film, and how much longer clips must be for it."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.shot import (
    DEFAULT_TRANSITION_S,
    TIMED_TRANSITIONS,
    ShotSpec,
    TimedTransition,
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

    kind: TimedTransition
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
    the odd one of them lies after the cut. No frame of a shot is taken twice: where rounding has
    left a shot a frame less than its transitions need, they take no more than there is.

    Args:
        plan: The plan.
        frame_rate: Frames per second.

    Raises:
        ShotTooShortError: A shot would hold no frame.
    """
    boundaries = shot_boundaries([shot.duration_sec for shot in plan.shots], frame_rate)
    free = [end - start for start, end in pairwise(boundaries)]
    transitions: list[TransitionFrames | None] = []
    free_after: int | None = None
    # From the end, so that each has a frame: of its own shot nothing is taken before.
    for shot, own in zip(reversed(plan.shots), reversed(free), strict=True):
        transition = _frames(shot, frame_rate, own, free_after)
        transitions.append(transition)
        free_after = own - (transition.before if transition else 0)
    return tuple(reversed(transitions))


def _frames(
    shot: ShotSpec, frame_rate: Fraction, free: int, free_after: int | None
) -> TransitionFrames | None:
    """Return what a shot's transition takes of the frames that are free before and after it.

    After the last shot there is nothing: ``free_after`` is None.
    """
    match shot.transition:
        case "dissolve" | "fade" | "wipe" as kind:
            wanted = round(exact_seconds(seconds_of(shot)) * frame_rate)
            if free_after is None:
                return TransitionFrames(kind, min(max(wanted, 1), free), 0)
            wanted = max(wanted, 2)
            before, after = min(wanted // 2, free), min(wanted - wanted // 2, free_after)
            return TransitionFrames(kind, before, after)
        case _:
            return None


def clip_handles(plan: UncheckedPlan, frame_rate: Fraction) -> tuple[Handles, ...]:
    """Return what the clip of each shot has beyond it.

    Args:
        plan: The plan.
        frame_rate: Frames per second.

    Raises:
        ShotTooShortError: A shot would hold no frame.
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
