"""Choosing what fits into the time: what a story cannot do without first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.writer.template.setting import Spot
from sparkle_motion_dagster.shotlist.brief import Brief
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import ListedScene, ListedShot, ShotList

_AT_MOST = 1.06
"""How much longer than asked for a film may become by one more beat."""

Part = tuple[int, str]
"""The number of a plot and a phase of it."""


@dataclass(frozen=True)
class Moment:
    """Shots that are in the film together, or not at all.

    Attributes:
        shots: The shots.
        spot: Where and when they are.
        urgency: How soon they are taken into the film: in order of these. Those that are equally
            urgent belong together: all of them are taken, or none.
        part: The part of the story that they belong to; None: they stand for themselves.
        opens: Whether they are what that part is about: others of it make no sense without.
    """

    shots: tuple[ListedShot, ...]
    spot: Spot
    urgency: tuple[int, ...]
    part: Part | None = None
    opens: bool = False


def fitting(moments: Sequence[Moment], brief: Brief) -> list[Moment]:
    """Return the moments that a film of some length has, in the story's order.

    Args:
        moments: All there are, in the story's order; the most urgent ones are always taken.
        brief: How long the film is to be.
    """
    together: dict[tuple[int, ...], list[Moment]] = {}
    for one in sorted(moments, key=lambda one: one.urgency):
        together.setdefault(one.urgency, []).append(one)
    first, *others = together.values()
    chosen, spent = list(first), seconds_of(first)
    opened: set[Part | None] = {None}
    for several in others:
        longer, opens = spent + seconds_of(several), several[0].opens
        fits = longer <= brief.seconds * _AT_MOST
        fits = fits and _count([*chosen, *several]) <= brief.most_shots
        if fits and (opens or several[0].part in opened):
            chosen, spent = [*chosen, *several], longer
            opened |= {several[0].part} if opens else set()
    if len(chosen) == len(first):
        lengths = {seconds_of(several): several for several in others if several[0].opens}
        chosen += lengths[min(lengths)]
    taken = {id(one) for one in chosen}
    return [one for one in moments if id(one) in taken]


def seconds_of(moments: Sequence[Moment]) -> float:
    """Return how long moments are planned to be, together."""
    shots = tuple(shot for one in moments for shot in one.shots)
    scene = ListedScene(place="anywhere", shots=shots)
    plan = plan_of(ShotList(title="shots", scenes=(scene,)))
    return float(sum(shot["duration_sec"] for shot in plan["shots"]))


def _count(moments: Sequence[Moment]) -> int:
    return sum(len(one.shots) for one in moments)
