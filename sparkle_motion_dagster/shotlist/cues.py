"""What sounds where in a plan, and where its cues go when shots and lines come and go."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any, Literal, get_args

from sparkle_motion_dagster.plan.cards import TITLE_CARD
from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.soundtrack import Place
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.shotlist.models import Mood
from sparkle_motion_dagster.shotlist.spoken import shots_of_lines

_MOODS: Mapping[str, Mood] = {mood: mood for mood in get_args(Mood)}
_EDGES: Mapping[str, Literal["start", "end"]] = {"at": "start", "until": "end"}
_EFFECTS = "effects"


def moods_of(plan: UncheckedPlan) -> tuple[Mood | None, ...]:
    """Return the mood that sounds in each shot of a plan; None: none that shot lists know."""
    moods: list[Mood | None] = [None] * len(plan.shots)
    for cue in () if plan.soundtrack is None else reversed(plan.soundtrack.ambience):
        if (mood := _MOODS.get(cue.mood or "")) is not None:
            first = 0 if cue.at is None else _shot_at(cue.at, "start", plan)
            last = len(moods) - 1 if cue.until is None else _shot_at(cue.until, "end", plan)
            moods[first : last + 1] = [mood] * (last + 1 - first)
    return tuple(moods)


def _shot_at(place: Place, edge: Literal["start", "end"], plan: UncheckedPlan) -> int:
    """Return the number of the first, or last, shot of what begins, or ends, at a place."""
    ids, last = [shot.id for shot in plan.shots], len(plan.shots) - 1
    if place.line is not None:
        return shots_of_lines(plan)[place.line - 1]
    if place.sec is not None:
        ends = list(accumulate(exact_seconds(shot.duration_sec) for shot in plan.shots))
        find = bisect_right if edge == "start" else bisect_left
        return min(find(ends, exact_seconds(place.sec)), last)
    if place.shot not in ids:
        return 0 if place.shot == TITLE_CARD else last
    number = ids.index(place.shot)
    if place.edge in (None, edge):
        return number
    return min(max(number + (1 if edge == "start" else -1), 0), last)


def with_moods(soundtrack: Mapping[str, Any], moods: Iterable[Any]) -> dict[str, Any]:
    """Return a soundtrack with other moods: what else sounds in it stays."""
    others = [cue for cue in soundtrack.get("ambience", ()) if "mood" not in cue]
    return {**soundtrack, "ambience": [*others, *moods]}


@dataclass(frozen=True)
class Moves:
    """Where the shots and lines of a plan went.

    Attributes:
        before: The shots that there were, as the plan has them.
        after: The shots that there are.
        lines: The number of each line that is still there, by the one that it had; from 1.
    """

    before: Sequence[Mapping[str, Any]]
    after: Sequence[Mapping[str, Any]]
    lines: Mapping[int, int]

    def followed(self, soundtrack: Mapping[str, Any]) -> dict[str, Any]:
        """Return a soundtrack whose cues lie where their shots and lines are now.

        An effect by a shot that is gone, and whatever lies by a line that is gone, goes with it;
        other cues end, or begin, with the shots between that are still there.
        """
        return {
            kind: [
                moved
                for cue in cues
                if (moved := self._moved(cue, effect=kind == _EFFECTS)) is not None
            ]
            for kind, cues in soundtrack.items()
        }

    def _moved(self, cue: Mapping[str, Any], *, effect: bool) -> dict[str, Any] | None:
        moved, reach = dict(cue), [-1, len(self.before)]
        for number, name in enumerate(("at", "until")):
            if cue.get(name) is None:
                continue
            shot = self._shot(cue[name])
            kept = shot if shot is None or self._is_there(shot) else self._near(shot, name)
            if kept is None and shot is not None:
                return None
            if kept != shot and effect and name == "at":
                return None
            place = self._place(cue[name], shot, kept, name)
            if place is None:
                return None
            moved[name] = place
            reach[number] = reach[number] if kept is None else kept
        return moved if reach[0] <= reach[1] else None

    def _place(self, place: Any, shot: int | None, kept: int | None, name: str) -> Any:
        """Return a place as it is now; None: there is none any more."""
        if shot is None or kept is None:
            line = place.get("line") if isinstance(place, Mapping) else None
            if line is None:
                return place  # by a card
            return {**place, "line": self.lines[line]} if line in self.lines else None
        if isinstance(place, Mapping) and place.get("shot"):
            return place if kept == shot else {"shot": self.before[kept]["id"]}
        second = self._second(_second(place), shot, kept, name)
        return {**place, "sec": second} if isinstance(place, Mapping) else second

    def _second(self, second: Fraction, shot: int, kept: int, name: str) -> float:
        begin, end = self._spans[self.before[kept]["id"]]
        if kept != shot:
            return float(begin if name == "at" else end)
        return float(min(begin + second - self._begins[shot], end))

    def _shot(self, place: Any) -> int | None:
        """Return which of the shots that there were a place lies in, or by; None: none."""
        if isinstance(place, Mapping) and place.get("sec") is None:
            return self._numbers.get(place.get("shot") or "")
        second = _second(place)
        return None if second < 0 else bisect_right(self._begins, second) - 1

    def _is_there(self, shot: int) -> bool:
        return self.before[shot]["id"] in self._spans

    def _near(self, shot: int, name: str) -> int | None:
        """Return the shot, of those that are still there, at which a cue begins or ends instead."""
        others = range(shot + 1, len(self.before)) if name == "at" else range(shot - 1, -1, -1)
        return next(filter(self._is_there, others), None)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {shot["id"]: number for number, shot in enumerate(self.before)}

    @cached_property
    def _begins(self) -> list[Fraction]:
        return [Fraction(0), *accumulate(map(_length, self.before))][:-1]

    @cached_property
    def _spans(self) -> Mapping[str, tuple[Fraction, Fraction]]:
        """Where each shot that there is begins and ends, by its id."""
        ends = list(accumulate(map(_length, self.after)))
        return {
            shot["id"]: (end - _length(shot), end)
            for shot, end in zip(self.after, ends, strict=True)
        }


def _length(shot: Mapping[str, Any]) -> Fraction:
    return exact_seconds(shot["duration_sec"])


def _second(place: Any) -> Fraction:
    return exact_seconds(place["sec"] if isinstance(place, Mapping) else place)
