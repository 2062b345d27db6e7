"""The spoken lines of a plan, in order, with where the plan wants each of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import DialogueEntry
from sparkle_motion_dagster.plan.timing import exact_seconds


@dataclass(frozen=True)
class Slot:
    """A place of its own on the film's timeline: seconds from the film's start."""

    start_s: Fraction
    duration_s: Fraction


@dataclass(frozen=True)
class InShot:
    """A place among a shot's lines: it follows the one before, and has no planned duration."""

    shot: int
    first: bool


@dataclass(frozen=True)
class PlannedLine:
    """A spoken line as the plan has it; ``index`` counts spoken lines from 0.

    ``field`` is where its text stands in the plan.
    """

    index: int
    character_id: str
    text: str
    place: Slot | InShot
    field: str = ""


def planned_lines(plan: MoviePlan) -> tuple[PlannedLine, ...]:
    """Return the lines that are spoken: from the timeline, or derived from the shots' dialogue."""
    lines: Iterable[tuple[str, str, Slot | InShot, str]] = (
        _lines_of_shots(plan) if plan.dialogue_timeline is None else _lines_of_timeline(plan)
    )
    return tuple(
        PlannedLine(index, character_id, text, place, field)
        for index, (character_id, text, place, field) in enumerate(lines)
    )


def _lines_of_timeline(plan: MoviePlan) -> Iterator[tuple[str, str, Slot, str]]:
    for index, entry in enumerate(plan.dialogue_timeline or ()):
        if isinstance(entry, DialogueEntry):
            slot = Slot(exact_seconds(entry.start_time_sec), exact_seconds(entry.duration_sec))
            yield entry.character_id, entry.text, slot, f"dialogue_timeline[{index}].text"


def _lines_of_shots(plan: MoviePlan) -> Iterator[tuple[str, str, InShot, str]]:
    for number, shot in enumerate(plan.shots):
        for position, line in enumerate(shot.dialogue):
            place = InShot(number, first=position == 0)
            yield line.character_id, line.text, place, f"shots[{number}].dialogue[{position}].text"
