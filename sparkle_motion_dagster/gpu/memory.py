"""How much memory a device has, and how much of it models take."""

import contextlib
import dataclasses
import gc
import inspect
import logging
import resource
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from sparkle_motion_dagster.gpu.cgroups import group_memory
from sparkle_motion_dagster.units import Record

_LOG = logging.getLogger(__name__)

_MAY_WAIT = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR

GIB = 2**30
"""Bytes in a GiB."""


class MemorySnapshot(Record):
    """A device's memory at one moment, in bytes; what the machine does not tell is None.

    Attributes:
        device: torch's name of the device: "cuda:0", "cpu".
        total: What the device has; for the CPU, what this process and its group may have of it.
        free: What nobody uses; for the CPU, what may be had without swapping, or going beyond the
            limit of a container.
        allocated: What this process uses: its tensors on a GPU, its resident memory on the CPU.
        peak: The most that this process has used: of its tensors on a GPU, since `reset_peak`; of
            its resident memory on the CPU, since it began.
    """

    device: str
    total: int | None = None
    free: int | None = None
    allocated: int | None = None
    peak: int | None = None

    def __str__(self) -> str:
        known = {"total": self.total, "free": self.free, "in use here": self.allocated}
        sizes = ", ".join(
            f"{amount / GIB:.2f} GiB {name}" for name, amount in known.items() if amount is not None
        )
        return f"{self.device}: {sizes or 'memory unknown'}"


def report_memory(device: str) -> MemorySnapshot:
    """Return a device's memory now.

    Args:
        device: torch's name of it: "cuda:0", "cpu".
    """
    return _of_cuda(device) if device.startswith("cuda") else _of_machine(device)


def reset_peak(device: str) -> None:
    """Begin to look for the most memory anew, where the device can: the CPU's peak stays."""
    if device.startswith("cuda"):
        import torch

        torch.cuda.reset_peak_memory_stats(device)


def allocated(device: str) -> int | None:
    """Return the bytes that this process's tensors take on a GPU; None for the CPU."""
    if not device.startswith("cuda"):
        return None
    import torch

    return int(torch.cuda.memory_allocated(device))


def give_back() -> None:
    """Collect what nobody refers to any more, and give unused memory back to all.

    The GPU's own, and what is pinned for it in the machine's, of which torch would keep all.
    """
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        try:
            torch.cuda.empty_cache()
            torch.accelerator.empty_host_cache()
        except RuntimeError as error:
            # After a failed kernel nothing works on the device; whoever ran it has the reason.
            _LOG.warning(
                "The GPU's memory cannot be given back before this process ends: %s", error
            )


def synchronize(device: str) -> None:
    """Wait until a GPU has done what it was asked to; what failed there is raised here."""
    if device.startswith("cuda"):
        import torch

        torch.cuda.synchronize(device)


def model_bytes(model: object) -> int:
    """Return the bytes that a model's weights take, each tensor counted once.

    Looks into torch modules, diffusers pipelines (their components), mappings, sequences and
    dataclasses that hold such, and arrays.
    """
    return sum({_identity(part): int(part.nbytes) for part in _tensors(model, set())}.values())


def _tensors(thing: Any, seen: set[int]) -> Iterator[Any]:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(thing, torch.nn.Module):
        yield from thing.parameters()
        yield from thing.buffers()
    elif isinstance(getattr(thing, "nbytes", None), int):
        yield thing
    else:
        for part in _parts(thing):
            yield from _tensors(part, seen)


def _parts(thing: Any) -> Iterator[Any]:
    components = getattr(thing, "components", None)
    if isinstance(components, Mapping):
        yield from components.values()
    elif isinstance(thing, Mapping):
        yield from thing.values()
    elif isinstance(thing, list | tuple):
        yield from thing
    elif dataclasses.is_dataclass(thing):
        yield from (getattr(thing, field.name) for field in dataclasses.fields(thing))


def _identity(part: Any) -> tuple[int, int]:
    """Return what tells two views of the same memory from two tensors."""
    pointer = part.data_ptr() if hasattr(part, "data_ptr") else 0
    return (pointer, int(part.nbytes)) if pointer else (id(part), int(part.nbytes))


def _of_cuda(device: str) -> MemorySnapshot:
    import torch

    try:
        free, total = torch.cuda.mem_get_info(device)
        return MemorySnapshot(
            device=device,
            total=total,
            free=free,
            allocated=torch.cuda.memory_allocated(device),
            peak=torch.cuda.max_memory_allocated(device),
        )
    except (RuntimeError, AssertionError):
        # A device that failed (an assert in a kernel, an illegal access), or torch without CUDA.
        return MemorySnapshot(device=device)


def _of_machine(device: str) -> MemorySnapshot:
    import psutil

    machine, groups = psutil.virtual_memory(), group_memory()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return MemorySnapshot(
        device=device,
        total=min([machine.total, *(group.limit for group in groups)]),
        free=min([machine.available, *(group.available for group in groups)]),
        allocated=psutil.Process().memory_info().rss,
        # getrusage counts KiB on Linux, bytes on macOS.
        peak=used if sys.platform == "darwin" else used * 1024,
    )


def forget_locals(error: BaseException) -> None:
    """Drop what the functions that an error came through still refer to.

    An error keeps their variables, and with them what lies on the device, for as long as it is
    handled. Functions that still run are left alone; so are generators and coroutines, which may
    only be waiting.
    """
    chain: BaseException | None = error
    while chain is not None:
        for frame, _ in traceback.walk_tb(chain.__traceback__):
            if not frame.f_code.co_flags & _MAY_WAIT:
                with contextlib.suppress(RuntimeError):  # it still runs
                    frame.clear()
        chain = chain.__cause__ or chain.__context__
