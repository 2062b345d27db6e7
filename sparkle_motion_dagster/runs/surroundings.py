"""What a run changes of its process for as long as it goes on, put aside between its turns.

Dagster sends a run's output to its log, and hears signals for it, from its first event to its last.
Each run puts back what it found: right where one ends before the next begins, wrong where several
go on in turn. So each run's surroundings are taken away after its turn, and brought back before the
next one: every run finds the process as if it were alone in it.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""The signals that Dagster hears while a run goes on."""


@dataclass(frozen=True)
class _Kept:
    """Where output goes, and who hears signals, at one moment.

    Attributes:
        outputs: A copy of each output's file descriptor, by the descriptor itself.
        handlers: Who hears a signal, by the signal; none outside of the main thread.
    """

    outputs: dict[int, int]
    handlers: dict[signal.Signals, Any]

    @classmethod
    def of_now(cls) -> _Kept:
        outputs = {number: os.dup(number) for number in _outputs()}
        hears = threading.current_thread() is threading.main_thread()
        return cls(outputs, {one: signal.getsignal(one) for one in _SIGNALS if hears})

    def bring_back(self) -> None:
        """Make it so again; the copies are used up by it."""
        _flush()
        for number, copy in self.outputs.items():
            os.dup2(copy, number)
            os.close(copy)
        for one, handler in self.handlers.items():
            signal.signal(one, handler)


class Surroundings:
    """What one run has changed of the process."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Have the run's surroundings in place while the block goes on."""
        _flush()
        own = _Kept.of_now()
        if self._kept is not None:
            self._kept.bring_back()
        try:
            yield
        finally:
            self._kept = _Kept.of_now()
            own.bring_back()

    def drop(self) -> None:
        """Forget them: the run has ended."""
        if self._kept is not None:
            for copy in self._kept.outputs.values():
                os.close(copy)
            self._kept = None


class Interrupts:
    """Hears that this process is to end (Ctrl-C, SIGTERM), whoever else hears it meanwhile.

    A run hears it, too, and ends; whoever goes on with other runs after that one asks here. Only
    the main thread hears signals: in another one, nothing is ever heard.
    """

    def __init__(self) -> None:
        self._heard = False
        self._reading, self._writing = -1, -1
        self._before = -1

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._reading, self._writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            self._before = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writing >= 0:
            signal.set_wakeup_fd(self._before)
            os.close(self._reading)
            os.close(self._writing)

    def heard(self) -> bool:
        """Tell whether it was to end at any time since."""
        if self._reading >= 0:
            with contextlib.suppress(BlockingIOError):
                self._heard |= bool(set(os.read(self._reading, 4096)) & set(_SIGNALS))
        return self._heard


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _outputs() -> Iterator[int]:
    """Yield the file descriptors of the outputs; a stream that is no file has none."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(io.UnsupportedOperation, AttributeError):
            yield stream.fileno()
