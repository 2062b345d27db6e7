"""Choosing what fits into the time: what a story cannot do without first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.writer.template.setting import Spot
from sparkle_motion_dagster.shotlist.brief import Brief
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import ListedScene, ListedShot, ShotList

_AT_MOST = 1.06
"""How much longer than asked for a film may become by one more beat."""


@dataclass(frozen=True)
class Moment:
    """Shots that are in the film together, or not at all.

    Attributes:
        shots: The shots.
        spot: Where and when they are.
        urgency: How soon they are taken into the film: what comes first in order of these is.
        part_of: The number of the plot and the phase that they are a part of; None: they stand for
            themselves.
        opens: Whether they are what that part is about: others of it make no sense without.
    """

    shots: tuple[ListedShot, ...]
    spot: Spot
    urgency: tuple[int, ...]
    part_of: tuple[int, str] | None = None
    opens: bool = False


def fitting(moments: Sequence[Moment], brief: Brief) -> list[Moment]:
    """Return the moments that a film of some length has, in the story's order.

    Args:
        moments: All there are, in the story's order; the first one is always taken.
        brief: How long the film is to be.
    """
    lengths = {id(one): seconds_of(one.shots) for one in moments}
    first, *others = moments
    chosen, spent, count = [first], lengths[id(first)], len(first.shots)
    opened: set[tuple[int, str] | None] = {None}
    for one in sorted(others, key=lambda one: one.urgency):
        longer = spent + lengths[id(one)]
        fits = longer <= brief.seconds * _AT_MOST and count + len(one.shots) <= brief.most_shots
        if fits and (one.opens or one.part_of in opened):
            chosen.append(one)
            spent, count = longer, count + len(one.shots)
            opened |= {one.part_of} if one.opens else set()
    if len(chosen) == 1:
        told = [one for one in others if one.opens]
        chosen.append(min(told, key=lambda one: lengths[id(one)]))
    taken = {id(one) for one in chosen}
    return [one for one in moments if id(one) in taken]


def seconds_of(shots: Sequence[ListedShot]) -> float:
    """Return how long shots are planned to be, together."""
    scene = ListedScene(place="anywhere", shots=tuple(shots))
    plan = plan_of(ShotList(title="shots", scenes=(scene,)))
    return float(sum(shot["duration_sec"] for shot in plan["shots"]))
