"""How the shots of a changed plan end, so that each still becomes the one that follows it now."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sparkle_motion_dagster.plan.shot import DEFAULT_TRANSITION_S, TIMED_TRANSITIONS
from sparkle_motion_dagster.plan.timing import ROUNDING_S
from sparkle_motion_dagster.shotlist.provenance import PlanText
from sparkle_motion_dagster.shotlist.references import END, START
from sparkle_motion_dagster.shotlist.rewriting.shots import MergedShot


def chained(shots: Sequence[MergedShot], old: Sequence[PlanText]) -> frozenset[str]:
    """Return the ids of shots that match the next one, which is still the one that it was."""
    following = {shot["id"]: after["id"] for shot, after in pairwise(old)}
    return frozenset(
        one.id
        for one, after in pairwise(shots)
        if _matches(one.shot) and "clip" not in after.shot and following.get(one.id) == after.id
    )


def seamed(
    shots: Sequence[MergedShot], chains: Collection[str], *, end_card: bool
) -> list[MergedShot]:
    """Return shots that end as the rules of plans want it.

    One that matched a shot which no longer follows it is as it was, and then cuts.

    Args:
        shots: The shots.
        chains: The ids of those that still match the next one.
        end_card: Whether a card follows the last one.
    """
    following = [*shots[1:], None]
    ended = [_ended(*pair, chains) for pair in zip(shots, following, strict=True)]
    if ended[-1].shot.get("transition") in {"dissolve", "wipe"} and not end_card:
        ended[-1] = ended[-1].with_fields(transition="fade")
    before = [0.0, *(_seconds(one.shot) / 2 for one in ended)]
    after = [*(_seconds(one.shot) / 2 for one in ended[:-1])]
    after.append(_seconds(ended[-1].shot) / (2 if end_card else 1))
    return [_long_enough(one, sum(ends)) for one, *ends in zip(ended, before, after, strict=False)]


def _ended(shot: MergedShot, following: MergedShot | None, chains: Collection[str]) -> MergedShot:
    start, end = shot.shot.get(START), shot.shot.get(END)
    if shot.id in chains and following is not None:
        wanted = following.shot[START]
        if wanted == start:
            return shot.with_fields(transition="hold", **{END: None})
        return shot if wanted == end else shot.with_fields(**{END: wanted})
    if _matches(shot.shot) and (following is not None or end in (None, start)):
        return shot.with_fields(transition="cut", **{END: None if end == start else end})
    if end is not None and (end == start or shot.shot.get("transition") == "hold"):
        return shot.with_fields(**{END: None})
    return shot


def _matches(shot: Mapping[str, Any]) -> bool:
    return "clip" not in shot and shot.get("transition", "match") == "match"


def _seconds(shot: Mapping[str, Any]) -> float:
    """Return how long the transition at the end of a shot takes."""
    if shot.get("transition") not in TIMED_TRANSITIONS:
        return 0.0
    return float(shot.get("transition_sec") or DEFAULT_TRANSITION_S)


def _long_enough(one: MergedShot, transitions_s: float) -> MergedShot:
    """Return a shot that lasts as long as its transitions, and the texts over it."""
    texts = [
        text.get("to") or text.get("from", 0.0) + DEFAULT_TRANSITION_S
        for text in one.shot.get("on_screen_text", ())
    ]
    needed = max([transitions_s, *texts])
    if one.shot["duration_sec"] >= needed - ROUNDING_S or "clip" in one.shot:
        return one
    return one.with_fields(duration_sec=round(needed + ROUNDING_S, 3))
