"""The rules of a plan's soundtrack: cues lie where there is something, and within the film."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate

from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import known, shown
from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.soundtrack import Edge, Place
from sparkle_motion_dagster.plan.timing import exact_seconds


def cues_lie_in_the_film(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which cues name a shot or a line that is not there, or lie outside of the film.

    Where lines fall is known when they have been spoken: of a cue that lies by a line, only the
    line's number is checked here.
    """
    for field, cue in [] if plan.soundtrack is None else plan.soundtrack.cues():
        unknown = [
            problem
            for name, place in (("at", cue.at), ("until", cue.until))
            if place is not None and (problem := _unknown(plan, f"{field}.{name}", place))
        ]
        yield from unknown
        if not unknown:
            start = Fraction(0) if cue.at is None else _planned(plan, cue.at, "start")
            end = None if cue.until is None else _planned(plan, cue.until, "end")
            yield from _outside(plan, field, start, end)


def _unknown(plan: UncheckedPlan, field: str, place: Place) -> PlanProblem | None:
    ids = [shot.id for shot in plan.shots]
    if place.shot is not None and place.shot not in ids:
        return PlanProblem(
            f"{shown(place.shot)} is no shot; {known('shots', ids)}", f"{field}.shot"
        )
    lines = _count_of_lines(plan)
    if place.line is not None and place.line > lines:
        there = f"lines are counted from 1 to {lines}" if lines else "nobody speaks in the film"
        return PlanProblem(f"there is no line {place.line}: {there}", f"{field}.line")
    return None


def _outside(
    plan: UncheckedPlan, field: str, start: Fraction | None, end: Fraction | None
) -> Iterator[PlanProblem]:
    film = sum((exact_seconds(shot.duration_sec) for shot in plan.shots), Fraction(0))
    if start is not None and start < 0:
        yield PlanProblem(
            f"begins {_seconds(-start)} before the film: nothing can be heard there", f"{field}.at"
        )
    elif start is not None and start >= film:
        yield PlanProblem(
            f"begins at {_seconds(start)}, but the film ends at {_seconds(film)}", f"{field}.at"
        )
    elif start is not None and end is not None and end <= start:
        yield PlanProblem(
            f"ends at {_seconds(end)}, but only begins at {_seconds(start)}", f"{field}.until"
        )


def _planned(plan: UncheckedPlan, place: Place, edge: Edge) -> Fraction | None:
    """Return where a place lies as long as no line moves it; None: by a line."""
    if place.line is not None:
        return None
    offset = exact_seconds(place.offset_sec)
    if place.sec is not None:
        return exact_seconds(place.sec) + offset
    ends = list(accumulate(exact_seconds(shot.duration_sec) for shot in plan.shots))
    number = next(number for number, shot in enumerate(plan.shots) if shot.id == place.shot)
    if (place.edge or edge) == "end":
        return ends[number] + offset
    return (ends[number - 1] if number else Fraction(0)) + offset


def _count_of_lines(plan: UncheckedPlan) -> int:
    if plan.dialogue_timeline is None:
        return sum(len(shot.dialogue) for shot in plan.shots)
    return sum(entry.type == "dialogue" for entry in plan.dialogue_timeline)


def _seconds(value: Fraction) -> str:
    return f"{float(value):.6f}".rstrip("0").rstrip(".") + " s"
