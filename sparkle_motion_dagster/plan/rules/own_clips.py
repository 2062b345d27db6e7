"""The rules of shots that are clips of the author's own: they show no keyframes."""

from collections.abc import Iterator
from itertools import pairwise

from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.plan.own_clip import OwnClip
from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timing import ROUNDING_S


def clips_show_no_keyframes(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which clips name keyframes, too."""
    for number, shot in enumerate(plan.shots):
        if shot.clip is None:
            continue
        for end, named in (("start", shot.start_base_image_id), ("end", shot.end_base_image_id)):
            if named is not None:
                yield PlanProblem(
                    f"shot {shown(shot.id)} is the clip {shown(shot.clip.file)}, and so {end}s on "
                    "no base image: leave this out",
                    f"shots[{number}].{end}_base_image_id",
                )


def clips_are_cut_to(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which transitions want a clip to begin, to stay or to end on a keyframe."""
    for number, shot in enumerate(plan.shots):
        if shot.clip is not None and shot.transition in {"match", "hold"}:
            yield PlanProblem(
                f"shot {shown(shot.id)} is a clip, which {shot.transition} is not possible for: "
                "leave transition out, which means cut, or write dissolve, fade or wipe",
                f"shots[{number}].transition",
            )
    for number, (shot, following) in enumerate(pairwise(plan.shots)):
        if shot.clip is None and shot.transition == "match" and following.clip is not None:
            yield PlanProblem(
                f"shot {shown(shot.id)} cannot match the next one, {shown(following.id)}, which "
                "is a clip and begins on a picture of its own: write transition: cut",
                f"shots[{number}].transition",
            )


def clips_fill_their_shots(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which shots are longer than what lies between the two points of their clips."""
    for number, shot in enumerate(plan.shots):
        if shot.clip is not None and shot.clip.out_sec is not None:
            problem = _too_short(shot, shot.clip, shot.clip.out_sec)
            if problem is not None:
                yield PlanProblem(problem, f"shots[{number}].clip.out")


def _too_short(shot: ShotSpec, clip: OwnClip, out_sec: float) -> str | None:
    seconds = out_sec - clip.in_sec
    if seconds <= 0:
        return (
            f"{out_sec:g} s does not lie behind the point where the shot begins, {clip.in_sec:g} s"
        )
    if seconds < shot.duration_sec - ROUNDING_S:
        return (
            f"shot {shown(shot.id)} lasts {shot.duration_sec:g} s, but from {clip.in_sec:g} s to "
            f"{out_sec:g} s the clip has {seconds:g} s: make the shot shorter, or let more of the "
            "clip be seen"
        )
    return None
