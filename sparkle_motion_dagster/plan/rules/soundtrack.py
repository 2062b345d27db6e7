"""The rules of a plan's soundtrack: cues lie where there is something, and within the film."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TypeAlias

from sparkle_motion_dagster.plan.cards import with_cards
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import in_seconds, known, shown
from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.soundtrack import Edge, Place
from sparkle_motion_dagster.plan.timing import exact_seconds

_Shots: TypeAlias = Mapping[str, Mapping[Edge, Fraction]]
"""Where each shot of a film begins and ends, in order: in seconds of the plan."""


def cues_lie_in_the_film(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which cues name a shot or a line that is not there, or lie outside of the film.

    Where lines fall is known when they have been spoken: of a cue that lies by a line, only the
    line's number is checked here.
    """
    shots, lines = _shots(plan), _count_of_lines(plan)
    for field, cue in [] if plan.soundtrack is None else plan.soundtrack.cues():
        unknown = [
            problem
            for name, place in (("at", cue.at), ("until", cue.until))
            if place is not None
            and (problem := _unknown(place, shots, lines, f"{field}.{name}")) is not None
        ]
        yield from unknown
        if not unknown:
            start = _film(shots)[0] if cue.at is None else _planned(cue.at, "start", shots)
            end = None if cue.until is None else _planned(cue.until, "end", shots)
            yield from _outside(start, end, shots, field)


def _shots(plan: UncheckedPlan) -> _Shots:
    """Return the shots of a film, its cards among them: a title card lies before 0."""
    shots = with_cards(plan).shots
    title = plan.title_card
    first = Fraction(0) if title is None else -exact_seconds(title.seconds)
    cuts = accumulate((exact_seconds(shot.duration_sec) for shot in shots), initial=first)
    return {
        shot.id: {"start": start, "end": end}
        for shot, (start, end) in zip(shots, pairwise(cuts), strict=True)
    }


def _film(shots: _Shots) -> tuple[Fraction, Fraction]:
    """Return where a film begins and ends."""
    first, *_ = shots.values()
    *_, last = shots.values()
    return first["start"], last["end"]


def _unknown(place: Place, shots: _Shots, lines: int, field: str) -> PlanProblem | None:
    if place.shot is not None and place.shot not in shots:
        return PlanProblem(
            f"{shown(place.shot)} is no shot; {known('shots', list(shots))}", f"{field}.shot"
        )
    if place.line is not None and place.line > lines:
        there = f"lines are counted from 1 to {lines}" if lines else "nobody speaks in the film"
        return PlanProblem(f"there is no line {place.line}: {there}", f"{field}.line")
    return None


def _outside(
    start: Fraction | None, end: Fraction | None, shots: _Shots, field: str
) -> Iterator[PlanProblem]:
    film_start, film_end = _film(shots)
    if start is not None and start < film_start:
        yield PlanProblem(
            f"begins {in_seconds(film_start - start)} before the film: nothing can be heard there",
            f"{field}.at",
        )
    elif start is not None and start >= film_end:
        yield PlanProblem(
            f"begins at {in_seconds(start)}, but the film ends at {in_seconds(film_end)}",
            f"{field}.at",
        )
    elif start is not None and end is not None and end <= start:
        yield PlanProblem(
            f"ends at {in_seconds(end)}, but only begins at {in_seconds(start)}", f"{field}.until"
        )


def _planned(place: Place, edge: Edge, shots: _Shots) -> Fraction | None:
    """Return where a place lies as long as no line moves it; None: by a line."""
    if place.line is not None:
        return None
    offset = exact_seconds(place.offset_sec)
    if place.sec is not None:
        return exact_seconds(place.sec) + offset
    return shots[str(place.shot)][place.edge or edge] + offset


def _count_of_lines(plan: UncheckedPlan) -> int:
    if plan.dialogue_timeline is None:
        return sum(len(shot.dialogue) for shot in plan.shots)
    return sum(entry.type == "dialogue" for entry in plan.dialogue_timeline)
