"""Transitions in frames, and where clips lie: what they take adds up, at every rate."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.clip_places import clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineShot
from sparkle_motion_dagster.plan.timing import shot_boundaries
from sparkle_motion_dagster.plan.transitions import (
    Handles,
    TransitionFrames,
    clip_handles,
    transition_frames,
)

NTSC = Fraction(24000, 1001)
rates = st.sampled_from([Fraction(16), Fraction(24), NTSC, Fraction(25), Fraction(5)])


def film(*shots: tuple[float, str, float | None]) -> MoviePlan:
    """Return a plan of shots: how long, how they end, and for how long they do."""
    return MoviePlan.model_validate(
        {
            "title": "Ends",
            "base_images": [{"id": f"f{number}", "prompt": "x"} for number in range(len(shots))],
            "shots": [
                {
                    "id": f"s{number}",
                    "duration_sec": seconds,
                    "visual_description": "x",
                    "start_base_image_id": f"f{number}",
                    "transition": transition,
                    "transition_sec": transition_sec,
                }
                for number, (seconds, transition, transition_sec) in enumerate(shots)
            ],
            "render_profile": {"video": {"model_id": "wan-2.1"}},
        }
    )


def timeline(plan: MoviePlan, rate: Fraction, longer: list[int] | None = None) -> MeasuredTimeline:
    """Return the timeline of a film whose shots became longer by some frames."""
    planned = shot_boundaries([shot.duration_sec for shot in plan.shots], rate)
    lengths = [end - start for start, end in pairwise(planned)]
    real = [length + more for length, more in zip(lengths, longer or [0] * 999, strict=False)]
    starts = [0, *accumulate(real)]
    shots = tuple(
        TimelineShot(
            id=shot.id,
            planned_start_frame=before,
            planned_frames=length,
            start_frame=start,
            frames=frames,
        )
        for shot, before, length, start, frames in zip(
            plan.shots, planned[:-1], lengths, starts[:-1], real, strict=True
        )
    )
    return MeasuredTimeline(
        fps=rate, sample_rate=48000, frames=starts[-1], samples=0, shots=shots, lines=()
    )


@st.composite
def films(draw: st.DrawFn) -> MoviePlan:
    """Draw a film whose transitions fill its shots to the brim, or nearly so."""
    seconds = draw(st.lists(st.floats(0.21, 3.0), min_size=1, max_size=6))
    shots: list[tuple[float, str, float | None]] = []
    taken = 0.0
    for number, length in enumerate(seconds):
        following = seconds[number + 1] if number + 1 < len(seconds) else None
        left = length - taken
        room = left if following is None else 2 * min(left, following)
        timed = ["fade"] if following is None else ["fade", "dissolve", "wipe"]
        kind = draw(st.sampled_from(["cut", "hold", *timed] if room > 0.01 else ["cut"]))
        takes = draw(st.sampled_from([1.0, 0.999, 0.5, 0.1])) * room if kind in timed else None
        shots.append((length, kind, takes))
        taken = (takes or 0.0) / 2
    return film(*shots)


@pytest.mark.parametrize(
    ("rate", "seconds", "before", "after"),
    [
        (Fraction(16), 0.5, 4, 4),
        (Fraction(24), 0.8, 9, 10),
        (NTSC, 1.0, 12, 12),
        (Fraction(24), 0.01, 1, 1),
        (Fraction(24), 2.0, 24, 24),
    ],
)
def test_half_of_a_transition_lies_on_each_side(
    rate: Fraction, seconds: float, before: int, after: int
) -> None:
    plan = film((2.0, "dissolve", seconds), (2.0, "cut", None))
    assert transition_frames(plan, rate) == (TransitionFrames("dissolve", before, after), None)
    assert clip_handles(plan, rate) == (
        Handles(head=0, tail=after, opening=0, closing=before + after),
        Handles(head=before, tail=0, opening=before + after, closing=0),
    )


def test_a_fade_needs_no_handles_and_ends_the_film_in_black() -> None:
    plan = film((2.0, "fade", 1.0), (2.0, "fade", 0.5))
    between, last = transition_frames(plan, Fraction(24))
    assert (between, last) == (TransitionFrames("fade", 12, 12), TransitionFrames("fade", 12, 0))
    assert clip_handles(plan, Fraction(24)) == (
        Handles(opening=0, closing=12),
        Handles(opening=12, closing=12),
    )


def test_a_transition_of_which_nothing_is_said_takes_its_usual_time() -> None:
    (takes, _) = transition_frames(film((2.0, "wipe", None), (2.0, "cut", None)), Fraction(25))
    assert takes == TransitionFrames("wipe", 10, 10)


def test_cuts_take_nothing() -> None:
    plan = film((2.0, "cut", None), (2.0, "hold", None))
    assert all(handles.are_none for handles in clip_handles(plan, Fraction(24)))
    places = clip_places(plan, timeline(plan, Fraction(24)))
    assert [(place.frames, place.splices) for place in places] == [(48, ()), (48, ())]


@given(films(), rates, st.lists(st.integers(0, 30), min_size=6, max_size=6))
def test_clips_and_transitions_fill_the_film(
    plan: MoviePlan, rate: Fraction, longer: list[int]
) -> None:
    """Each frame is shown once: by itself, or in one transition that both its clips reach."""
    measured = timeline(plan, rate, longer)
    places = clip_places(plan, measured)
    shown = [
        (place.start_frame + place.shown.start, place.start_frame + place.shown.stop)
        for place in places
    ]
    between = transition_frames(plan, rate)
    position = 0
    for place, (begin, end), takes in zip(places, shown, between, strict=True):
        assert position == begin <= end
        position = end + (takes.frames if takes else 0)
        assert (takes is None) == (place.handles.closing == 0)
    assert position == measured.frames


@given(films(), rates)
def test_handles_lie_inside_the_neighbours(plan: MoviePlan, rate: Fraction) -> None:
    measured = timeline(plan, rate)
    places = clip_places(plan, measured)
    for place in places:
        assert 0 <= place.handles.head <= place.shot.start_frame
        assert place.start_frame + place.frames <= measured.frames
        assert all(0 < splice < place.frames for splice in place.splices)
    for one, other in pairwise(places):
        assert other.handles.head <= one.shot.frames
        assert one.handles.tail <= other.shot.frames
        assert one.start_frame + one.shown.stop <= other.start_frame + other.shown.start
    assert all(takes is None or takes.frames for takes in transition_frames(plan, rate))
