"""Where texts and captions lie in a clip, with the handles that its transitions need."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.film.finishing import shown_captions, shown_texts, steady_frames
from sparkle_motion_dagster.plan.captions.cues import Cue, CueWord
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace
from sparkle_motion_dagster.plan.timeline.measured import TimelineShot
from sparkle_motion_dagster.plan.titles import OnScreenText
from sparkle_motion_dagster.plan.transitions import Handles

RATES = [Fraction(24), Fraction(16), Fraction(24000, 1001)]


def place(start: int, frames: int, head: int = 0, tail: int = 0) -> ClipPlace:
    shot = TimelineShot(
        id="s",
        planned_start_frame=start,
        planned_frames=frames,
        start_frame=start,
        frames=frames,
    )
    return ClipPlace(shot, Handles(head=head, tail=tail, opening=2 * head, closing=2 * tail))


def shot(*texts: OnScreenText, seconds: float = 4) -> ShotSpec:
    return ShotSpec(
        id="s",
        duration_sec=seconds,
        visual_description="v",
        start_base_image_id="a",
        on_screen_text=texts,
    )


def text(start: float, end: float | None) -> OnScreenText:
    return OnScreenText.model_validate({"text": "A", "from": start, "to": end})


@pytest.mark.parametrize(
    ("start", "end", "frames"),
    [(0, None, (10, 106)), (1, 2, (34, 58)), (0, 0.01, (10, 11)), (3.99, None, (105, 106))],
)
def test_a_text_keeps_to_its_shot_and_lies_behind_the_head_of_its_clip(
    start: float, end: float | None, frames: tuple[int, int]
) -> None:
    (shown,) = shown_texts(shot(text(start, end)), place(50, 96, head=10, tail=8), RATES[0])
    assert (shown.start, shown.end) == frames


def test_a_text_without_an_end_stays_in_a_shot_that_became_longer() -> None:
    longer = place(0, 120)
    shown = list(shown_texts(shot(text(0, None), text(1, 4)), longer, RATES[0]))
    assert [(one.start, one.end) for one in shown] == [(0, 120), (24, 96)]


@given(st.floats(0, 3.9), st.floats(0.001, 4), st.sampled_from(RATES))
def test_a_text_is_seen_and_its_fades_leave_it_some_time(
    start: float, seconds: float, rate: Fraction
) -> None:
    end = min(4.0, start + seconds)
    (shown,) = shown_texts(shot(text(start, end)), place(0, round(4 * rate)), rate)
    assert 0 <= shown.start < shown.end <= round(4 * rate)
    assert 3 * shown.fade <= shown.end - shown.start
    assert shown.fade <= rate / 4 + 1


@pytest.mark.parametrize(
    ("texts", "head", "steady"),
    [
        ([], 0, (0, 96)),
        ([(0, None)], 0, (6, 90)),
        ([(0, 2)], 0, (6, 96)),
        ([(1, None), (0, 1)], 0, (6, 90)),
        ([(1, 2)], 0, (0, 96)),
        ([(0, None)], 4, (10, 94)),
        ([(0, None)], 12, (24, 96)),
    ],
)
def test_a_shot_is_steady_between_the_texts_that_come_and_go_with_it(
    texts: list[tuple[float, float | None]], head: int, steady: tuple[int, int]
) -> None:
    """Of 4 s at 24 fps, of which 2 * head frames belong to the transitions at both ends."""
    spec = shot(*(text(start, end) for start, end in texts))
    found = steady_frames(spec, place(50, 96, head=head, tail=head), RATES[0])
    assert (found.start, found.stop) == steady


def test_a_shot_that_is_too_short_to_be_steady_is_shown_as_it_is() -> None:
    spec = shot(text(0, None), seconds=0.125)
    assert steady_frames(spec, place(0, 1), RATES[0]) == range(1)


@given(
    st.floats(0, 8),
    st.floats(0.05, 3),
    st.integers(0, 12),
    st.sampled_from(RATES),
)
def test_in_a_transition_both_clips_show_a_caption_in_the_same_frames_of_the_film(
    start: float, seconds: float, half: int, rate: Fraction
) -> None:
    cut = round(4 * rate)
    one, other = place(0, cut, tail=half), place(cut, cut, head=half)
    cue = Cue(
        round(start, 3),
        round(start + seconds, 3),
        "Not tonight.",
        (CueWord(0, 0, 3, round(start, 3)), CueWord(0, 4, 12, round(start + seconds / 2, 3))),
    )

    def seen(clip: ClipPlace) -> set[int]:
        shown = list(shown_captions([cue], clip, rate, lit=True))
        assert all(0 <= each.start < each.end <= clip.frames for each in shown)
        return {clip.start_frame + frame for each in shown for frame in each.frames}

    overlap = set(range(cut - half, cut + half))
    assert seen(one) & overlap == seen(other) & overlap
    film = range(round(Fraction(str(cue.start_s)) * rate), round(Fraction(str(cue.end_s)) * rate))
    assert seen(one) | seen(other) == set(film) & set(range(2 * cut))


def test_words_are_lit_only_where_they_should_be() -> None:
    cue = Cue(1.0, 2.0, "\u202aMara: {a}\u202c".replace("{", "｛").replace("}", "｝"), ())
    (shown,) = shown_captions([cue], place(0, 96), RATES[0], lit=False)
    assert (shown.rows, shown.words, shown.italic) == (("Mara: {a}",), (), False)


def test_what_is_spoken_off_screen_is_burned_in_in_italics() -> None:
    cue = Cue(1.0, 2.0, "Narrator: That night.", italic=True)
    (shown,) = shown_captions([cue], place(0, 96), RATES[0], lit=False)
    assert shown.italic
