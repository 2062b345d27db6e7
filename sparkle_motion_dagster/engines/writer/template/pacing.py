"""Choosing what fits into the time: what a story cannot do without first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.writer.template.setting import Spot
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import ListedScene, ListedShot, ShotList
from sparkle_motion_dagster.shotlist.writing.brief import Brief

_AT_MOST = (1.06, 1.18)
"""How much longer than asked for a film may become: rather little, if that leaves no gap."""

_AT_LEAST = 0.87
"""What of the time asked for must be filled, if it can be."""

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
    bundles = [_Bundle(seconds_of(several), several) for several in together.values()]
    chosen: list[_Bundle] = []
    for most in _AT_MOST:
        chosen = _chosen(bundles, brief.seconds * most, brief.most_shots)
        if sum(one.seconds for one in chosen) >= brief.seconds * _AT_LEAST:
            break
    taken = {id(moment) for one in chosen for moment in one.moments}
    return [one for one in moments if id(one) in taken]


@dataclass(frozen=True)
class _Bundle:
    """Moments that are taken together, and how long they are."""

    seconds: float
    moments: Sequence[Moment]

    @property
    def part(self) -> Part | None:
        return self.moments[0].part

    @property
    def opens(self) -> bool:
        return self.moments[0].opens

    @property
    def shots(self) -> int:
        return sum(len(one.shots) for one in self.moments)


def _chosen(bundles: Sequence[_Bundle], most: float, shots: int) -> list[_Bundle]:
    """Return what fits into so many seconds and shots; something is said in any case."""
    first, *others = bundles
    chosen = [first]
    opened: set[Part | None] = {None}
    for one in others:
        fits = sum(other.seconds for other in chosen) + one.seconds <= most
        fits = fits and sum(other.shots for other in chosen) + one.shots <= shots
        if fits and (one.opens or one.part in opened):
            chosen.append(one)
            opened |= {one.part} if one.opens else set()
    if len(opened) > 1:
        return chosen
    said = min((one for one in others if one.opens), key=lambda one: one.seconds)
    return [first, said] if first.seconds + said.seconds <= most else [said]


def seconds_of(moments: Sequence[Moment]) -> float:
    """Return how long moments are planned to be, together."""
    shots = tuple(shot for one in moments for shot in one.shots)
    scene = ListedScene(place="anywhere", shots=shots)
    plan = plan_of(ShotList(title="shots", scenes=(scene,)))
    return float(sum(shot["duration_sec"] for shot in plan["shots"]))
