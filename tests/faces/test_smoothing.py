"""Motions smoothed without lag, gaps bridged, faces that only the camera moves."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.faces.smoothing import Motion, bridged, places_and_form, smoothed

RATE = Fraction(24)

numbers = st.floats(-1000, 1000)
reaches = st.floats(0.2, 6)


@given(numbers, st.floats(-50, 50), st.integers(1, 60), reaches)
def test_a_straight_motion_stays_as_it_is(
    start: float, speed: float, frames: int, reach: float
) -> None:
    motion = (start + speed * np.arange(frames))[:, None]
    assert np.allclose(smoothed(motion, reach), motion, atol=1e-7)


@given(st.integers(0, 2**32 - 1), st.integers(2, 60), reaches)
def test_there_is_no_lag(seed: int, frames: int, reach: float) -> None:
    """Backwards in time it is the same motion backwards."""
    motion = np.random.default_rng(seed).normal(size=(frames, 3)).cumsum(axis=0)
    assert np.allclose(smoothed(motion, reach)[::-1], smoothed(motion[::-1], reach))


def test_a_jump_stays_where_it_is() -> None:
    jump = np.where(np.arange(41) < 20, 0.0, 10.0)[:, None]
    after = smoothed(jump, 2.0)
    assert after[19, 0] < 5 < after[20, 0]
    assert np.isclose(after[19, 0] + after[20, 0], 10)


def test_a_bend_is_not_cut_short_and_trembling_goes() -> None:
    way = 40 * np.sin(np.arange(96) / 96 * 2 * np.pi * 2)[:, None]  # two nods in four seconds
    assert np.abs(smoothed(way, 1.5) - way)[6:-6].max() < 0.05
    trembling = np.random.default_rng(5).normal(size=(96, 1))
    assert smoothed(trembling, 3.0).std() < 0.6 * trembling.std()


def test_gaps_are_bridged_on_a_straight_way() -> None:
    one, other = np.zeros((468, 2)), np.full((468, 2), 30.0)
    motion = bridged([one, None, None, other, one])
    assert motion[:, 7, 0].tolist() == [0, 10, 20, 30, 0]
    assert bridged([other]).shape == (1, 468, 2)


def _seen(motion: Motion) -> Motion:
    """Return a motion as the mesh sees it: trembling by 0.2 % of a face of 200 pixels."""
    return motion + np.random.default_rng(3).normal(0, 0.4, motion.shape)


def _face() -> Motion:
    """Return 468 points in a face of about 200 pixels."""
    points = np.random.default_rng(2).uniform((0, 0), (150, 200), (468, 2))
    points[[10, 152]] = (75, 0), (75, 200)
    return points


def test_a_face_that_only_the_camera_moves_has_one_form() -> None:
    zoom = 1 + 0.3 * np.arange(48)[:, None, None] / 47
    camera = _face() * zoom + np.arange(48)[:, None, None] * (2.0, -1.0)
    places, form = places_and_form(_seen(camera), RATE)
    assert form.shape == (1, 468, 2)
    moved = np.stack([place.of(form[0]) for place in places])
    assert np.hypot(*(moved - camera).mean(axis=1).T).max() < 0.1
    assert np.abs(moved - camera).max() < 0.5


def test_a_face_that_speaks_keeps_its_form_of_every_frame() -> None:
    speaking = np.stack([_face()] * 48)
    opened = 12 * np.sin(np.arange(48) / 48 * np.pi * 6) ** 2  # three syllables a second
    jaw = _face()[:, 1] > 150
    speaking[:, jaw, 1] += opened[:, None]
    places, form = places_and_form(_seen(speaking), RATE)
    assert form.shape == (48, 468, 2)
    moved = np.stack([place.of(one) for place, one in zip(places, form, strict=True)])
    assert np.abs((moved - speaking)[:, jaw, 1].mean(axis=1)).max() < 1.0
