"""Which lines a plan has in each shot, whether its shots hold them, or its timeline."""

from bisect import bisect_right
from itertools import accumulate

from sparkle_motion_dagster.plan.parts import DialogueEntry, UncheckedPlan
from sparkle_motion_dagster.plan.timing import exact_seconds


def shots_of_lines(plan: UncheckedPlan) -> tuple[int, ...]:
    """Return the number of the shot that each line belongs to, in the order of the lines.

    That is the shot that holds it; where the timeline alone does, the one in which it begins.
    """
    in_shots = tuple(number for number, shot in enumerate(plan.shots) for _ in shot.dialogue)
    if in_shots or plan.dialogue_timeline is None:
        return in_shots
    ends = list(accumulate(exact_seconds(shot.duration_sec) for shot in plan.shots))
    return tuple(
        min(bisect_right(ends, exact_seconds(entry.start_time_sec)), len(ends) - 1)
        for entry in plan.dialogue_timeline
        if isinstance(entry, DialogueEntry)
    )
