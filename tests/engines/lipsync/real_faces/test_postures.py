"""Where shapes of a mouth put lips."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Lips
from sparkle_motion_dagster.engines.lipsync.real_faces.postures import posture


def lips(gap: float = 0.0, left: float = 0.2, right: float = 0.2) -> Lips:
    """Return lips that are so far apart, and reach so far to both sides."""
    along = np.linspace(-1, 1, 11)
    x = np.where(along < 0, left * along, right * along)
    arch = 1 - along**2

    def edge(y: float) -> np.ndarray:
        return np.column_stack([x, y * arch])

    return Lips(edge(-0.05), edge(0.0), edge(gap), edge(gap + 0.06))


CLOSED, SMILE = lips(), lips(gap=0.12)
SHARES = st.floats(0, 1)
MOUTHS = st.builds(
    Mouth,
    opening=st.floats(0, 2),
    width=st.floats(-1, 1),
    press=SHARES,
    tuck=SHARES,
    tongue=SHARES,
)


@given(mouth=MOUTHS, gap=st.floats(0, 0.2), presence=SHARES)
def test_the_edges_of_lips_never_cross(mouth: Mouth, gap: float, presence: float) -> None:
    taken = posture(lips(gap), mouth, presence).lips
    heights = [
        edge[:, 1]
        for edge in (taken.upper_outer, taken.upper_inner, taken.lower_inner, taken.lower_outer)
    ]
    assert np.diff(heights, axis=0).min() >= -1e-9
    assert np.diff(taken.upper_inner[:, 0]).min() > 0, "neither do left and right"


@given(mouth=MOUTHS)
def test_a_mouth_that_does_not_speak_keeps_its_own_shape(mouth: Mouth) -> None:
    taken = posture(SMILE, mouth, 0.0)
    assert np.array_equal(taken.lips.lower_outer, SMILE.lower_outer)
    assert np.array_equal(taken.lips.upper_inner, SMILE.upper_inner)
    assert taken.drop == 0


@pytest.mark.parametrize("own", [CLOSED, SMILE], ids=["closed", "smile"])
def test_the_wider_a_mouth_is_asked_to_open_the_wider_it_opens(own: Lips) -> None:
    gaps = [posture(own, Mouth(opening), 1.0).lips.gaps[5] for opening in np.linspace(0, 1.3, 14)]
    assert (np.diff(gaps) > 0).all()
    assert gaps[0] < 0.006, "lips meet, whatever they did in the picture"


def test_no_mouth_opens_without_end() -> None:
    widest = posture(CLOSED, Mouth(1.3), 1.0).drop
    assert posture(CLOSED, Mouth(5.0), 1.0).drop == widest


def test_lips_that_are_pressed_together_are_thinner() -> None:
    free, pressed = (posture(CLOSED, Mouth(press=press), 1.0).lips for press in (0.0, 1.0))
    for one, other in (
        (pressed.upper_outer, free.upper_outer),
        (free.lower_outer, pressed.lower_outer),
    ):
        assert (one - other)[5, 1] > 0.008


def test_the_lower_lip_goes_up_to_teeth_that_show_for_f_and_v() -> None:
    free, tucked = (posture(CLOSED, Mouth(0.1, tuck=tuck), 1.0).lips for tuck in (0.0, 1.0))
    assert tucked.lower_inner[5, 1] < free.lower_inner[5, 1]
    assert tucked.gaps[5] > 0.01


def test_each_half_of_a_mouth_is_rounded_by_what_it_measures() -> None:
    turned = lips(left=0.25, right=0.1)
    rounded = posture(turned, Mouth(width=-1.0), 1.0).lips.upper_outer[:, 0]
    assert rounded[0] / -0.25 == pytest.approx(rounded[-1] / 0.1)
    assert rounded[-1] < 0.09
    spread = posture(turned, Mouth(width=1.0), 1.0).lips.upper_outer[:, 0]
    assert spread[0] < -0.26
    assert spread[-1] > 0.1
