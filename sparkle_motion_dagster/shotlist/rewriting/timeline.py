"""When the lines of a changed plan are spoken, where its timeline says so."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.shotlist.building import BETWEEN_LINES_S, FIRST_LINE_S
from sparkle_motion_dagster.shotlist.provenance import PlanText
from sparkle_motion_dagster.shotlist.rewriting.shots import MergedShot

_TIMES = ("start_time_sec", "duration_sec")


def timed(
    old: PlanText, shots: Sequence[MergedShot], seconds: Mapping[str, float]
) -> tuple[list[PlanText] | None, Sequence[MergedShot]]:
    """Return a timeline, and the shots that it covers; a plan that had none has none.

    A line that stays lies in its shot where it lay; what is new follows the line before. Where that
    takes longer than the film, the last shot does.

    Args:
        old: The plan as its file has it.
        shots: Its shots now.
        seconds: How long each line takes to say, by its text.
    """
    if old.get("dialogue_timeline") is None:
        return None, shots
    before = [one for one in old["dialogue_timeline"] if one["type"] == "dialogue"]
    if [line.in_timeline for one in shots for line in one.lines] == before and _spans(
        [one.shot for one in shots]
    ) == _spans(old["shots"]):
        return old["dialogue_timeline"], shots
    begins = _begins(old["shots"])
    now = _begins([one.shot for one in shots])
    entries: list[PlanText] = []
    reached = Fraction(0)
    for one in shots:
        for index, line in enumerate(one.lines):
            said = line.in_timeline
            if said is None:
                gap = FIRST_LINE_S if index == 0 else BETWEEN_LINES_S
                start = (now[one.id] if index == 0 else reached) + exact_seconds(gap)
                length = exact_seconds(round(max(seconds[line.said["text"]], 0.1), 2))
                said = {key: line.said[key] for key in line.said if key != "metadata"}
                said = {"type": "dialogue", **(said if line.in_shot is None else _who_what(said))}
            else:
                start = now[one.id] + exact_seconds(said[_TIMES[0]]) - begins[one.id]
                length = exact_seconds(said[_TIMES[1]])
                if line.number is not None and said["text"] != before[line.number - 1]["text"]:
                    length = exact_seconds(round(max(seconds[said["text"]], 0.1), 2))
            start = max(start, reached)
            entries += _silence(reached, start)
            entries.append(
                {**said, **dict(zip(_TIMES, map(_number, (start, length)), strict=True))}
            )
            reached = start + length
    end = sum((exact_seconds(one.shot["duration_sec"]) for one in shots), Fraction(0))
    if reached > end:
        last = shots[-1].shot["duration_sec"]
        longer = _number(exact_seconds(last) + reached - end)
        shots = [*shots[:-1], shots[-1].with_fields(duration_sec=longer)]
    return [*entries, *_silence(reached, end)], shots


def _spans(shots: Sequence[Mapping[str, Any]]) -> list[tuple[str, float]]:
    return [(shot["id"], shot["duration_sec"]) for shot in shots]


def _who_what(said: Mapping[str, Any]) -> PlanText:
    return {key: said[key] for key in ("character_id", "text")}


def _begins(shots: Sequence[Mapping[str, Any]]) -> Mapping[str, Fraction]:
    """Return where each shot begins, by its id."""
    lengths = [exact_seconds(shot["duration_sec"]) for shot in shots]
    begins = accumulate(lengths, initial=Fraction(0))
    return {shot["id"]: begin for shot, begin in zip(shots, begins, strict=False)}


def _silence(start: Fraction, end: Fraction) -> list[PlanText]:
    if start >= end:
        return []
    times = dict(zip(_TIMES, map(_number, (start, end - start)), strict=True))
    return [{"type": "silence", **times}]


def _number(seconds: Fraction) -> float:
    return float(seconds)
