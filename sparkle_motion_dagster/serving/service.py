"""A service: processes that are started again when they die.

None of them outlives the process that started them, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import click
import psutil

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.media.ffmpeg import death_guard
from sparkle_motion_dagster.serving.parts import Part

_SHORT_LIFE_S = 10.0
"""A part that ends by itself sooner than this would do so again: it is not started anew."""

_LAST_WORDS_S = 20.0
"""How long processes have to end when they are told to."""


class PartFailedError(SparkleError):
    """A part of the service does not stay alive."""


@dataclass(frozen=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    since: float


class Service:
    """What serves a home all day, process by process."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Prepare it; `parts` are started in their order."""
        self._parts = parts
        self._running: dict[int, _Running] = {}

    def run(self) -> None:
        """Keep it running until this process is told to end.

        Raises:
            PartFailedError: A part does not stay alive.
        """
        with contextlib.suppress(KeyboardInterrupt), _ended_by_signals():
            try:
                for part in self._parts:
                    self._wait_for(self._start(part))
                while True:
                    self._start_again()
            finally:
                self._end()

    def _start(self, part: Part) -> _Running:
        # In a group of its own: Ctrl-C reaches this process, which tells it.
        process = subprocess.Popen(
            [*death_guard(), *part.command], pass_fds=part.descriptors, process_group=0
        )
        self._running[process.pid] = _Running(part, process, time.monotonic())
        return self._running[process.pid]

    def _wait_for(self, starting: _Running) -> None:
        while not starting.part.is_ready():
            try:
                raise _failed(starting.part, starting.process.wait(0.2))
            except subprocess.TimeoutExpired:
                continue

    def _start_again(self) -> None:
        """Wait until a part ends, and start it again."""
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        if ended is None:
            return
        if (running := self._running.pop(ended.si_pid, None)) is None:
            # An orphan that this process, as the first of its container, was given.
            os.waitpid(ended.si_pid, 0)
            return
        status = running.process.wait()
        if status >= 0 and time.monotonic() - running.since < _SHORT_LIFE_S:
            raise _failed(running.part, status)
        click.echo(
            f"The {running.part.name} ended ({_in_words(status)}), and is started again.", err=True
        )
        self._start(running.part)

    def _end(self) -> None:
        """Tell all parts, and the runs that the code server executes, to end; kill who does not."""
        processes = [psutil.Process(pid) for pid in self._running if psutil.pid_exists(pid)]
        for process in [*processes]:
            with contextlib.suppress(psutil.NoSuchProcess):
                processes += process.children()
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        _, alive = psutil.wait_procs(processes, timeout=_LAST_WORDS_S)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _failed(part: Part, status: int) -> PartFailedError:
    return PartFailedError(
        f"The {part.name} ended ({_in_words(status)}) soon after it was started. What it said "
        "stands above; `sparkle doctor` tries what it needs."
    )


def _in_words(status: int) -> str:
    return f"exit code {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Have the signals by which services are ended raise KeyboardInterrupt.

    A shell that starts it in the background has it ignore SIGINT.
    """
    before = {one: signal.signal(one, _interrupt) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
