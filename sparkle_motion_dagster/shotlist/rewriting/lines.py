"""The lines of a plan, shot by shot, and what becomes of them where they are told otherwise."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.files import RECORDING
from sparkle_motion_dagster.shotlist.matching import matched
from sparkle_motion_dagster.shotlist.provenance import PlanText
from sparkle_motion_dagster.shotlist.rewriting.changes import changed
from sparkle_motion_dagster.shotlist.spoken import shots_of_lines

SAID = ("character_id", "text")
"""What a line is, wherever it is held."""

_OF_THE_LINE = ("text", RECORDING, "metadata")
"""What a line has wherever it is said: its whole text, of which a list may tell less."""

_HEARD = ("off_screen", "treatment")
"""What either of its places may say of how it is heard."""


@dataclass(frozen=True)
class SpokenLine:
    """A line, where a plan has it.

    Attributes:
        in_shot: As its shot holds it; None: none does.
        in_timeline: As the timeline holds it; None: it does not.
        number: Which of the lines it was, from 1; None: it is new.
    """

    in_shot: PlanText | None
    in_timeline: PlanText | None
    number: int | None = None

    @property
    def said(self) -> PlanText:
        """What either says of it."""
        return {**(self.in_timeline or {}), **(self.in_shot or {})}


def hold_lines(plan: PlanText) -> bool:
    """Tell whether the shots of a plan hold its lines, not its timeline alone."""
    spoken = any(shot.get("dialogue") for shot in plan["shots"])
    return spoken or plan.get("dialogue_timeline") is None


def lines_of(old: PlanText, plan: MoviePlan) -> Sequence[Sequence[SpokenLine]]:
    """Return the lines of each shot of a plan, in order.

    Args:
        old: The plan as its file has it.
        plan: The same plan.
    """
    in_shots = [line for shot in old["shots"] for line in shot.get("dialogue", ())]
    timeline = [one for one in old.get("dialogue_timeline") or () if one["type"] == "dialogue"]
    lines: dict[int, list[SpokenLine]] = defaultdict(list)
    for index, shot in enumerate(shots_of_lines(plan)):
        lines[shot].append(
            SpokenLine(
                in_shots[index] if in_shots else None,
                timeline[index] if timeline else None,
                index + 1,
            )
        )
    return [lines[shot] for shot in range(len(plan.shots))]


def merged_lines(
    old: Sequence[SpokenLine],
    was: Sequence[Mapping[str, Any]],
    now: Sequence[Mapping[str, Any]],
) -> list[SpokenLine]:
    """Return the lines of a shot as it is told now.

    Args:
        old: Its lines as the plan has them.
        was: The same, as the shot list told them before.
        now: As it tells them now.
    """
    of = matched([_key(line) for line in was], [_key(line) for line in now])
    return [
        _merged(old[of[index]], was[of[index]], line)
        if index in of
        else SpokenLine(dict(line), None)
        for index, line in enumerate(now)
    ]


class LinesLeft:
    """The lines that are no longer in the shot that they were in, by what a list tells of them."""

    def __init__(self) -> None:
        self._lines: dict[tuple[Any, ...], list[SpokenLine]] = defaultdict(list)

    def add(
        self,
        old: Sequence[SpokenLine],
        was: Sequence[Mapping[str, Any]],
        now: Sequence[SpokenLine],
    ) -> None:
        """Note which lines of a shot are no longer in it.

        Args:
            old: Its lines as the plan has them.
            was: The same, as the shot list told them before.
            now: The lines that it has now.
        """
        kept = {line.number for line in now}
        for line, told in zip(old, was, strict=True):
            if line.number not in kept:
                self._lines[_key(told)].append(line)

    def moved(self, line: SpokenLine) -> SpokenLine:
        """Return a line that is new in a shot: where another one had it, as the plan has it."""
        if line.number is not None or not (left := self._lines[_key(line.said)]):
            return line
        old = left.pop(0)
        kept = {name: told for name, told in old.said.items() if name in _OF_THE_LINE}
        return SpokenLine({**line.said, **kept}, None, old.number)


def _key(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(line[one] for one in SAID)


def _merged(old: SpokenLine, was: Mapping[str, Any], now: Mapping[str, Any]) -> SpokenLine:
    heard_otherwise = any(was.get(one) != now.get(one) for one in _HEARD)
    said_otherwise = _key(was) != _key(now)

    def told(line: PlanText | None, fields: Sequence[str]) -> PlanText | None:
        if line is None:
            return None
        told = changed(line, was, now, fields)
        if said_otherwise:
            told.pop(RECORDING, None)  # it says the line that was
        return told

    in_shot = told(old.in_shot, (*SAID, *_HEARD))
    in_timeline = told(old.in_timeline, SAID if in_shot else (*SAID, *_HEARD))
    if in_timeline is not None and in_shot is not None and heard_otherwise:
        in_timeline = {key: one for key, one in in_timeline.items() if key not in _HEARD}
    return SpokenLine(in_shot, in_timeline, old.number)
