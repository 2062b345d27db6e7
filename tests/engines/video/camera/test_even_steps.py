"""Samples at even steps: where they are taken, and where they are not to be had."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.video.camera.even_steps import MARGIN, Steps, resizing

LENGTH = 200
RIGHT, DOWN = 1.0, 0.25
ACROSS, BELOW = np.meshgrid(np.arange(LENGTH), np.arange(LENGTH))
RAMP = np.pad(np.rint(RIGHT * ACROSS + DOWN * BELOW).astype(np.uint8), MARGIN, mode="edge")
"""A picture whose samples say where they lie."""

COUNT = 90


def steps(first: float, step: float) -> Steps:
    return Steps(first, step, COUNT, LENGTH)


@given(down=st.floats(0.4, 2), across=st.floats(0.4, 2), up=st.floats(0, 19), left=st.floats(0, 19))
def test_samples_lie_where_they_should(down: float, across: float, up: float, left: float) -> None:
    way = resizing(steps(up, down), steps(left, across))
    if way is None:
        return
    samples = way.sampled(RAMP)
    columns, rows = np.meshgrid(left + across * np.arange(COUNT), up + down * np.arange(COUNT))
    away = samples - (RIGHT * columns + DOWN * rows)
    assert samples.shape == (COUNT, COUNT)
    # Half a level each by rounding what is sampled and what comes out, and the way to the place.
    assert np.abs(away).max() < 1.1
    assert abs(away.mean()) < 0.15


def test_nearly_every_step_will_do() -> None:
    chance = np.random.default_rng(3)
    sides = [
        steps(first, step)
        for first, step in zip(chance.uniform(0, 9, 500), chance.uniform(1.2, 2, 500), strict=True)
    ]
    assert sum(resizing(side, side) is None for side in sides) < 0.1 * len(sides)


@pytest.mark.parametrize(("first", "step"), [(0.5, 1.5), (0.0, 2.0), (0.1, 4 / 3)])
def test_simple_fractions_fall_beside_the_place(first: float, step: float) -> None:
    assert resizing(steps(first, step), steps(0.0, 1.0)) is None


@pytest.mark.parametrize("step", [0.996, 0.9999, 1.0, 1.003])
def test_steps_of_nearly_one_are_not_to_be_had(step: float) -> None:
    """OpenCV would copy what keeps its size; where one side does not, it resizes both."""
    assert resizing(steps(0.0, step), steps(0.0, step)) is None
    assert resizing(steps(0.0, step), steps(0.0, 0.97)) is not None


@pytest.mark.parametrize("first", [-150.0, 250.0])
def test_nothing_is_sampled_far_outside(first: float) -> None:
    assert resizing(steps(first, 1.7), steps(0.0, 1.0)) is None
    assert resizing(steps(0.0, 1.0), steps(first, 1.7)) is None
