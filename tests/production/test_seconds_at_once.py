"""What items take that are in work at the same time, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, Request
from sparkle_motion_dagster.production.measuring import Meter

REQUEST = Request()
ITEMS = ("a", "b", "c", "d")
STEPS = ("begin making", "end making", "begin examining", "end examining")


class Idler(Engine[Request, EngineSettings]):
    name = "idler"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[Request], folder: Path) -> Generator[Made]:
        yield from ()


class Bench:
    """A meter, and items that go through their steps when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.meter: Meter[Request] = Meter(Idler(EngineSettings()), lambda: self.now)
        self.done = dict.fromkeys(ITEMS, 0)
        self.open = {item: ExitStack() for item in ITEMS}

    @property
    def busy(self) -> list[str]:
        return [item for item, steps in self.done.items() if steps in (1, 3)]

    def step(self, item: str) -> None:
        step = STEPS[self.done[item] % len(STEPS)]
        if step == "begin making":
            self.open[item].enter_context(self.meter.making(item))
        elif step == "begin examining":
            self.open[item].enter_context(self.meter.examining(item))
        else:
            self.open[item].close()
        self.done[item] += 1

    def seconds(self, item: str) -> float:
        return self.meter.took(item, REQUEST)[0]


@given(
    st.permutations([item for item in ITEMS for _ in STEPS]),
    st.lists(st.floats(0, 10), min_size=16, max_size=16),
)
def test_the_seconds_of_all_items_come_to_those_in_which_any_was_in_work(
    order: list[str], pauses: list[float]
) -> None:
    bench, working = Bench(), 0.0
    for item, pause in zip(order, pauses, strict=True):
        bench.step(item)
        bench.now += pause
        working += pause if bench.busy else 0.0
    seconds = [bench.seconds(item) for item in ITEMS]
    assert sum(seconds) == pytest.approx(working)
    assert min(seconds) >= 0


def test_items_that_are_made_at_the_same_time_share_it() -> None:
    bench = Bench()
    for item in ("a", "b"):
        bench.step(item)
    bench.now += 4
    bench.step("a")
    bench.now += 1  # b alone
    bench.step("b")
    assert (bench.seconds("a"), bench.seconds("b")) == (2, 3)


def test_what_is_examined_costs_nothing_while_another_is_made() -> None:
    bench = Bench()
    for item in ("a", "a", "a", "b"):  # a is examined, b begun
        bench.step(item)
    bench.now += 3
    bench.step("b")
    bench.now += 1
    bench.step("a")
    assert (bench.seconds("a"), bench.seconds("b")) == (1, 3)


def test_waiting_between_items_counts_for_none() -> None:
    bench = Bench()
    for _ in STEPS:
        bench.step("a")
        bench.now += 1
    bench.now += 50
    for _ in STEPS:
        bench.step("b")
        bench.now += 2
    assert (bench.seconds("a"), bench.seconds("b")) == (2, 4)
