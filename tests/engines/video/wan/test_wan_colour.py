"""Colours of chunks that go on from others: drift is taken back, and what is right stays."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.video.wan.colour import ColourMatch, distance
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames

ROWS, COLUMNS = 18, 32


@functools.cache
def scene(seed: int, frames: int) -> NDArray[np.float64]:
    """Coloured clouds that drift sideways, none of them black or white."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:ROWS, :COLUMNS] / ROWS
    waves = random.uniform(1, 6, (3, 4, 2))
    phases = random.uniform(0, 6, (3, 4))
    pictures = [
        [
            sum(
                np.sin(wave @ (y.ravel(), x.ravel() + frame / 40) + phase)
                for wave, phase in zip(waves[channel], phases[channel], strict=True)
            )
            for channel in range(3)
        ]
        for frame in range(frames)
    ]
    return 120 + 18 * np.moveaxis(np.array(pictures), 1, 2).reshape(frames, ROWS, COLUMNS, 3)


def shown(levels: NDArray[np.float64]) -> Frames:
    return np.asarray(np.rint(levels.clip(0, 255)), np.uint8)


drifts = st.tuples(
    st.floats(0.92, 1.08),
    st.tuples(*[st.floats(-12, 12)] * 3),
    st.floats(0.9, 1.1),
)


@given(seed=st.integers(0, 4), drift=drifts)
def test_what_drifted_joins_again(
    seed: int, drift: tuple[float, tuple[float, float, float], float]
) -> None:
    """Contrast, tint and saturation drift; a level of 255 is lost to rounding, no more."""
    contrast, tint, saturation = drift
    true = scene(seed, 14)
    grey = (true @ [0.2126, 0.7152, 0.0722])[..., None]
    drifted = shown(100 + contrast * (grey + saturation * (true - grey) - 100) + np.array(tint))
    real = shown(true)
    match = ColourMatch.between(drifted[:9], real[:9])
    joined = match.moved(drifted[9:], fading=False)
    jump = distance(drifted[9:], real[9:])
    assert distance(joined, real[9:]) <= max(1.0, jump / 4)
    means = [np.abs(each.mean((0, 1, 2)) - real[9:].mean((0, 1, 2))) for each in (joined, drifted)]
    assert (means[0] <= np.maximum(means[1], 0.6)).all()


@pytest.mark.parametrize("seed", range(3))
def test_equal_colours_stay_bit_for_bit(seed: int) -> None:
    frames = shown(scene(seed, 12))
    match = ColourMatch.between(frames[:9], frames[:9].copy())
    for fading in (False, True):
        assert (match.moved(frames[9:], fading=fading) == frames[9:]).all()


def test_an_end_keyframe_keeps_its_colours() -> None:
    true = scene(1, 20)
    frames = shown(true + 8)
    match = ColourMatch.between(frames[:9], shown(true[:9]))
    fading = match.moved(frames[9:], fading=True)
    assert (fading[-1] == frames[-1]).all()
    steps = [
        distance(one[None], other[None]) for one, other in zip(fading, frames[9:], strict=True)
    ]
    assert steps[0] == pytest.approx(8, abs=0.5)
    assert steps == sorted(steps, reverse=True)


def test_another_picture_is_not_made_the_same() -> None:
    """Of a black picture no match makes a white one, nor of noise a picture."""
    black, white = np.zeros((9, 8, 8, 3), np.uint8), np.full((9, 8, 8, 3), 255, np.uint8)
    assert ColourMatch.between(black, white).moved(black, fading=False).max() == 24
    noise = black + np.arange(8, dtype=np.uint8)[:, None] % 2
    assert ColourMatch.between(noise, shown(scene(1, 9))).gains.tolist() == [1, 1, 1]
