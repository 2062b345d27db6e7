"""Ducking: music is back where a line begins, and does not pump."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.media.sound.ducking import Ducking, duck_gain, held_spans
from sparkle_motion_dagster.units import SAMPLE_RATE

DUCKING = Ducking(depth_db=12, attack_s=0.15, release_s=0.6)
LENGTH = 4 * SAMPLE_RATE
SPANS = st.lists(
    st.tuples(st.integers(0, LENGTH - 10_000), st.integers(1000, 60_000)).map(
        lambda span: (span[0], min(span[0] + span[1], LENGTH))
    ),
    max_size=5,
)


@given(lines=SPANS)
def test_music_is_back_wherever_somebody_speaks_and_whole_far_from_it(
    lines: list[tuple[int, int]],
) -> None:
    held = held_spans(lines, DUCKING)
    gain = duck_gain(held, DUCKING, 0, LENGTH)
    for start, end in lines:
        assert np.allclose(gain[start:end], 10 ** (-12 / 20))
    free = np.ones(LENGTH, bool)
    for start, end in held:
        free[max(start - DUCKING.attack, 0) : end + DUCKING.release] = False
    assert np.all(gain[free] == 1.0)
    # No step: from one sample to the next it moves by less than anybody hears.
    assert np.abs(np.diff(gain)).max(initial=0) < 0.001
    # In blocks it is the same.
    blocks = [duck_gain(held, DUCKING, at, 70_000) for at in range(0, LENGTH, 70_000)]
    assert np.array_equal(np.concatenate(blocks)[:LENGTH], gain)


@given(gap=st.integers(1, 100_000))
def test_music_stays_back_in_gaps_too_short_to_come_back_in(gap: int) -> None:
    first, second = (48_000, 96_000), (96_000 + gap, 144_000 + gap)
    between = duck_gain(held_spans([second, first], DUCKING), DUCKING, 96_000, gap)
    if gap < DUCKING.attack + 2 * DUCKING.release:
        assert np.allclose(between, 10 ** (-12 / 20))
    else:
        assert np.sum(between == 1.0) >= DUCKING.release


@given(start=st.integers(0, 100_000))
def test_music_does_not_flash_up_before_a_line_with_which_the_film_begins(start: int) -> None:
    held = held_spans([(start, start + 48_000)], DUCKING)
    before = duck_gain(held, DUCKING, 0, start)
    if start < DUCKING.attack + DUCKING.release:
        assert np.allclose(before, 10 ** (-12 / 20))
    else:
        assert np.sum(before == 1.0) >= DUCKING.release
