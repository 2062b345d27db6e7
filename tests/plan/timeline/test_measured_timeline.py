"""Which lines are heard during a shot of the measured timeline."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sparkle_motion_dagster.plan.timeline.measured import (
    MeasuredTimeline,
    TimelineLine,
    TimelineShot,
)
from sparkle_motion_dagster.units import SAMPLE_RATE


def line(start_s: float, end_s: float) -> TimelineLine:
    return TimelineLine(
        index=0,
        character_id="mara",
        text="Not tonight.",
        wav_digest="0" * 64,
        timings_digest=None,
        tempo=1.0,
        start_sample=round(start_s * SAMPLE_RATE),
        end_sample=round(end_s * SAMPLE_RATE),
        words=(),
        phonemes=(),
        planned_start_s=None,
        planned_duration_s=None,
        action="as_planned",
    )


@pytest.mark.parametrize(
    ("start_s", "end_s", "shots"),
    [
        (0.2, 0.8, [1]),
        (0.2, 1.3, [1, 2]),
        (1.0, 1.5, [2]),
        # The cut was planned up to half a frame (0.0208 s) earlier or later.
        (0.98, 1.5, [2]),
        (0.97, 1.5, [1, 2]),
        (0.2, 1.02, [1]),
        (0.2, 1.03, [1, 2]),
    ],
)
def test_cuts_are_rounded_to_frames_and_lines_are_not(
    start_s: float, end_s: float, shots: list[int]
) -> None:
    places = tuple(
        TimelineShot(
            id=f"{number}",
            planned_start_frame=start,
            planned_frames=24,
            start_frame=start,
            frames=24,
        )
        for number, start in ((1, 0), (2, 24))
    )
    timeline = MeasuredTimeline(
        fps=Fraction(24),
        sample_rate=SAMPLE_RATE,
        frames=48,
        samples=2 * SAMPLE_RATE,
        shots=places,
        lines=(line(start_s, end_s),),
    )
    assert [int(place.id) for place in places if timeline.lines_during(place)] == shots
