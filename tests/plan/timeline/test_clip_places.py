"""Clips and transitions fill the film: every frame once, whatever the shots, rates and lengths."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace, clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineShot
from sparkle_motion_dagster.plan.timing import shot_boundaries
from sparkle_motion_dagster.plan.transitions import Handles, TransitionFrames, transition_frames

RATES = [Fraction(16), Fraction(24), Fraction(24000, 1001), Fraction(60)]
Shot = tuple[float, str, float | None]


def plan_of(shots: Sequence[Shot]) -> MoviePlan:
    """Return a plan whose shots have a length, a transition, and the transition's length."""

    def shot(number: int, seconds: float, transition: str, lasts: float | None) -> dict[str, Any]:
        start, end = f"start_{number}", f"start_{number + 1}" if transition == "match" else None
        how = {"transition": transition, "transition_sec": lasts, "end_base_image_id": end}
        return {
            "id": f"shot_{number}",
            "duration_sec": seconds,
            "visual_description": "a shot",
            "start_base_image_id": start,
            **{name: value for name, value in how.items() if value is not None},
        }

    matches = shots[-1][1] == "match"
    return MoviePlan.model_validate(
        {
            "title": "Overlaps",
            "base_images": [
                {"id": f"start_{number}", "prompt": "a place"}
                for number in range(len(shots) + matches)
            ],
            "shots": [shot(number, *one) for number, one in enumerate(shots)],
            "render_profile": {"video": {"model_id": "any"}},
        }
    )


def timeline_of(plan: MoviePlan, rate: Fraction, grown: Sequence[int]) -> MeasuredTimeline:
    """Return the timeline of a plan some of whose shots have grown by frames."""
    boundaries = shot_boundaries([shot.duration_sec for shot in plan.shots], rate)
    planned = [end - start for start, end in pairwise(boundaries)]
    frames = [length + more for length, more in zip(planned, grown, strict=True)]
    starts = list(accumulate(frames, initial=0))
    return MeasuredTimeline(
        fps=rate,
        sample_rate=48_000,
        frames=starts[-1],
        samples=0,
        shots=tuple(
            TimelineShot(
                id=shot.id,
                planned_start_frame=boundaries[number],
                planned_frames=planned[number],
                start_frame=starts[number],
                frames=frames[number],
            )
            for number, shot in enumerate(plan.shots)
        ),
        lines=(),
    )


def in_film(place: ClipPlace, frames: range) -> range:
    """Return which frames of the film some of a clip's are."""
    return range(place.start_frame + frames.start, place.start_frame + frames.stop)


@st.composite
def shot_lists(draw: st.DrawFn) -> list[Shot]:
    """Shots whose transitions fit, many of them as tightly as the rule allows."""
    count = draw(st.integers(1, 6))
    kinds = [
        draw(st.sampled_from(["match", "cut", "dissolve", "fade", "wipe"])) for _ in range(count)
    ]
    if kinds[-1] in {"dissolve", "wipe"}:
        kinds[-1] = "fade"
    lasts = [
        draw(st.integers(1, 300)) / 100 if kind in {"dissolve", "fade", "wipe"} else None
        for kind in kinds
    ]
    shots = []
    for number, (kind, seconds) in enumerate(zip(kinds, lasts, strict=True)):
        own = (seconds or 0) / (1 if number == count - 1 else 2)
        before = ((lasts[number - 1] or 0) if number else 0) / 2
        spare = draw(st.sampled_from([0.0, 0.001, 0.02, 1.5]))
        # A shot has a frame even at 16 a second.
        shots.append((round(max(own + before + spare, 0.13), 4), kind, seconds))
    return shots


@given(shot_lists(), st.sampled_from(RATES), st.data())
def test_every_frame_of_the_film_is_made_once(
    shots: list[Shot], rate: Fraction, data: st.DataObject
) -> None:
    plan = plan_of(shots)
    grown = [data.draw(st.integers(0, 3)) for _ in shots]
    timeline = timeline_of(plan, rate, grown)
    places, transitions = clip_places(plan, timeline), transition_frames(plan, rate)
    filled: list[int] = []
    for number, (place, transition) in enumerate(zip(places, transitions, strict=True)):
        assert in_film(place, range(0)).start >= 0
        filled += in_film(place, place.shown)
        assert (transition is None) == (shots[number][2] is None)
        if transition is None:
            continue
        closing = in_film(place, range(place.frames - place.handles.closing, place.frames))
        following = places[number + 1 : number + 2]
        cut = place.shot.start_frame + place.shot.frames
        span = range(cut - transition.before, cut + transition.after)
        opening = [in_film(next_, range(next_.handles.opening)) for next_ in following]
        if transition.overlaps:
            assert [closing, *opening] == [span, span]
        else:
            assert [*closing, *(frame for part in opening for frame in part)] == list(span)
        filled += span
    assert filled == list(range(timeline.frames))


def test_a_clip_goes_on_beyond_its_shot_where_it_is_seen_there() -> None:
    plan = plan_of([(2, "wipe", 0.5), (2, "fade", 0.5), (2, "cut", None)])
    one, two, three = clip_places(plan, timeline_of(plan, Fraction(24), [0, 0, 0]))
    assert (one.handles, one.frames, one.splices) == (Handles(tail=6, closing=12), 54, (42,))
    assert (two.start_frame, two.frames, two.splices) == (42, 54, (12, 48))
    assert (three.start_frame, three.frames, three.splices) == (96, 48, (6,))


def test_a_shot_of_a_frame_between_two_transitions_is_seen_in_one_of_them() -> None:
    plan = plan_of([(1, "dissolve", 0.08), (0.08, "wipe", 0.08), (1, "cut", None)])
    timeline = timeline_of(plan, Fraction(12), [0, 0, 0])
    first, second, _ = transition_frames(plan, Fraction(12))
    assert first == TransitionFrames("dissolve", 1, 0)
    assert second == TransitionFrames("wipe", 1, 1)
    places = clip_places(plan, timeline)
    assert [len(place.shown) for place in places] == [11, 0, 11]
