"""Out of memory: telling it from other errors, what the allocator said, what to try next."""

import re
import sys
from collections.abc import Collection
from dataclasses import dataclass

from sparkle_motion_dagster.gpu.errors import ModelOOMError
from sparkle_motion_dagster.gpu.memory import MemorySnapshot

_ALLOCATION_FAILURES = (
    # torch's CUDA allocator before it had an error class of its own.
    "CUDA out of memory. Tried to allocate",
    # The driver itself, outside torch's allocator.
    "CUDA error: out of memory",
    # torch's CPU allocator, on Linux and macOS, and on Windows.
    "DefaultCPUAllocator: can't allocate memory",
    "DefaultCPUAllocator: not enough memory",
    # The workspaces of cuBLAS and cuDNN.
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)
"""What a RuntimeError says where memory could not be had; other CUDA errors are none of it."""

_MARGIN = 0.9
"""Share of the free memory that a next try may count on."""

_LEAST = 0.2
"""Smallest share to go down to because of the sizes in one message: a smaller try needs less of
what was not free at that moment, too."""

_STEP = 0.1
"""How much smaller than a size that failed before the next try is, as a share of it."""

_UNITS = {"bytes": 1, "byte": 1, "B": 1}
_UNITS |= {f"{prefix}iB": 2 ** (10 * power) for power, prefix in enumerate("KMGT", start=1)}
_UNITS |= {f"{prefix}B": 10 ** (3 * power) for power, prefix in enumerate("kMGT", start=1)}
_SIZE = rf"(\d+(?:\.\d+)?) ?({'|'.join(sorted(_UNITS, key=len, reverse=True))})"


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error means that memory could not be had.

    Narrow: torch's OutOfMemoryError, MemoryError, and a RuntimeError in which an allocator says
    so. A kernel's assert or an illegal access is a "CUDA error" too, but no lack of memory.
    """
    if isinstance(error, ModelOOMError | MemoryError):
        return True
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and any(said in text for said in _ALLOCATION_FAILURES)


def breaks_device(error: BaseException) -> bool:
    """Tell whether this process can do nothing on the GPU after an error.

    After a failed kernel (an assert, an illegal access) every further call of CUDA fails.
    """
    return (
        isinstance(error, RuntimeError)
        and str(error).startswith("CUDA error")
        and not is_out_of_memory(error)
    )


@dataclass(frozen=True)
class OomSizes:
    """The sizes in an allocator's message, in bytes; None: it does not say."""

    requested: int | None = None
    free: int | None = None
    total: int | None = None


def parse_oom(message: str) -> OomSizes:
    """Return the sizes in an allocator's message.

    Reads torch 2's messages ("Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.15
    GiB of which 5.00 GiB is free."), those of torch 1 ("(GPU 0; 15.90 GiB total capacity; ...
    415.88 MiB free; ...)") and the CPU allocator's ("you tried to allocate 4000 bytes").
    """
    return OomSizes(
        requested=_size(rf"[Tt]ried to allocate {_SIZE}", message),
        free=_size(rf"{_SIZE} (?:is )?free", message),
        # torch 2.0 to 2.1 wrote "capacty".
        total=_size(rf"total capaci?ty of {_SIZE}", message)
        or _size(rf"{_SIZE} total capacity", message),
    )


def _size(pattern: str, message: str) -> int | None:
    found = re.search(pattern, message)
    return None if found is None else int(float(found[1]) * _UNITS[found[2]])


def suggest_shrink_for_oom(
    attempted: int,
    smallest: int,
    *,
    message: str = "",
    snapshot: MemorySnapshot | None = None,
    failures: int = 1,
    tried: Collection[int] = (),
) -> int:
    """Return the size to try next of something that did not fit (frames of a chunk, a batch).

    Half of what was attempted for each failure so far; less where the sizes in the message say
    that less fits. What was tried before is stepped over, downwards.

    Args:
        attempted: The size that did not fit; at least 1.
        smallest: The smallest size that makes sense; at least 1.
        message: What the allocator said.
        snapshot: The memory at that moment; its free memory counts where the message names none.
        failures: How often it has failed in a row, this time included.
        tried: Sizes that did not fit either.

    Returns:
        Never below `smallest`, and less than `attempted` unless that is the smallest already.
    """
    if attempted <= smallest:
        return smallest
    size = min(
        attempted >> max(failures, 1),
        int(attempted * _share_that_fits(message, snapshot)),
        attempted - 1,
    )
    while size > smallest and size in tried:
        size -= max(1, int(size * _STEP))
    return max(size, smallest)


def _share_that_fits(message: str, snapshot: MemorySnapshot | None) -> float:
    """Return how much of what was asked for would have fitted, as far as is known."""
    sizes = parse_oom(message)
    free = sizes.free
    if free is None and snapshot is not None:
        free = snapshot.free
    if not sizes.requested or free is None:
        return 1.0
    return min(1.0, max(_LEAST, _MARGIN * free / sizes.requested))
