"""Filters: gains where the curve says, nothing moved, the same length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.media.sound.filters import convolved, envelope, equalised
from sparkle_motion_dagster.units import SAMPLE_RATE

CURVE = ((200.0, -40.0), (400.0, 0.0), (2000.0, 0.0), (4000.0, -12.0))


@pytest.mark.parametrize(
    ("hertz", "gain_db"), [(50, -40), (200, -40), (283, -20), (1000, 0), (2828, -6), (9000, -12)]
)
def test_a_tone_gets_the_gain_of_its_frequency_and_stays_in_phase(
    hertz: float, gain_db: float
) -> None:
    tone = np.sin(2 * np.pi * hertz * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    heard = equalised(tone, CURVE)
    assert len(heard) == len(tone)
    middle = slice(SAMPLE_RATE // 4, 3 * SAMPLE_RATE // 4)
    factor = float(heard[middle] @ tone[middle] / (tone[middle] @ tone[middle]))
    assert 20 * np.log10(factor) == pytest.approx(gain_db, abs=1)
    rest = heard[middle] - factor * tone[middle]
    assert np.abs(rest).max() < 0.01


@given(st.integers(1, 400), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_convolving_is_convolving(length: int, kernel: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    one, other = dice.uniform(-1, 1, length), dice.uniform(-1, 1, kernel)
    assert convolved(one, other) == pytest.approx(np.convolve(one, other), abs=1e-9)


@given(st.integers(1, 3000), st.floats(0.0001, 0.05), st.floats(0, 1))
def test_the_envelope_of_a_level_is_that_level_away_from_the_edges(
    length: int, seconds: float, level: float
) -> None:
    heard = envelope(np.full(length, level), seconds)
    assert len(heard) == length
    assert heard.max() <= level + 1e-6
    half = max(1, round(seconds * SAMPLE_RATE / 2))
    assert heard[half : length - half] == pytest.approx(level, abs=1e-6)
