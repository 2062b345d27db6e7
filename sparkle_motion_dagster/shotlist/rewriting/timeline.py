"""When the lines of a changed plan are spoken, where its timeline says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from typing import Any

from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.shotlist.building import BETWEEN_LINES_S, FIRST_LINE_S
from sparkle_motion_dagster.shotlist.provenance import PlanText
from sparkle_motion_dagster.shotlist.rewriting.lines import SAID, SpokenLine, hold_lines
from sparkle_motion_dagster.shotlist.rewriting.shots import MergedShot

_SHORTEST_S = 0.1


def timed(
    old: PlanText, shots: Sequence[MergedShot], seconds: Mapping[str, float]
) -> tuple[list[PlanText] | None, Sequence[MergedShot]]:
    """Return a timeline, and the shots that it covers; a plan that had none has none.

    A line that stays lies in its shot where it lay; what is new follows the line before. A shot
    behind whose end one of its lines would begin is longer, and so is the last one, for its lines.

    Args:
        old: The plan as its file has it.
        shots: Its shots now.
        seconds: How long each line takes to say, by its text.
    """
    timeline = old.get("dialogue_timeline")
    if timeline is None:
        return None, shots
    before = [one for one in timeline if one["type"] == "dialogue"]
    told = [one.shot for one in shots]
    if [line.in_timeline for one in shots for line in one.lines] == before and (
        _spans(told) == _spans(old["shots"])
    ):
        return timeline, shots
    laying = _Laying(before, hold_lines(old), seconds)
    begins = _begins(old["shots"])
    begin, covered = Fraction(0), []
    for one in shots:
        for index, line in enumerate(one.lines):
            if line.in_timeline is None:
                laying.new(line, begin if index == 0 else None)
            else:
                laying.old(line, line.in_timeline, begin - begins[one.id])
        end, is_last = begin + _length(one.shot), one is shots[-1]
        if (one.lines and laying.started >= end) or (is_last and laying.reached > end):
            end = laying.reached
            covered.append(one.with_fields(duration_sec=float(end - begin)))
        else:
            covered.append(one)
        begin = end
    return [*laying.entries, *_silence(laying.reached, begin)], covered


@dataclass
class _Laying:
    """A timeline while lines are laid on it.

    Attributes:
        before: The lines that it had.
        in_shots: Whether shots hold the lines, too, and say how they are heard.
        seconds: How long each line takes to say, by its text.
        entries: What lies on it so far.
        started: Where the last line begins.
        reached: Where that ends.
    """

    before: Sequence[PlanText]
    in_shots: bool
    seconds: Mapping[str, float]
    entries: list[PlanText] = field(default_factory=list)
    started: Fraction = Fraction(0)
    reached: Fraction = Fraction(0)

    def old(self, line: SpokenLine, entry: PlanText, later: Fraction) -> None:
        """Lay a line where it was, or later with its shot."""
        length = exact_seconds(entry["duration_sec"])
        if line.number is not None and entry["text"] != self.before[line.number - 1]["text"]:
            length = self._seconds(entry["text"])
        self._lay(entry, exact_seconds(entry["start_time_sec"]) + later, length)

    def new(self, line: SpokenLine, shot: Fraction | None) -> None:
        """Lay a line near the beginning of a shot; None: behind the line before.

        One that was in another shot takes as long as it did there.
        """
        told = {key: one for key, one in line.said.items() if key in SAID or not self.in_shots}
        start = exact_seconds(BETWEEN_LINES_S) + self.reached
        if shot is not None:
            start = exact_seconds(FIRST_LINE_S) + shot
        if line.number is None:
            length = self._seconds(line.said["text"])
        else:
            length = exact_seconds(self.before[line.number - 1]["duration_sec"])
        self._lay({"type": "dialogue", **told}, start, length)

    def _lay(self, entry: PlanText, start: Fraction, length: Fraction) -> None:
        start = max(start, self.reached)
        times = {"start_time_sec": float(start), "duration_sec": float(length)}
        self.entries += [*_silence(self.reached, start), {**entry, **times}]
        self.started, self.reached = start, start + length

    def _seconds(self, text: str) -> Fraction:
        return exact_seconds(round(max(self.seconds[text], _SHORTEST_S), 2))


def _spans(shots: Sequence[Mapping[str, Any]]) -> list[tuple[str, float]]:
    return [(shot["id"], shot["duration_sec"]) for shot in shots]


def _begins(shots: Sequence[Mapping[str, Any]]) -> Mapping[str, Fraction]:
    """Return where each shot begins, by its id."""
    begins = accumulate(map(_length, shots), initial=Fraction(0))
    return {shot["id"]: begin for shot, begin in zip(shots, begins, strict=False)}


def _length(shot: Mapping[str, Any]) -> Fraction:
    return exact_seconds(shot["duration_sec"])


def _silence(start: Fraction, end: Fraction) -> list[PlanText]:
    if start >= end:
        return []
    times = {"start_time_sec": float(start), "duration_sec": float(end - start)}
    return [{"type": "silence", **times}]
