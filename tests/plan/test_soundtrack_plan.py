"""What a plan says of music, ambience and effects: what is refused, and where cues lie."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_texts import PLAN
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.files import FileReference, file_references
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.soundtrack import AmbienceCue, FileCue, Place, Soundtrack
from sparkle_motion_dagster.plan.timeline.cue_places import cue_span
from sparkle_motion_dagster.plan.timeline.measured import (
    MeasuredTimeline,
    TimelineLine,
    TimelineShot,
)
from sparkle_motion_dagster.plan.timing import samples_at_frame
from sparkle_motion_dagster.units import SAMPLE_RATE

NTSC = Fraction(24000, 1001)
RATES = st.sampled_from([Fraction(16), Fraction(24), NTSC])


def refused(tmp_path: Path, cue: str) -> str:
    """Return what is wrong with the plan of nine seconds and one line that has an ambience cue."""
    path = tmp_path / "plan.yaml"
    path.write_text(f"{PLAN}soundtrack:\n  ambience:\n    - {{mood: rain}}\n    - {cue}\n", "utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("cue", "said"),
    [
        ("{at: 1}", ": ambience has either a file or a mood; this has neither"),
        ("{mood: rain, file: a.wav}", ": ambience has either a file or a mood; this has both"),
        ("{mood: rain, at: 9}", ".at: begins at 9 s, but the film ends at 9 s"),
        ("{mood: rain, at: -1}", ".at: should be greater than or equal to 0, not -1"),
        (
            "{mood: rain, at: {shot: shot_001, offset_sec: -0.5}}",
            ".at: begins 0.5 s before the film: nothing can be heard there",
        ),
        (
            "{mood: rain, at: {shot: shot_002}, until: 3}",
            ".until: ends at 3 s, but only begins at 4 s",
        ),
        (
            "{mood: rain, at: {shot: shot_3}}",
            ".at.shot: 'shot_3' is no shot; shots are shot_001, shot_002",
        ),
        (
            "{mood: rain, until: {line: 2}}",
            ".until.line: there is no line 2: lines are counted from 1 to 1",
        ),
        (
            "{mood: rain, at: {line: 1, shot: shot_001}}",
            ".at: a place is a number of seconds, or has one of sec, shot and line, not shot "
            "and line",
        ),
        (
            "{mood: rain, at: {sec: 1, edge: end}}",
            ".at: a second has no edge: leave it out, or name a shot or a line",
        ),
        (
            "{mood: rain, at: shot_001}",
            ".at: 'shot_001' is no place: write seconds, such as 3.5, or a shot or a line, such as "
            "{shot: shot_002} or {line: 3}",
        ),
        ("{mood: rain, gain_db: 40}", ".gain_db: should be less than or equal to 20, not 40"),
        ("{mood: rain, gain_db: .nan}", ".gain_db: should be a finite number, not nan"),
        (
            "{mood: rain, fade_in_sec: -1}",
            ".fade_in_sec: should be greater than or equal to 0, not -1",
        ),
        ("{mood: rain, volume: 3}", ".volume: unknown key; known here: "),
        ("{file: nowhere.wav}", ".file: there is no file 'nowhere.wav' in "),
        ("{file: ../a.wav}", ".file: '../a.wav' leads out of the plan's folder"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_field(tmp_path: Path, cue: str, said: str) -> None:
    assert refused(tmp_path, cue).startswith(f"line 50, soundtrack.ambience[1]{said}")


@pytest.mark.parametrize(
    ("cue", "said"),
    [
        ("{mood: rain, at: 11}", ".at: begins at 11 s, but the film ends at 11 s"),
        (
            "{mood: rain, at: {shot: shot_001, offset_sec: -3.5}}",
            ".at: begins 0.5 s before the film: nothing can be heard there",
        ),
        ("{mood: rain, at: 0, until: {shot: title_card}}", ".until: ends at 0 s, but only begins "),
        (
            "{mood: rain, at: {shot: shot_3}}",
            ".at.shot: 'shot_3' is no shot; shots are title_card, shot_001, shot_002, end_card",
        ),
    ],
)
def test_cards_belong_to_the_film(tmp_path: Path, cue: str, said: str) -> None:
    cards = "title_card: {text: A, seconds: 3}\nend_card: {text: Z, seconds: 2}\n"
    ambience = f"soundtrack:\n  ambience:\n    - {cue}\n"
    path = tmp_path / "plan.yaml"
    path.write_text(f"{PLAN}{cards}{ambience}", "utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    (problem,) = caught.value.problems
    assert f"soundtrack.ambience[0]{said}" in str(problem)
    fits = "{mood: rain, at: {shot: title_card, offset_sec: 1}, until: {shot: title_card}}"
    path.write_text(f"{PLAN}{cards}soundtrack: {{ambience: [{fits}]}}\n", "utf-8")
    assert load_plan(path).plan.soundtrack is not None


def test_a_plan_comes_back_from_its_json(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        f"{PLAN}soundtrack: {{ambience: [{{mood: sea, at: 2, until: {{line: 1}}}}]}}\n", "utf-8"
    )
    plan = load_plan(path).plan
    assert MoviePlan.model_validate_json(plan.model_dump_json()) == plan
    assert "soundtrack" not in MoviePlan.model_validate(
        {**plan.model_dump(mode="json"), "soundtrack": None}
    ).model_dump(mode="json")


def test_a_sound_that_many_cues_play_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).touch()
    cues = "[{file: a.wav}, {file: b.wav}, {file: a.wav}]"
    path.write_text(f"{PLAN}soundtrack: {{music: {cues}, effects: {cues}}}\n", "utf-8")
    assert list(file_references(load_plan(path).plan)) == [
        FileReference("soundtrack.music[0].file", "a.wav"),
        FileReference("soundtrack.music[1].file", "b.wav"),
    ]


def timeline(rate: Fraction, gained: int) -> MeasuredTimeline:
    """Two shots of two seconds, the first of them longer by some frames; a line in the second."""
    frames = round(2 * rate)
    shots = [
        TimelineShot(
            id=name,
            planned_start_frame=planned,
            planned_frames=frames,
            start_frame=start,
            frames=length,
        )
        for name, planned, start, length in (
            ("one", 0, 0, frames + gained),
            ("two", frames, frames + gained, frames),
        )
    ]
    start = samples_at_frame(frames + gained, rate) + 1000
    line = TimelineLine(
        index=0,
        character_id="mara",
        text="No.",
        wav_digest="0" * 64,
        timings_digest=None,
        tempo=1.0,
        words=(),
        phonemes=(),
        planned_start_s=None,
        planned_duration_s=None,
        action="as_planned",
        start_sample=start,
        end_sample=start + 20_000,
    )
    total = 2 * frames + gained
    return MeasuredTimeline(
        fps=rate,
        sample_rate=SAMPLE_RATE,
        frames=total,
        samples=samples_at_frame(total, rate),
        shots=tuple(shots),
        lines=(line,),
    )


def span(film: MeasuredTimeline, **places: object) -> tuple[int, int]:
    return cue_span(AmbienceCue.model_validate({"mood": "rain", **places}), film)


@given(rate=RATES, gained=st.integers(0, 40), offset=st.integers(-90, 90))
def test_cues_move_with_shots_and_lines(rate: Fraction, gained: int, offset: int) -> None:
    film = timeline(rate, gained)
    cut, end = film.shot_samples(film.shots[1])
    line = film.lines[0]
    later = round(Fraction(offset, 100) * SAMPLE_RATE)
    away = {"offset_sec": offset / 100}
    assert span(film) == (0, film.samples)
    assert span(film, at={"shot": "two", **away}) == (cut + later, film.samples)
    assert span(film, at={"shot": "one"}, until={"shot": "one"}) == (0, cut)
    assert span(
        film, at={"shot": "one", "edge": "end"}, until={"shot": "two", "edge": "start"}
    ) == (
        cut,
        cut,
    )
    assert span(film, at={"line": 1, **away}) == (line.start_sample + later, film.samples)
    assert span(film, until={"line": 1}) == (0, line.end_sample)
    assert span(film, until={"shot": "two", "offset_sec": 5})[1] == film.samples == end


@given(rate=RATES, gained=st.integers(0, 40), hundredths=st.integers(0, 500))
def test_a_second_of_the_plan_moves_with_its_shot(
    rate: Fraction, gained: int, hundredths: int
) -> None:
    film = timeline(rate, gained)
    start, _ = span(film, at=hundredths / 100)
    cut = film.shots[1].planned_start_frame / rate
    exact = Fraction(hundredths, 100)
    planned_end, half = cut * 2, 1 / rate / 2
    if exact < cut - half:
        assert start == round(exact * SAMPLE_RATE)
    elif exact < planned_end - half:
        into = start - film.shot_samples(film.shots[1])[0]
        assert into == round((exact - cut) * SAMPLE_RATE)
    else:
        left = max(planned_end - exact, Fraction(0))
        assert start == film.samples - round(left * SAMPLE_RATE)


def test_a_second_at_a_cut_moves_with_it_though_it_is_rounded_to_a_frame() -> None:
    """At 24000/1001, a cut planned at 2 s lies at 2.002 s; then the first shot became longer."""
    film = timeline(NTSC, 24)
    cut, _ = film.shot_samples(film.shots[1])
    assert span(film, at=2.0, until=4.0) == (cut - 96, film.samples - 192)


@given(hundredths=st.integers(50, 6000), sec=st.integers(0, 900), offset=st.integers(-50, 50))
def test_seconds_count_from_behind_a_title_card(hundredths: int, sec: int, offset: int) -> None:
    place = Place(sec=sec / 100, offset_sec=offset / 100)
    soundtrack = Soundtrack(
        ambience=(AmbienceCue(mood="rain", at=place, until=Place(shot="one")),),
        effects=(FileCue(file="a.wav", until=place),),
    )
    later = soundtrack.later(hundredths / 100)
    (rain,), (effect,) = later.of("ambience"), later.of("effects")
    assert rain.at == effect.until
    assert rain.at is not None
    assert (rain.at.sec, rain.at.offset_sec) == ((sec + hundredths) / 100, offset / 100)
    assert (rain.until, effect.at) == (Place(shot="one"), None)
