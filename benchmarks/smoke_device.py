"""The device itself, as this project sees it; and what becomes of a call that hangs there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.smoke_hang import SPINS_S
from benchmarks.smoke_record import Finding
from benchmarks.smoke_scale import Smoke, gib
from sparkle_motion_dagster.gpu import nvml
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.libraries import PARALLEL_LOADING
from sparkle_motion_dagster.gpu.memory import report_memory

_SIDE = 8192
"""Rows of the matrices that are multiplied on a GPU; on the CPU a sixteenth of it."""

_TIMES = 10

_PATIENCE_S = 3
"""How long a step may take where a call hangs, in seconds."""

_ENDED_S = 120
"""How long the process of a call that hangs may take to end, in seconds, imports included."""


def device(smoke: Smoke) -> Iterator[Finding]:
    """See what NVML and torch tell, which preset fits, and whether torch computes there."""
    import torch

    for found in nvml.devices() if smoke.on_gpu else ():
        yield Finding("NVML", f"{found.name}, {gib(found.total_bytes)}, driver {found.driver}")
        yield Finding("slices (MIG)", found.slice_of or "none", found.slice_of is None)
        preset = smoke.preset
        yield Finding("preset", preset.name, preset.fits(found.total_bytes))
    snapshot, host = report_memory(smoke.device), report_memory("cpu")
    yield Finding("memory", str(snapshot), snapshot.free is not None)
    yield Finding("the machine's own memory", str(host))
    yield Finding("room for files", gib(shutil.disk_usage(smoke.keep or smoke.folder).free))
    yield Finding("torch", f"{torch.__version__}, CUDA {torch.version.cuda}")
    yield Finding("CUDA's compiler", shutil.which("nvcc") or "none; nothing here needs it")
    if smoke.on_gpu:
        sees = torch.cuda.is_available()
        yield Finding("torch sees the GPU", "yes" if sees else "no", sees)
    told = os.environ.get("PYTORCH_ALLOC_CONF", "nothing")
    yield Finding("the allocator is told", told)
    yield Finding("diffusers reads in parallel", os.environ.get(PARALLEL_LOADING, "no"))
    if smoke.on_gpu:
        yield from _segments()
    yield from _product(smoke)


def _segments() -> Iterator[Finding]:
    """See whether the allocator's segments grow, as it was told."""
    import torch

    kept = torch.empty(2**26, dtype=torch.uint8, device="cuda")
    segments = torch.cuda.memory_snapshot()  # type: ignore[no-untyped-call]
    grow = [bool(segment.get("is_expandable")) for segment in segments]
    yield Finding("its segments grow", f"{sum(grow)} of {len(grow)}", all(grow))
    del kept


def _product(smoke: Smoke) -> Iterator[Finding]:
    """Multiply matrices in bfloat16: against float64, and how fast."""
    import torch

    side = _SIDE if smoke.on_gpu else _SIDE // 16
    left, right = (torch.randn(side, side, device=smoke.device).bfloat16() for _ in range(2))
    product = left @ right
    rows = slice(0, 16)
    exact = left[rows].double() @ right.double()
    error = float((product[rows].double() - exact).norm() / exact.norm())
    # bfloat16 keeps 8 bits of a number: half a unit in the last place is 2^-9 of it.
    yield Finding("bfloat16 product, relative error", f"{error:.1e}", error < 2**-8)
    if smoke.on_gpu:
        torch.cuda.synchronize()
    started = time.perf_counter()
    for _ in range(_TIMES):
        product = left @ right
    if smoke.on_gpu:
        torch.cuda.synchronize()
    seconds = (time.perf_counter() - started) / _TIMES
    yield Finding("bfloat16 product, speed", f"{2 * side**3 / seconds / 1e12:.2f} TFLOP/s")


def watchdog(smoke: Smoke) -> Iterator[Finding]:
    """Let a call hang in another process: it ends, says why, and leaves the device to others."""
    command = [sys.executable, "-m", "benchmarks.smoke_hang", smoke.preset.name, str(_PATIENCE_S)]
    started = time.monotonic()
    ran = subprocess.run(command, capture_output=True, text=True, timeout=_ENDED_S)
    seconds = time.monotonic() - started
    yield Finding("a call that hangs: exit code", str(ran.returncode), ran.returncode == 1)
    said = ran.stderr.strip().splitlines()
    reason = next((line for line in said if "has made no step" in line), "\n".join(said[-5:]))
    yield Finding("its reason", reason, "hangs" in reason)
    # One that waits for its kernel would take as long as that spins.
    in_time = seconds < SPINS_S if smoke.on_gpu else None
    yield Finding("ended", f"{seconds:.1f} s after its start", in_time)
    started = time.monotonic()
    with Gpu(smoke.preset, wait_s=30).model_context("after", _tensor, keep_warm=False) as loaded:
        total = int(loaded.model.sum())
    seconds = time.monotonic() - started
    yield Finding("the device, for the next one", f"computes after {seconds:.1f} s", total == 1000)


def _tensor(device: str) -> Any:
    import torch

    return torch.ones(1000, device=device)
