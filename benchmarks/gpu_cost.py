"""What a piece of work costs on a device: seconds, memory, and how busy the device was."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from benchmarks.gpu_models import BenchmarkError
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.gpu import nvml
from sparkle_motion_dagster.gpu.memory import report_memory, reset_peak

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Cost:
    """What it cost.

    Attributes:
        seconds: Wall time.
        busy: The share of it in which the device was busy, 0 to 1; None: nothing tells.
        peak: The most bytes that were taken on the device.
    """

    seconds: float
    busy: float | None
    peak: int


def cost_of(work: Callable[[], ResultT], device: str) -> tuple[ResultT, Cost]:
    """Do something, and return what came of it and what it cost.

    On a CPU busy is the processor time that was used of one core's, at most 1, and the peak is
    the process's since it began.

    Args:
        work: What to do; it ends when its results are in the machine's memory.
        device: torch's name of the device: "cuda:0", "cpu".

    Raises:
        BenchmarkError: The device does not say how much memory was used.
    """
    tidy(device)
    reset_peak(device)
    busy_s = time.process_time()
    sensors = nvml.Sampler(lambda: nvml.read(_uuid(device)) if _is_gpu(device) else None)
    started = time.perf_counter()
    with sensors:
        result = work()
        seconds = time.perf_counter() - started
    busy_s = time.process_time() - busy_s
    peak = report_memory(device).peak
    if peak is None:
        raise BenchmarkError(f"{device} does not say how much memory was used.")
    if _is_gpu(device):
        activity = sensors.activity()
        busy = None if activity is None else activity.utilisation_mean
    else:
        busy = min(1.0, busy_s / seconds)
    return result, Cost(seconds, busy, peak)


def tidy(device: str) -> None:
    """Give a GPU's memory that nobody uses any more back to it."""
    if _is_gpu(device):
        import torch

        gc.collect()
        torch.cuda.synchronize(device)
        torch.cuda.empty_cache()


class Clock(Steps):
    """Takes the time of every step, when the device has done it."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._last: float | None = None
        self.seconds: list[float] = []

    def done(self, step: int, of: int, doing: str) -> None:
        """Note a step; the first of an item has something else before it, and does not count."""
        if _is_gpu(self._device):
            import torch

            torch.cuda.synchronize(self._device)
        now = time.perf_counter()
        if step > 1 and self._last is not None:
            self.seconds.append(now - self._last)
        self._last = now


def _is_gpu(device: str) -> bool:
    return device.startswith("cuda")


def _uuid(device: str) -> str:
    import torch

    return str(torch.cuda.get_device_properties(device).uuid).removeprefix("GPU-")
