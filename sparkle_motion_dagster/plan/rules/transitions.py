"""The rules of keyframes and transitions: where shots start, and how one becomes the next."""

from collections.abc import Iterator
from itertools import pairwise

from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import known, shown
from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.shot import TIMED_TRANSITIONS, ShotSpec
from sparkle_motion_dagster.plan.timing import ROUNDING_S
from sparkle_motion_dagster.plan.transitions import seconds_of


def keyframes_are_known(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which keyframes shots name that the plan does not have."""
    ids = [image.id for image in plan.base_images]
    for number, shot in enumerate(plan.shots):
        for end, given in (("start", shot.start_base_image_id), ("end", shot.end_base_image_id)):
            if given is not None and given not in ids:
                yield PlanProblem(
                    f"shot {shown(shot.id)} {end}s on {shown(given)}, which is no base image; "
                    + known("base images", ids),
                    f"shots[{number}].{end}_base_image_id",
                )


def shots_end_as_they_say(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which shots end on another keyframe than their transition wants."""
    for number, shot in enumerate(plan.shots):
        following = plan.shots[number + 1] if number + 1 < len(plan.shots) else None
        if (problem := _ending(shot, following)) is not None:
            yield PlanProblem(problem, f"shots[{number}].end_base_image_id")
        elif following is None and not plan.end_card and shot.transition in {"dissolve", "wipe"}:
            yield PlanProblem(
                f"shot {shown(shot.id)} is the last one: there is nothing to {shot.transition} "
                "into. A fade ends in black, a cut just ends",
                f"shots[{number}].transition",
            )
        if shot.transition_sec is not None and shot.transition not in TIMED_TRANSITIONS:
            yield PlanProblem(
                f"shot {shown(shot.id)} ends with a {shot.transition}, which takes no time: leave "
                "transition_sec out, or name a dissolve, a fade or a wipe",
                f"shots[{number}].transition_sec",
            )


def _ending(shot: ShotSpec, following: ShotSpec | None) -> str | None:
    """Say what is wrong with the keyframe that a shot ends on; None: nothing."""
    start, end = shot.start_base_image_id, shot.end_base_image_id
    if start is None or (shot.transition == "match" and _starts_on_none(following)):
        return None  # see ``own_clip_rules``
    name = f"shot {shown(shot.id)}"
    if shot.transition == "hold":
        if end not in {None, start}:
            return (
                f"{name} holds {shown(start)}, and so cannot end on {shown(end)}: leave "
                "end_base_image_id out, or write transition: cut"
            )
        return None
    if end is None:
        return _missing_end(shot, following)
    if start == end:
        return (
            f"{name} starts and ends on the same base image, {shown(end)}: the two must differ, "
            "unless it says transition: hold"
        )
    if shot.transition == "match" and following is not None:
        expected = following.start_base_image_id
        if end != expected:
            return (
                f"{name} ends on {shown(end)}, but the next one, {shown(following.id)}, starts on "
                f"{shown(expected)}: both must be the same base image, unless the shot says how it "
                "ends, such as transition: cut"
            )
    return None


def _missing_end(shot: ShotSpec, following: ShotSpec | None) -> str | None:
    """Say why a shot must end on a keyframe; None: it may end anywhere."""
    if shot.transition != "match":
        return None
    if following is None:
        return (
            f"shot {shown(shot.id)} is the last one, and says neither on which base image it ends "
            "nor how: give end_base_image_id, or write transition: cut"
        )
    return (
        f"shot {shown(shot.id)} matches the next one, and so must end on the base image that it "
        f"starts on ({shown(following.start_base_image_id)}); where it should not, write "
        "transition: cut"
    )


def every_keyframe_is_shown(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which keyframes no shot shows: they would be made, and paid for, in vain.

    Where a shot names one that there is not, that may be what is meant.
    """
    shown_ids = {keyframe for shot in plan.shots for keyframe in shot.keyframes}
    if shown_ids - {image.id for image in plan.base_images}:
        return
    for number, image in enumerate(plan.base_images):
        if image.id not in shown_ids:
            yield PlanProblem(
                f"no shot starts or ends on base image {shown(image.id)}: name it in a shot, or "
                "take it out",
                f"base_images[{number}]",
            )


def transitions_fit(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which shots are shorter than the parts of the transitions at their two ends."""
    # After the last shot nothing follows that could take half of its fade, unless it is a card.
    last = len(plan.shots) - (1 if plan.end_card is None else 0)
    own = [
        seconds_of(shot) * (1.0 if number == last else 0.5)
        for number, shot in enumerate(plan.shots)
    ]
    before = [0.0, *(seconds_of(shot) / 2 for shot, _ in pairwise(plan.shots))]
    for number, (shot, at_start, at_end) in enumerate(zip(plan.shots, before, own, strict=True)):
        if at_start + at_end > shot.duration_sec + ROUNDING_S:
            yield PlanProblem(
                f"shot {shown(shot.id)} lasts {shot.duration_sec:g} s, but the transitions at its "
                f"ends take {at_start:g} s and {at_end:g} s of it: make it longer, or them shorter",
                f"shots[{number}].duration_sec",
            )


def _starts_on_none(shot: ShotSpec | None) -> bool:
    return shot is not None and shot.start_base_image_id is None
