"""What runs change of their process, when several of them take turns."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster._core.execution.compute_logs import redirect_to_file
from dagster._utils.interrupts import capture_interrupts
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkle_motion_dagster.runs.surroundings import Interrupts, Surroundings


class Run:
    """What Dagster does to its process while a run goes on, with its own functions."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.surroundings = Surroundings()
        self._over = False
        self._going_on = self._until_its_end()

    def go_on(self) -> None:
        with self.surroundings.in_place():
            next(self._going_on, None)

    def end(self) -> None:
        self._over = True
        self.go_on()
        self.surroundings.drop()

    def _until_its_end(self) -> Iterator[None]:
        with capture_interrupts(), redirect_to_file(sys.stdout, str(self.log)):
            while not self._over:
                os.write(sys.stdout.fileno(), b"on\n")
                yield

    @property
    def said(self) -> int:
        return self.log.read_text(encoding="utf-8").count("on")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@settings(max_examples=30)
@given(turns=st.lists(st.integers(0, 2), max_size=12), ends=st.permutations(range(3)))
def test_each_run_finds_its_own_and_the_process_what_it_had(
    tmp_path_factory: pytest.TempPathFactory, turns: list[int], ends: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    output, files = os.fstat(sys.stdout.fileno()), open_files()
    runs = [Run(folder / str(number)) for number in range(3)]
    for run in runs:
        run.go_on()
    for turn in turns:
        runs[turn].go_on()
        assert os.path.samestat(os.fstat(sys.stdout.fileno()), output)
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == handlers
    for number in ends:
        runs[number].end()
        assert os.path.samestat(os.fstat(sys.stdout.fileno()), output)
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert [run.said for run in runs] == [1 + turns.count(number) for number in range(3)]
    assert open_files() == files


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_that_the_process_is_to_end_is_heard_whoever_else_hears_it(sent: signal.Signals) -> None:
    with capture_interrupts(), Interrupts() as interrupts:
        assert not interrupts.heard()
        with contextlib.suppress(InterruptedError), _raised_on(sent):
            signal.raise_signal(sent)
        assert interrupts.heard()
        assert interrupts.heard()


def test_another_signal_ends_nothing() -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGUSR1)
            assert not interrupts.heard()
    finally:
        signal.signal(signal.SIGUSR1, before)


@contextlib.contextmanager
def _raised_on(sent: signal.Signals) -> Iterator[None]:
    """Have a signal raise an error, as it does while a stage is made."""

    def interrupt(*_: object) -> None:
        raise InterruptedError

    before = signal.signal(sent, interrupt)
    try:
        yield
    finally:
        signal.signal(sent, before)
