"""What torch and diffusers are told by environment variables, which they read when imported."""

import importlib.util
import os

PARALLEL_LOADING = "HF_ENABLE_PARALLEL_LOADING"
"""Has diffusers read the files of one model in up to eight threads."""

_ALLOCATOR = "PYTORCH_ALLOC_CONF"
"""Tells torch how to ask the driver for memory; torch 2.13's own name for it."""

_ALLOCATOR_NAMES = (_ALLOCATOR, "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF")
"""All names by which it may have been told already: torch heeds the older ones first."""


def tell_libraries() -> None:
    """Set, for this process and those that it starts, what a user has not set.

    Segments that grow are not left in pieces between chunks of different lengths, which no large
    tensor fits into (`CUDAAllocatorConfig.h`). diffusers can read in parallel only where it has
    accelerate; without it, it fails when it is asked to (`ModelMixin.from_pretrained`).
    """
    if not any(name in os.environ for name in _ALLOCATOR_NAMES):
        os.environ[_ALLOCATOR] = "expandable_segments:True"
    if importlib.util.find_spec("accelerate") is not None:
        os.environ.setdefault(PARALLEL_LOADING, "1")
