"""Another process that uses the device, and does what the test tells it, line by line."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import weakref
from pathlib import Path
from typing import Self

import numpy as np

import forked
from sparkle_motion_dagster.artifacts.locks import is_locked
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu.cache import WARM
from sparkle_motion_dagster.gpu.device import Gpu, ModelContext
from sparkle_motion_dagster.gpu.events import EvictEvent, GpuEvent, WaitEvent
from sparkle_motion_dagster.gpu.lock import Device, locks_folder
from sparkle_motion_dagster.gpu.presets import DevicePreset

_PATIENCE_S = 30


class Weights:
    """A model for tests: it has a size, and may be referred to weakly."""

    def __init__(self, nbytes: int = 1000) -> None:
        self.data = np.zeros(nbytes, np.uint8)

    @property
    def nbytes(self) -> int:
        return self.data.nbytes


def cpu_preset(*, warm_s: float = 600, memory: int | None = None) -> DevicePreset:
    """Return a preset of the CPU, whose budget is a number of bytes."""
    gib = None if memory is None else memory / 2**30
    return DevicePreset(name="cpu", device="cpu", memory_gib=gib, budget=1, warm_s=warm_s)


class Peer:
    """The other process, as the test sees it."""

    def __init__(self, stage: str = "shot_clips", wait_s: float = _PATIENCE_S) -> None:
        command = ["python", __file__, stage, str(wait_s)]
        self._process = forked.Piped(command, os.environ, Path.cwd())
        self.pid = self._process.pid
        self._lines: queue.Queue[str] = queue.Queue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        assert self.says() == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.kill()
        self._reading.join(_PATIENCE_S)
        self._process.read(_PATIENCE_S)

    def tell(self, order: str) -> None:
        """Tell it something, without waiting for its answer."""
        self._process.stdin.write(f"{order}\n")

    def ask(self, order: str) -> str:
        """Tell it something, and return what it says then."""
        self.tell(order)
        return self.says()

    def says(self) -> str:
        """Return the next line that it says."""
        return self._lines.get(timeout=_PATIENCE_S)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it as hard as can be, and wait until it is dead."""
        self.send(signal.SIGKILL)
        self._process.wait()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.put(line.strip())


def _say(*words: object) -> None:
    print(*words, flush=True)


def _heard(event: GpuEvent) -> None:
    if isinstance(event, WaitEvent):
        _say("waits", event.holder.pid if event.holder else None)
    elif isinstance(event, EvictEvent):
        _say("evicts", event.key, event.reason)


class _Program:
    def __init__(self, stage: str, wait_s: float) -> None:
        self._gpu = Gpu(
            cpu_preset(), run_id="peer-film", stage=stage, wait_s=wait_s, listener=_heard
        )
        self._context: ModelContext[Weights] | None = None
        self._model: weakref.ref[Weights] | None = None

    def obey(self, order: str, *words: str) -> None:
        match order:
            case "enter":
                self._context = self._gpu.model_context(words[0], lambda _: Weights())
                self._model = weakref.ref(self._context.__enter__().model)
                _say("entered")
            case "leave":
                assert self._context is not None
                self._context.__exit__(None, None, None)
                _say("left")
            case "warm":
                _say("warm", *WARM.keys(Device("cpu", "cpu", locks_folder())))
            case "alive":
                _say("alive" if self._model and self._model() else "dead")
            case "claim":
                claim = locks_folder() / f"cpu.warm.{words[0]}"
                _say("claimed" if is_locked(claim) else "unclaimed")


def _main() -> None:
    # Whoever runs the tests in the background has SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    program = _Program(sys.argv[1], float(sys.argv[2]))
    _say("ready")
    for line in sys.stdin:
        try:
            program.obey(*line.split())
        except SparkleError as error:
            _say(type(error).__name__, error)
        except KeyboardInterrupt:
            _say("interrupted")


if __name__ == "__main__":
    _main()
