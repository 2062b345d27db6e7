"""The timing rules: each in an example, all of them together in properties."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.plan.timeline.layout import (
    BREATH_S,
    LEAD_IN_S,
    Action,
    Layout,
    TakeLength,
    choose_tempos,
    lay_out,
    samples_of,
)
from sparkle_motion_dagster.plan.timeline.lines import InShot, PlannedLine, Slot
from sparkle_motion_dagster.plan.timing import (
    ShotTooShortError,
    exact_seconds,
    samples_at,
    samples_at_frame,
    shot_boundaries,
)
from sparkle_motion_dagster.units import SAMPLE_RATE

RATES = [Fraction(16), Fraction(24), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)]
MAX_TEMPO = 1.2


def slots(*places: tuple[float, float]) -> tuple[PlannedLine, ...]:
    return tuple(
        PlannedLine(index, "mara", "line", Slot(exact_seconds(start), exact_seconds(duration)))
        for index, (start, duration) in enumerate(places)
    )


def render(
    shots_s: Sequence[float],
    lines: Sequence[PlannedLine],
    spoken_s: Sequence[float],
    rate: Fraction = Fraction(24),
) -> Layout:
    """Lay lines out the way the film does: choose tempos, speak again, lay out."""
    boundaries = shot_boundaries(shots_s, rate)
    natural = [samples_at(exact_seconds(seconds)) for seconds in spoken_s]
    tempos = choose_tempos(boundaries, lines, natural, rate, MAX_TEMPO)
    takes = [
        TakeLength(round(samples / tempo), tempo)
        for samples, tempo in zip(natural, tempos, strict=True)
    ]
    return lay_out(boundaries, lines, lambda line, _: takes[line.index], rate)


def test_a_line_that_fits_starts_where_the_plan_says() -> None:
    layout = render([4, 5], slots((5.0, 2.5)), [2.0])
    assert layout.lines[0].action is Action.AS_PLANNED
    assert layout.lines[0].start_sample == 5 * SAMPLE_RATE
    assert layout.lines[0].end_sample == 7 * SAMPLE_RATE
    assert [shot.frames for shot in layout.shots] == [96, 120]


def test_a_longer_line_first_uses_the_silence_after_it() -> None:
    layout = render([10], slots((1.0, 1.0), (4.0, 1.0)), [2.85, 1.0])
    assert layout.lines[0].action is Action.INTO_SILENCE
    assert layout.lines[0].tempo == 1.0
    assert layout.lines[1].start_sample - layout.lines[0].end_sample == samples_at(BREATH_S)
    assert layout.lines[1].start_sample == 4 * SAMPLE_RATE


def test_a_line_longer_than_that_is_spoken_faster() -> None:
    layout = render([10], slots((1.0, 1.0), (4.0, 1.0)), [3.2, 1.0])
    assert layout.lines[0].action is Action.FASTER
    assert 3.2 / 2.85 < layout.lines[0].tempo <= 3.2 / 2.85 + 0.02
    assert layout.lines[1].start_sample == 4 * SAMPLE_RATE
    assert layout.shots[0].frames == 240


def test_what_is_still_missing_lengthens_the_shot_in_which_the_line_ends() -> None:
    layout = render([3, 3, 3], slots((1.0, 1.0), (4.0, 1.0), (7.0, 1.0)), [6.0, 1.0, 1.0])
    assert [line.action for line in layout.lines] == [
        Action.LENGTHENED,
        Action.AS_PLANNED,
        Action.AS_PLANNED,
    ]
    assert layout.lines[0].tempo == MAX_TEMPO
    # 5 s at the limit, 2.85 s of room, which ends at 3.85 s, in the second shot: 52 frames more.
    assert [shot.frames for shot in layout.shots] == [72, 72 + 52, 72]
    assert [shot.start_frame for shot in layout.shots] == [0, 72, 72 + 124]
    assert layout.lines[1].start_sample == samples_at(4 + Fraction(52, 24))
    assert layout.lines[2].start_sample == samples_at(7 + Fraction(52, 24))


def test_a_line_may_cross_a_cut_without_lengthening_anything() -> None:
    layout = render([3, 3], slots((2.0, 2.0)), [2.0])
    assert layout.lines[0].action is Action.AS_PLANNED
    assert [shot.frames for shot in layout.shots] == [72, 72]


def test_the_last_line_has_until_the_end_of_the_film() -> None:
    layout = render([5], slots((3.0, 1.0)), [2.0])
    assert layout.lines[0].action is Action.INTO_SILENCE
    assert layout.lines[0].end_sample == samples_of(layout, Fraction(24))


def test_derived_lines_follow_each_other_inside_their_shot() -> None:
    lines = (
        PlannedLine(0, "a", "one", InShot(0, first=True)),
        PlannedLine(1, "b", "two", InShot(0, first=False)),
        PlannedLine(2, "a", "three", InShot(1, first=True)),
    )
    layout = render([4, 3], lines, [1.0, 1.0, 1.0])
    starts = [line.start_sample / SAMPLE_RATE for line in layout.lines]
    assert starts == [0.25, pytest.approx(1.45), 4.25]
    assert {line.action for line in layout.lines} == {Action.AS_PLANNED}


def test_a_derived_shot_grows_until_its_lines_fit() -> None:
    lines = (
        PlannedLine(0, "a", "one", InShot(0, first=True)),
        PlannedLine(1, "b", "two", InShot(0, first=False)),
        PlannedLine(2, "a", "three", InShot(1, first=True)),
    )
    layout = render([2, 3], lines, [2.0, 2.0, 1.0])
    first_cut = samples_at_frame(layout.shots[1].start_frame, Fraction(24))
    assert layout.lines[1].action is Action.LENGTHENED
    assert layout.lines[1].end_sample <= first_cut
    assert layout.lines[2].start_sample == first_cut + SAMPLE_RATE // 4
    assert layout.shots[1].frames == 72


def test_a_shot_without_a_frame_is_refused() -> None:
    with pytest.raises(ShotTooShortError, match=r"shots\[1\].duration_sec: 0.01 s rounds to no"):
        shot_boundaries([1.0, 0.01, 1.0], Fraction(24))


@pytest.mark.parametrize("rate", RATES)
def test_an_hour_of_odd_durations_does_not_drift(rate: Fraction) -> None:
    durations = [0.7] * 100 + [35.3] * 100
    boundaries = shot_boundaries(durations, rate)
    planned = sum(map(exact_seconds, durations))
    assert planned == 3600
    assert boundaries[-1] == round(planned * rate)
    for shot in range(200):
        moment = sum(map(exact_seconds, durations[:shot]), Fraction(0))
        assert abs(boundaries[shot] - moment * rate) <= Fraction(1, 2)
        sample = samples_at_frame(boundaries[shot], rate)
        assert abs(Fraction(sample, SAMPLE_RATE) - moment) <= 1 / (2 * rate) + Fraction(1, 96000)


@st.composite
def spoken_films(
    draw: st.DrawFn,
) -> tuple[list[float], tuple[PlannedLine, ...], list[float], Fraction]:
    rate = draw(st.sampled_from(RATES))
    shots = draw(st.lists(st.integers(2, 80).map(lambda n: n / 10), min_size=1, max_size=12))
    total = int(sum(round(shot * 10) for shot in shots))
    cuts = draw(st.sets(st.integers(0, total), max_size=12).map(sorted))
    places = [
        (start / 10, (end - start) / 10) for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    derived = draw(st.booleans())
    if derived:
        counts = [draw(st.integers(0, 2)) for _ in shots]
        chain = [
            InShot(shot, first=number == 0)
            for shot, count in enumerate(counts)
            for number in range(count)
        ]
        lines = tuple(PlannedLine(i, "a", "x", place) for i, place in enumerate(chain))
    else:
        lines = slots(*places)
    spoken = [draw(st.integers(1, 6000)) / 1000 for _ in lines]
    return shots, lines, spoken, rate


@given(spoken_films())
def test_every_frame_and_sample_belongs_to_exactly_one_shot(
    film: tuple[list[float], tuple[PlannedLine, ...], list[float], Fraction],
) -> None:
    shots_s, lines, spoken, rate = film
    layout = render(shots_s, lines, spoken, rate)
    frame = sample = 0
    for shot in layout.shots:
        assert shot.frames >= shot.planned_frames >= 1
        assert shot.start_frame == frame
        assert samples_at_frame(shot.start_frame, rate) == sample
        frame += shot.frames
        sample = samples_at_frame(frame, rate)
    assert samples_of(layout, rate) == sample
    assert abs(Fraction(sample, SAMPLE_RATE) - frame / rate) <= Fraction(1, 2 * SAMPLE_RATE)


@given(spoken_films())
def test_no_line_is_cut_and_no_two_overlap(
    film: tuple[list[float], tuple[PlannedLine, ...], list[float], Fraction],
) -> None:
    shots_s, lines, spoken, rate = film
    layout = render(shots_s, lines, spoken, rate)
    heard_until = 0
    for line, seconds in zip(layout.lines, spoken, strict=True):
        assert line.start_sample >= heard_until
        assert 1.0 <= line.tempo <= MAX_TEMPO
        natural = samples_at(exact_seconds(seconds))
        assert line.end_sample - line.start_sample == round(natural / line.tempo)
        heard_until = line.end_sample
    assert heard_until <= samples_of(layout, rate)


@given(spoken_films())
def test_shots_grow_only_for_lines_and_by_less_than_a_frame_too_much(
    film: tuple[list[float], tuple[PlannedLine, ...], list[float], Fraction],
) -> None:
    shots_s, lines, spoken, rate = film
    layout = render(shots_s, lines, spoken, rate)
    lengthened = [line for line in layout.lines if line.action is Action.LENGTHENED]
    assert all(line.tempo == MAX_TEMPO for line in lengthened)
    gained = sum(shot.frames - shot.planned_frames for shot in layout.shots)
    # A line lacks at most its own length and the pause before it; that is rounded up once.
    needed = sum(
        ((line.end_sample - line.start_sample) / Fraction(SAMPLE_RATE) + LEAD_IN_S) * rate + 1
        for line in lengthened
    )
    assert gained <= needed
    assert bool(gained) == bool(lengthened)


def test_a_shot_grows_by_exactly_the_frames_that_a_line_lacks() -> None:
    for lacking_frames in (1, 2, 7):
        lacking_s = lacking_frames / 24 - 0.01
        layout = render([3], slots((1.0, 2.0)), [round((2.0 + lacking_s) * MAX_TEMPO, 6)])
        assert [shot.frames for shot in layout.shots] == [72 + lacking_frames]


def test_entries_that_overlap_by_less_than_a_millisecond_never_make_lines_overlap() -> None:
    lines = slots((0.0, 2.0009), (2.0, 2.0))
    layout = render([4], lines, [2.0005, 1.0])
    assert layout.lines[0].end_sample <= layout.lines[1].start_sample
