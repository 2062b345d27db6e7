"""Running a command while watching what it costs: wall time, and memory of all its processes."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

_SAMPLE_S = 0.05


@dataclass(frozen=True)
class Cost:
    """What a command cost.

    Attributes:
        seconds: Wall time.
        peak_mib: The most memory that it and its children had resident at one moment.
        output: What it wrote to standard output.
    """

    seconds: float
    peak_mib: float
    output: str


def watch(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Run a command to its end, which must be a good one."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak = _Peak(process.pid)
    peak.start()
    output, errors = process.communicate()
    seconds = time.perf_counter() - started
    peak.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {errors}")
    return Cost(seconds, peak.bytes / 2**20, output)


class _Peak(threading.Thread):
    """Samples the resident memory of a process and its children until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._process = psutil.Process(pid)

    def run(self) -> None:
        while (resident := self._resident()) is not None:
            self.bytes = max(self.bytes, resident)
            time.sleep(_SAMPLE_S)

    def _resident(self) -> int | None:
        try:
            if self._process.status() == psutil.STATUS_ZOMBIE:
                return None
            family = [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return None
        return sum(_memory(process) for process in family)


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
