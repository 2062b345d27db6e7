"""Where the film's frames lie in footage: exact, inside it, no faster or slower than allowed."""

from __future__ import annotations

import functools
import itertools
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.video.retiming import intervals, retime

RATES = [
    Fraction(16),
    Fraction(24),
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30),
    Fraction(60),
]
FIVE = Fraction(1, 20)

rates = st.sampled_from(RATES)
counts = st.integers(1, 400)
shares = st.sampled_from([Fraction(0), Fraction(1, 100), FIVE])


def enough_footage(span: Fraction) -> int:
    """The smallest 4k+1 frames that hold so many intervals, at least 5."""
    return 4 * ceil(Fraction(max(5, ceil(span) + 1) - 1, 4)) + 1


@given(footage_rate=rates, rate=rates, frames=counts, ends=st.booleans(), most=shares)
def test_every_frame_lies_in_the_footage_one_step_behind_the_other(
    *, footage_rate: Fraction, rate: Fraction, frames: int, ends: bool, most: Fraction
) -> None:
    span = intervals(frames, rate, footage_rate, ends_on_keyframe=ends)
    there = enough_footage(span)
    retiming = retime(there, footage_rate, frames, rate, ends_on_keyframe=ends, most_retime=most)
    positions = retiming.positions
    assert len(positions) == frames
    assert positions[0] == 0
    assert all(0 <= position <= there - 1 for position in positions)
    steps = {later - one for one, later in itertools.pairwise(positions)}
    assert steps <= {retiming.speed * footage_rate / rate}
    # No footage of enough frames has to be played slowly.
    assert 1 <= retiming.speed <= 1 + most
    end = positions[-1] if ends else positions[-1] + retiming.speed * footage_rate / rate
    assert end + retiming.trimmed == there - 1
    assert retiming.trimmed == 0 or retiming.speed == 1 + most or not span


@given(
    footage_rate=rates,
    rate=rates,
    frames=counts,
    ends=st.booleans(),
    most=shares,
    there=st.integers(2, 200),
)
def test_footage_of_any_length_is_played_to_its_end_trimmed_or_refused(
    *, footage_rate: Fraction, rate: Fraction, frames: int, ends: bool, most: Fraction, there: int
) -> None:
    span = intervals(frames, rate, footage_rate, ends_on_keyframe=ends)
    wanted = functools.partial(
        retime, there, footage_rate, frames, rate, ends_on_keyframe=ends, most_retime=most
    )
    if span > (there - 1) * (1 + most):
        with pytest.raises(EngineInputError, match=rf"{there} frames at .* fill {frames} frames"):
            wanted()
        return
    retiming = wanted()
    assert 1 / (1 + most) <= retiming.speed <= 1 + most
    assert retiming.trimmed >= 0
    assert max(retiming.positions) <= there - 1


@given(rate=rates, k=st.integers(1, 100), ends=st.booleans())
def test_where_rate_and_count_agree_every_frame_is_one_of_the_footage(
    *, rate: Fraction, k: int, ends: bool
) -> None:
    there = 4 * k + 1
    frames = there if ends else there - 1
    retiming = retime(there, rate, frames, rate, ends_on_keyframe=ends, most_retime=FIVE)
    assert retiming.positions == tuple(map(Fraction, range(frames)))
    assert retiming.speed == 1
    assert retiming.trimmed == 0


def test_the_last_shot_ends_on_the_last_frame_of_its_footage() -> None:
    """97 film frames at 24 fps span 64 intervals at 16: 65 frames, the last shown last."""
    retiming = retime(65, Fraction(16), 97, Fraction(24), ends_on_keyframe=True, most_retime=FIVE)
    assert retiming.positions[-1] == 64
    assert retiming.speed == 1


def test_speed_is_used_before_footage_is_thrown_away() -> None:
    """78 film frames at 16 fps within 81 of footage: 80 intervals at 1.026 times their speed."""
    close = retime(81, Fraction(16), 78, Fraction(16), ends_on_keyframe=False, most_retime=FIVE)
    assert close.speed == Fraction(80, 78)
    assert close.trimmed == 0
    far = retime(81, Fraction(16), 60, Fraction(16), ends_on_keyframe=False, most_retime=FIVE)
    assert far.speed == Fraction(21, 20)
    assert far.trimmed == 80 - 63


def test_a_single_frame_is_the_first_one() -> None:
    for ends in (False, True):
        retiming = retime(5, Fraction(16), 1, Fraction(24), ends_on_keyframe=ends, most_retime=FIVE)
        assert retiming.positions == (Fraction(0),)


def test_the_limit_is_exact() -> None:
    """84 film frames can be filled from 80 intervals at 1 / 1.05; 85 cannot."""
    slow = retime(81, Fraction(16), 84, Fraction(16), ends_on_keyframe=False, most_retime=FIVE)
    assert slow.speed == Fraction(20, 21)
    with pytest.raises(EngineInputError, match=r"81 frames at 16 fps .* 0\.952 is the slowest"):
        retime(81, Fraction(16), 85, Fraction(16), ends_on_keyframe=False, most_retime=FIVE)
