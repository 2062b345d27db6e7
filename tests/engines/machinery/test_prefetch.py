"""Prefetch: order, overlap, errors, and that nothing is left behind."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Generator
from contextlib import closing

import pytest

from sparkle_motion_dagster.engines.machinery.prefetch import AbandonedError, Prefetch, prefetched


class DeviceError(Exception):
    pass


def counting(prefetch: Prefetch) -> Generator[int, None, None]:
    number = 0
    while True:
        prefetch.check()
        yield number
        number += 1


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "prefetch"]


def test_items_come_in_order_and_the_thread_ends() -> None:
    assert list(prefetched(lambda _: (n for n in range(50)))) == list(range(50))
    assert threads() == []


def test_nothing_is_made_before_it_is_asked_for() -> None:
    began = threading.Event()

    def make(_: Prefetch) -> Generator[int, None, None]:
        began.set()
        yield 1

    items = prefetched(make)
    assert not began.is_set()
    items.close()
    assert not began.is_set()


def test_the_next_is_made_while_the_last_is_used() -> None:
    second_is_being_made = threading.Event()

    def make(_: Prefetch) -> Generator[int, None, None]:
        yield 1
        second_is_being_made.set()
        yield 2

    with closing(prefetched(make)) as items:
        assert next(items) == 1
        assert second_is_being_made.wait(30)
        assert list(items) == [2]


def test_no_more_than_one_item_waits() -> None:
    made: list[int] = []
    third_is_made = threading.Event()

    def make(prefetch: Prefetch) -> Generator[int, None, None]:
        for number in counting(prefetch):
            made.append(number)
            if len(made) == 3:
                third_is_made.set()
            yield number

    with closing(prefetched(make)) as items:
        assert next(items) == 0
        assert third_is_made.wait(30)  # 1 waits in the queue, 2 to get into it
        assert next(items) == 1
    assert len(made) <= 4


def test_an_error_passes_unchanged_after_what_was_made_before_it() -> None:
    error = DeviceError("on fire")

    def make(_: Prefetch) -> Generator[int, None, None]:
        yield 1
        yield 2
        raise error

    items = prefetched(make)
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(DeviceError) as raised:
        next(items)
    assert raised.value is error
    assert threads() == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, StopAsyncIteration])
def test_errors_of_every_kind_pass(error: type[BaseException]) -> None:
    def make(_: Prefetch) -> Generator[int, None, None]:
        raise error
        yield 1

    with pytest.raises(error):
        next(prefetched(make))


class Tensor:
    """Something that takes memory."""


def test_an_error_lets_go_of_what_its_frames_held() -> None:
    held: list[weakref.ref[Tensor]] = []

    def make(_: Prefetch) -> Generator[int, None, None]:
        tensor = Tensor()
        held.append(weakref.ref(tensor))
        yield 1
        raise DeviceError(str(tensor))

    gc.disable()
    try:
        try:
            list(prefetched(make))
        except DeviceError:
            assert held[0]() is not None
        assert held[0]() is None
    finally:
        gc.enable()


def test_an_item_that_was_used_is_let_go_of() -> None:
    def make(_: Prefetch) -> Generator[Tensor, None, None]:
        yield Tensor()
        yield Tensor()

    with closing(prefetched(make)) as items:
        first = weakref.ref(next(items))
        next(items)
        assert first() is None


def test_closing_ends_the_maker_at_its_next_step_in_its_own_thread() -> None:
    ended_in: list[str] = []
    steps_after: list[bool] = []

    def make(prefetch: Prefetch) -> Generator[int, None, None]:
        try:
            for number in counting(prefetch):
                if number:
                    steps_after.append(True)
                yield number
        finally:
            ended_in.append(threading.current_thread().name)

    items = prefetched(make)
    assert next(items) == 0
    items.close()
    assert ended_in == ["prefetch"]
    assert len(steps_after) <= 2
    assert threads() == []


def test_closing_waits_until_everything_is_released() -> None:
    going, released = threading.Event(), threading.Event()

    def make(prefetch: Prefetch) -> Generator[int, None, None]:
        try:
            yield 1
            going.set()
            while True:
                prefetch.check()
        finally:
            released.set()

    items = prefetched(make)
    next(items)
    assert going.wait(30)
    items.close()
    assert released.is_set()


def test_an_error_of_whoever_takes_the_items_is_theirs() -> None:
    def publish() -> None:
        with closing(prefetched(counting)) as items:
            for _ in items:
                raise DeviceError("disk full")

    with pytest.raises(DeviceError, match="disk full"):
        publish()
    assert threads() == []


def test_check_says_that_nobody_takes_the_results() -> None:
    prefetch = Prefetch()
    prefetch.check()
    prefetch.abandon()
    with pytest.raises(AbandonedError):
        prefetch.check()


FORGETFUL = """
from sparkle_motion_dagster.engines.machinery.prefetch import prefetched

def make(prefetch):
    try:
        while True:
            prefetch.check()
            yield 1
    finally:
        print("released", flush=True)

kept = prefetched(make)
next(kept)
"""


def test_a_process_that_never_closes_it_ends_all_the_same() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FORGETFUL], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "released\n")
