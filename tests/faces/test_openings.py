"""How a mouth that opens goes with what is asked of it: curves whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.faces.openings import Openings, agreement, met, opening
from sparkle_motion_dagster.faces.topology import BRIDGE, CHIN, LOWER_INNER, UPPER_INNER

FRAMES = 80


def curve(late: float = 0.0) -> Openings:
    """A mouth that opens and closes at no steady pace, so many frames late."""
    frames = np.arange(FRAMES) - late
    return np.asarray(0.5 + 0.3 * np.sin(frames / 2.1) + 0.2 * np.sin(frames / 1.3 + 1))


@given(late=st.floats(-3, 3), scale=st.floats(0.01, 2), rest=st.floats(-0.1, 0.1))
def test_it_is_found_how_late_a_mouth_is_however_wide_it_opens(
    late: float, scale: float, rest: float
) -> None:
    found = agreement(rest + scale * curve(late), curve())
    assert found is not None
    assert found.lag == pytest.approx(late, abs=0.1)


def test_a_mouth_in_time_agrees_and_one_that_does_the_opposite_does_not() -> None:
    in_time, opposite = agreement(curve(), curve()), agreement(-curve(), curve())
    assert in_time is not None
    assert opposite is not None
    assert in_time.correlation == pytest.approx(1)
    assert opposite.correlation == pytest.approx(-1)


def test_frames_in_which_nothing_is_seen_or_asked_do_not_count() -> None:
    shown, asked = curve(), curve()
    shown[:20], asked[50:] = np.nan, np.nan
    shown[55:], asked[5:15] = 7, -7
    found = agreement(shown, asked)
    assert found is not None
    assert found.correlation == pytest.approx(1)


@pytest.mark.parametrize(
    ("shown", "asked"),
    [(curve()[:7], curve()[:7]), (curve(), np.zeros(FRAMES))],
)
def test_of_too_little_nothing_is_said(shown: Openings, asked: Openings) -> None:
    assert agreement(shown, asked) is None


def test_a_mouth_that_stands_still_agrees_with_nothing() -> None:
    found = agreement(np.full(FRAMES, 0.1), curve())
    assert found is not None
    assert found.correlation == 0


def test_lips_touch_in_a_frame_or_beside_it_by_what_the_mesh_sees() -> None:
    shown = np.full(40, 0.08)
    shown[10], shown[20] = 0.015, 0.05
    assert met(shown, [9, 10, 11, 12, 20, 0, 39]) == [*3 * [True], *4 * [False]]
    assert met(3 * shown, [10, 20]) == [True, False]


def test_nothing_is_said_of_lips_that_are_not_seen() -> None:
    shown = np.full(40, 0.08)
    shown[10] = 0.0
    shown[20:] = np.nan
    assert met(shown, [10, 30]) == [True]


@given(angle=st.floats(-1, 1), height=st.floats(20, 800), gap=st.floats(0, 0.2))
def test_an_opening_is_a_share_of_the_face_however_it_is_held(
    angle: float, height: float, gap: float
) -> None:
    points = np.zeros((468, 2))
    points[CHIN], points[BRIDGE] = (0, 0.5), (0, -0.5)
    points[list(UPPER_INNER), 0] = points[list(LOWER_INNER), 0] = np.linspace(-0.2, 0.2, 11)
    points[list(LOWER_INNER), 1] = gap * (1 - np.linspace(-1, 1, 11) ** 8)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert opening(height * points @ turn + 100, height) == pytest.approx(gap, abs=1e-6)
