"""A film that grew says by how much, and which lines made it grow."""

from __future__ import annotations

from fractions import Fraction

from sparkle_motion_dagster.film.checks.track import as_long_as_planned
from sparkle_motion_dagster.plan.timeline.layout import TakeLength, lay_out
from sparkle_motion_dagster.plan.timeline.lines import InShot, PlannedLine, Slot
from sparkle_motion_dagster.plan.timeline.measured import (
    MeasuredTimeline,
    SpokenTake,
    measured_timeline,
)
from sparkle_motion_dagster.units import SAMPLE_RATE

RATE = Fraction(24)


def timeline(shots_s: list[int], lines: list[tuple[Slot | InShot, float]]) -> MeasuredTimeline:
    """Return the timeline of shots, and of lines that take so many seconds."""
    planned = [PlannedLine(n, "mara", "Words.", place) for n, (place, _) in enumerate(lines)]
    takes = [TakeLength(round(seconds * SAMPLE_RATE)) for _, seconds in lines]
    boundaries = [24 * sum(shots_s[:number]) for number in range(len(shots_s) + 1)]
    layout = lay_out(boundaries, planned, lambda line, _: takes[line.index], RATE)
    spoken = [SpokenTake(wav_digest="0" * 64)] * len(lines)
    names = [f"shot_{number}" for number in range(1, len(shots_s) + 1)]
    return measured_timeline(names, spoken, layout, RATE)


def slot(start_s: int, duration_s: int) -> Slot:
    return Slot(Fraction(start_s), Fraction(duration_s))


def test_a_film_that_is_as_long_as_planned_says_so() -> None:
    verdict = as_long_as_planned(timeline([2, 3], [(slot(0, 1), 1.5)]))
    assert verdict.kept
    assert verdict.measured == {"planned_s": 5.0, "film_s": 5.0, "grown": "no shot"}


def test_shots_that_grew_are_named_with_the_lines_that_made_them() -> None:
    lines = [(slot(0, 1), 1.0), (slot(1, 1), 3.5), (slot(2, 2), 4.0)]
    verdict = as_long_as_planned(timeline([2, 2, 2], [*lines, (slot(5, 1), 1.0)]))
    assert not verdict.kept
    assert verdict.measured["planned_s"] == 6.0
    assert verdict.measured["grown"] == (
        "shot_1 2.0 s planned, 4.5 s long (line_0002: 1.0 s planned, 3.5 s spoken); "
        "shot_3 2.0 s planned, 3.17 s long (line_0003: 2.0 s planned, 4.0 s spoken)"
    )


def test_a_line_without_a_place_of_its_own_has_no_planned_seconds() -> None:
    places = [InShot(0, first=True), InShot(0, first=False)]
    verdict = as_long_as_planned(timeline([1, 1], [(place, 11.0) for place in places]))
    assert verdict.measured["grown"] == (
        "shot_1 1.0 s planned, 22.46 s long (line_0001: 11.0 s spoken, line_0002: 11.0 s spoken)"
    )


def test_of_many_shots_that_grew_some_are_named() -> None:
    many = timeline([1] * 12, [(InShot(shot, first=True), 2.0) for shot in range(12)])
    assert str(as_long_as_planned(many)).endswith("; 4 more shots)")
