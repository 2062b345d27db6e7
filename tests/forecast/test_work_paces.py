"""What was measured tells what others take: whatever engines start, load, and make together."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.artifacts.measurements import Measurement, settings_digest
from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.forecast.price.paces import Paces, Usual, pace_of

ENGINE = EngineIdentity(name="painter", version=3, settings={"steps": 4})
UNKNOWN = Usual()

works = st.floats(0.5, 100)
paces = st.floats(0.01, 10)


def measured(work: float, seconds: float, call: int = 0, **more: object) -> Measurement:
    one = Measurement(
        engine=str(ENGINE),
        model=None,
        settings=settings_digest(ENGINE),
        device="cpu",
        size="320x180",
        work=work,
        called_at=f"2026-11-30T04:00:00.{call:06d}+00:00",
        starts=False,
        seconds=seconds,
        loading_s=0.0,
        held_s=0.0,
        size_bytes=round(1000 * work),
    )
    return dataclasses.replace(one, **more)  # type: ignore[arg-type]


def only(engine: str) -> list[Measurement]:
    """Return all that was measured in a home where one engine has made one item."""
    return [measured(1, 1)] if engine == str(ENGINE) else []


@given(st.lists(st.tuples(works, st.integers(0, 5)), min_size=1, max_size=40), paces)
def test_what_always_goes_as_fast_is_foretold_exactly(
    items: Sequence[tuple[float, int]], pace: float
) -> None:
    found = pace_of(
        [measured(work, work * pace, call) for work, call in items], UNKNOWN, alike=True
    )
    assert found.seconds == pytest.approx(pace)
    assert found.size_bytes == pytest.approx(1000, rel=0.01)
    assert found.start_s == 0


@given(st.lists(works, min_size=1, max_size=8), paces)
def test_of_items_made_together_the_first_may_wait_for_all(
    batch: Sequence[float], pace: float
) -> None:
    first, *others = batch
    together = [measured(first, sum(batch) * pace), *(measured(work, 0.0) for work in others)]
    assert pace_of(together, UNKNOWN, alike=True).seconds == pytest.approx(pace)


@given(st.lists(works, min_size=2, max_size=20), paces, st.floats(0.5, 500))
def test_a_start_that_nobody_measured_is_told_apart_by_what_follows(
    items: Sequence[float], pace: float, start: float
) -> None:
    first, *others = items
    rows = [measured(first, first * pace + start, starts=True)]
    rows += [measured(work, work * pace) for work in others]
    found = pace_of(rows, UNKNOWN, alike=True)
    assert found.seconds == pytest.approx(pace)
    assert found.start_s == pytest.approx(start, abs=1e-6)


@given(st.lists(works, min_size=1, max_size=8), paces, st.floats(0.5, 500))
def test_loading_that_was_measured_counts_apart_even_of_a_batch(
    batch: Sequence[float], pace: float, loading: float
) -> None:
    first, *others = batch
    seconds = sum(batch) * pace + loading
    rows = [measured(first, seconds, starts=True, loading_s=loading, batch=8)]
    rows += [measured(work, 0.0, batch=8) for work in others]
    found = pace_of(rows, UNKNOWN, alike=True)
    assert found.seconds == pytest.approx(pace)
    assert found.start_s == pytest.approx(loading)


@given(st.lists(works, min_size=2, max_size=8), paces, st.floats(0.5, 500), st.floats(0, 50))
def test_a_model_that_is_slow_the_first_time_is_not_taken_for_a_slow_one(
    items: Sequence[float], pace: float, loading: float, warming: float
) -> None:
    first, *others = items
    seconds = loading + warming + first * pace
    rows = [measured(first, seconds, starts=True, loading_s=loading)]
    rows += [measured(work, work * pace) for work in others]
    found = pace_of(rows, UNKNOWN, alike=True)
    assert found.seconds == pytest.approx(pace)
    assert found.start_s == pytest.approx(loading + warming, abs=1e-6)


@given(works, works, paces, st.floats(0.5, 50))
def test_where_all_hold_a_start_the_engine_says_how_large_its_share_is(
    first: float, second: float, pace: float, start: float
) -> None:
    rows = [measured(first, first * pace + start, starts=True)]
    # The machine is three times as fast as the engine thinks; the shares are the same.
    found = pace_of(rows, Usual(3 * pace, 3 * start), alike=True)
    assert found.seconds * second + found.start_s == pytest.approx(second * pace + start)


@given(
    st.lists(works, min_size=4, max_size=12).filter(lambda found: max(found) > 4 * min(found)),
    paces,
    st.floats(0, 200),
)
def test_what_items_cost_however_small_they_are_is_told_by_items_of_several_lengths(
    items: Sequence[float], pace: float, fixed: float
) -> None:
    low, high = min(items), max(items)
    works = [low, low, high, high, *items]
    rows = [measured(work, fixed + work * pace) for work in works]
    found = pace_of(rows, UNKNOWN, alike=True)
    # Not exactly where next to nothing hangs on the work, or next to nothing does not.
    for work in (low, (low + high) / 2, high):
        assert found.seconds_of(work) == pytest.approx(fixed + work * pace, rel=0.1)


def test_items_that_are_slow_by_chance_cost_nothing_beside_their_work() -> None:
    rows = [measured(work, work * slow) for work, slow in ((1, 2), (2, 1), (3, 3), (4, 2), (8, 2))]
    assert pace_of(rows, UNKNOWN, alike=True).each == 0


def test_a_start_counts_in_whatever_size_an_engine_began() -> None:
    begun = measured(4, 28, starts=True, size="512x512")
    rows = [begun, *(measured(2, 4, 1) for _ in range(3))]
    found = Paces(lambda _: rows).pace(ENGINE, "cpu", "320x180", UNKNOWN)
    assert found is not None
    assert (found.seconds, found.start_s, found.alike) == (2, 20, True)
    other = Paces(lambda _: rows).pace(ENGINE, "cpu", "512x512", UNKNOWN)
    assert other is not None
    assert (other.seconds, other.start_s, other.alike) == (2, 20, False)


@given(st.lists(works, min_size=5, max_size=9), paces, st.floats(2, 1000))
def test_two_calls_that_a_busy_machine_slowed_down_change_nothing(
    calls: Sequence[float], pace: float, slower: float
) -> None:
    rows = [
        measured(work, work * pace * (slower if call < 2 else 1), call)
        for call, work in enumerate(calls)
    ]
    assert pace_of(rows, UNKNOWN, alike=True).seconds == pytest.approx(pace)


def test_what_was_measured_long_ago_is_forgotten() -> None:
    old = [measured(1, 50, call) for call in range(30)]
    new = [measured(1, 2, 100 + call) for call in range(9)]
    found = pace_of([*old, *new], UNKNOWN, alike=True)
    assert (found.seconds, found.items) == (2, 9)


def test_what_is_alike_counts_before_others_and_others_are_scaled_by_their_work() -> None:
    small = [measured(1, 1)]
    large = [measured(8, 16, 1, size="1280x720")]
    known = Paces(lambda _: [*small, *large])
    found = known.pace(ENGINE, "cpu", "320x180", UNKNOWN)
    assert found is not None
    assert (found.seconds, found.alike) == (1, True)
    other = known.pace(ENGINE, "cpu", "640x360", UNKNOWN)
    assert other is not None
    assert (other.seconds, other.alike, other.items) == (1.5, False, 2)


@pytest.mark.parametrize(
    "engine",
    [
        ENGINE.model_copy(update={"version": 4}),
        ENGINE.model_copy(update={"name": "drawer"}),
        ENGINE.model_copy(update={"model_id": "sdxl", "revision": "a1"}),
    ],
)
def test_of_another_version_engine_or_model_nothing_is_known(engine: EngineIdentity) -> None:
    assert Paces(only).pace(engine, "cpu", "320x180", UNKNOWN) is None


def test_of_another_device_nothing_is_known() -> None:
    assert Paces(only).pace(ENGINE, "h200", "320x180", UNKNOWN) is None
