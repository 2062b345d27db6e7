"""Running a command while watching what it costs: time, and memory of all its processes."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAMPLE_S = 0.1
"""Looking through all processes takes milliseconds: oftener, and it would slow what it watches."""

_SAME_MEMORY = 0.01
"""By so much may the size of a memory change while it is read twice, as a share of it."""


@dataclass(frozen=True)
class Cost:
    """What a command cost.

    Attributes:
        seconds: Wall time.
        peak_mib: The most memory that it and its children had resident at one moment.
        output: What it wrote to standard output.
        own_cpu_s: CPU seconds of the command's own process.
        children_cpu_s: CPU seconds of the processes that it started, and waited for.
    """

    seconds: float
    peak_mib: float
    output: str
    own_cpu_s: float
    children_cpu_s: float

    @property
    def busy(self) -> float:
        """Which share of the cores' time it used, 0 to 1."""
        cores = len(os.sched_getaffinity(0))
        return (self.own_cpu_s + self.children_cpu_s) / (cores * self.seconds)


def watch(
    command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> Cost:
    """Run a command to its end, which must be a good one.

    Args:
        command: The program and its arguments.
        environment: Its environment.
        folder: Where it runs; None: here.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env=dict(environment), cwd=folder, stdout=output, stderr=errors
        )
        peak = _Peak(process.pid)
        peak.start()
        # Left unreaped for a moment: the system still knows what a process took.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        seconds = time.perf_counter() - started
        cpu = psutil.Process(process.pid).cpu_times()
        peak.join()
        process.wait()
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(
                f"{' '.join(command)} ended with {process.returncode}: {errors.read()}"
            )
        return Cost(
            seconds,
            peak.bytes / 2**20,
            output.read(),
            own_cpu_s=cpu.user + cpu.system,
            children_cpu_s=cpu.children_user + cpu.children_system,
        )


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
            children = self._process.children(recursive=True)
        except psutil.NoSuchProcess:
            return None
        family = {process.pid: _Size.of(process) for process in (self._process, *children)}
        return sum(
            size.resident
            for size in family.values()
            if not size.borrowed_from(family.get(size.parent, _GONE))
        )


@dataclass(frozen=True)
class _Size:
    """What a process has in memory, in bytes; nothing, if it has ended."""

    parent: int
    command: tuple[str, ...]
    resident: int
    virtual: int

    @classmethod
    def of(cls, process: psutil.Process) -> _Size:
        try:
            with process.oneshot():
                memory = process.memory_info()
                return cls(process.ppid(), tuple(process.cmdline()), memory.rss, memory.vms)
        except psutil.NoSuchProcess:
            return _GONE

    def borrowed_from(self, parent: _Size) -> bool:
        """Tell whether the process has its parent's memory still, and will run another program.

        A process that starts one is there twice for a moment (vfork), in one memory.
        """
        alike = abs(self.virtual - parent.virtual) <= _SAME_MEMORY * parent.virtual
        return self.command == parent.command and alike


_GONE = _Size(0, (), 0, 0)
