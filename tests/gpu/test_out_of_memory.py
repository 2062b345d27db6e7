"""What allocators say when memory runs out, and what to try next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.gpu.memory import GIB, MemorySnapshot
from sparkle_motion_dagster.gpu.oom import (
    OomSizes,
    breaks_device,
    is_out_of_memory,
    parse_oom,
    suggest_shrink_for_oom,
)

_MIB = 2**20

_TORCH_2_11 = (
    "CUDA out of memory. Tried to allocate 1.95 GiB. GPU 0 has a total capacity of 14.57 GiB of "
    "which 1.58 GiB is free. Process 2493055 has 12.02 GiB memory in use. Including non-PyTorch "
    "memory, this process has 966.00 MiB memory in use. Of the allocated memory 734.07 MiB is "
    "allocated by PyTorch, and 33.93 MiB is reserved by PyTorch but unallocated. If reserved but "
    "unallocated memory is large try setting PYTORCH_ALLOC_CONF=expandable_segments:True to avoid "
    "fragmentation.  See documentation for Memory Management  "
    "(https://pytorch.org/docs/stable/notes/cuda.html#environment-variables)"
)
_TORCH_2_1 = (
    "CUDA out of memory. Tried to allocate 32.00 MiB. GPU 0 has a total capacty of 4.00 GiB of "
    "which 0 bytes is free. Including non-PyTorch memory, this process has 3.44 GiB memory in use."
)
_TORCH_1 = (
    "CUDA out of memory. Tried to allocate 512.00 MiB (GPU 0; 15.90 GiB total capacity; 13.13 GiB "
    "already allocated; 415.88 MiB free; 14.80 GiB reserved in total by PyTorch)"
)
_CPU = (
    "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you "
    "tried to allocate 4000000000000000 bytes. Error code 12 (Cannot allocate memory)"
)
_CUBLAS = "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"
_CUDNN = "cuDNN error: CUDNN_STATUS_ALLOC_FAILED"
_DRIVER = "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported"

_ASSERT = "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously"
_ILLEGAL = "CUDA error: an illegal memory access was encountered"
_CUBLAS_OTHER = "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(handle)`"


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        *map(RuntimeError, (_TORCH_2_11, _TORCH_2_1, _TORCH_1, _CPU, _CUBLAS, _CUDNN, _DRIVER)),
    ],
)
def test_a_lack_of_memory_is_told(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert not breaks_device(error)


@pytest.mark.parametrize("message", [_ASSERT, _ILLEGAL, _CUBLAS_OTHER])
def test_other_errors_of_cuda_are_no_lack_of_memory(message: str) -> None:
    assert not is_out_of_memory(RuntimeError(message))
    assert breaks_device(RuntimeError(message))


def test_who_only_speaks_of_memory_lacks_none() -> None:
    for error in (ValueError(_TORCH_2_11), RuntimeError("out of memory"), OSError(12, "memory")):
        assert not is_out_of_memory(error)
        assert not breaks_device(error)


@pytest.mark.parametrize(
    ("message", "sizes"),
    [
        (_TORCH_2_11, (1.95 * GIB, 1.58 * GIB, 14.57 * GIB)),
        (_TORCH_2_1, (32 * _MIB, 0, 4 * GIB)),
        (_TORCH_1, (512 * _MIB, 415.88 * _MIB, 15.9 * GIB)),
        (_CPU, (4e15, None, None)),
        ("Tried to allocate 1.5 TiB. 512 KiB free", (1.5 * 1024 * GIB, 512 * 1024, None)),
        ("tried to allocate 2 GB; 300 MB is free", (2e9, 3e8, None)),
        (_CUBLAS, (None, None, None)),
    ],
)
def test_sizes_are_read_from_what_the_allocator_says(
    message: str, sizes: tuple[float | None, float | None, float | None]
) -> None:
    assert parse_oom(message) == OomSizes(*(None if size is None else int(size) for size in sizes))


_WANTS_FOUR_TIMES = (
    "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.15 GiB of "
    "which 5.00 GiB is free."
)


def test_half_is_tried_next_and_half_of_that_after_another_failure() -> None:
    assert suggest_shrink_for_oom(64, 8) == 32
    assert suggest_shrink_for_oom(64, 8, failures=2) == 16
    assert suggest_shrink_for_oom(10, 8) == 8
    assert suggest_shrink_for_oom(8, 8) == 8
    assert suggest_shrink_for_oom(2, 1) == 1


def test_sizes_in_the_message_shrink_further() -> None:
    assert suggest_shrink_for_oom(64, 8, message=_WANTS_FOUR_TIMES) == 14
    # Where the message names no free memory, the snapshot does.
    snapshot = MemorySnapshot(device="cpu", free=10**15)
    assert suggest_shrink_for_oom(64, 8, message=_CPU, snapshot=snapshot) == 14


def test_nothing_free_at_one_moment_is_no_reason_to_give_up_nearly_everything() -> None:
    assert suggest_shrink_for_oom(81, 5, message=_TORCH_2_1) == 16


def test_what_was_tried_before_is_not_tried_again() -> None:
    assert suggest_shrink_for_oom(64, 8, tried=[32]) == 29
    assert suggest_shrink_for_oom(64, 8, tried=range(8, 64)) == 8


_MESSAGES = st.sampled_from(["", _TORCH_2_11, _TORCH_2_1, _TORCH_1, _CPU, _WANTS_FOUR_TIMES])


@given(
    attempted=st.integers(1, 2000),
    smallest=st.integers(1, 200),
    message=_MESSAGES,
    free=st.none() | st.integers(0, 2**50),
    failures=st.integers(1, 10),
    tried=st.sets(st.integers(1, 2000)),
)
def test_each_try_is_smaller_and_none_is_too_small(
    attempted: int, smallest: int, message: str, free: int | None, failures: int, tried: set[int]
) -> None:
    size = suggest_shrink_for_oom(
        attempted,
        smallest,
        message=message,
        snapshot=MemorySnapshot(device="cuda:0", free=free),
        failures=failures,
        tried=tried,
    )
    assert size >= smallest
    assert size < attempted or size == smallest
    assert size not in tried or size == smallest


@given(attempted=st.integers(1, 2000), smallest=st.integers(1, 200), message=_MESSAGES)
def test_trying_ends_at_the_smallest(attempted: int, smallest: int, message: str) -> None:
    tried: list[int] = []
    while attempted > smallest:
        tried.append(attempted)
        attempted = suggest_shrink_for_oom(attempted, smallest, message=message, tried=tried)
        assert len(tried) <= 11
    assert attempted == suggest_shrink_for_oom(attempted, smallest, message=message) or (
        attempted < smallest
    )
