"""Where Wan's weights wait while they are not used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from sparkle_motion_dagster.engines.video.wan.models import EXPERTS
from sparkle_motion_dagster.gpu.presets import Offload

if TYPE_CHECKING:
    import torch

Waiting = Literal["device", "parts", "layers", "pinned layers"]
"""Where weights wait: on the device; whole parts in the machine's memory; layers there, pinned
every time that they are used; layers there, pinned for good."""

_SPARED = 0.2
"""The share of the machine's memory that pinned weights leave to all others: it is never swapped
out, and the VAE, frames and ffmpeg need their own."""


def placed(pipeline: Any, offload: Offload, device: str, available: int | None) -> Waiting:
    """Put a pipeline's weights where they wait; the machine's own memory is one place for all.

    Args:
        pipeline: One of diffusers', its weights in the machine's memory.
        offload: What waits there.
        device: torch's name of the device.
        available: The bytes of the machine's memory that were available before the weights were
            read; None: unknown.
    """
    if offload == "group":
        return _in_groups(pipeline, device, available)
    if offload == "model" and device != "cpu":
        # Of two experts the first goes when the second comes: `model_cpu_offload_seq`.
        pipeline.enable_model_cpu_offload(device=device)
        return "parts"
    pipeline.to(device)
    return "device"


def pinned_bytes(models: Iterable[torch.nn.Module]) -> int:
    """Return the memory that models' weights take when all of them are pinned.

    torch's allocator of pinned memory rounds each tensor up to a power of two
    (ATen/core/CachingHostAllocator.h): reckoned, 46 GiB for FLF2V's 31, and 81 GiB for the 53 of
    both experts of Wan 2.2.
    """
    tensors = (tensor for model in models for tensor in (*model.parameters(), *model.buffers()))
    return sum(1 << (tensor.nbytes - 1).bit_length() for tensor in tensors if tensor.nbytes)


def can_be_pinned(models: Iterable[torch.nn.Module], available: int | None) -> bool:
    """Tell whether the machine's memory holds models' weights pinned, and all else besides.

    They are pinned layer by layer, and what they were read into is let go of as it goes; so what
    counts is the memory that was available before they were read.
    """
    return available is not None and pinned_bytes(models) <= (1 - _SPARED) * available


def _in_groups(pipeline: Any, device: str, available: int | None) -> Waiting:
    """Have all transformers' layers wait in the machine's memory, and all else on the device.

    Each layer comes while the one before works, from pinned memory: that is diffusers' fastest way
    (its pull request 11106: 13.7 s for an image of Flux; 9.8 s without offloading, 38 s in blocks
    that are pinned every time). Where the memory does not suffice, whole blocks come, each pinned
    as it is used: fewer and larger pieces, of which one is pinned at a time.
    """
    import torch

    transformers = [part for name in EXPERTS if (part := getattr(pipeline, name, None)) is not None]
    how: dict[str, Any]
    if device == "cpu":
        # There is nothing to bring, nor a stream that could.
        waiting: Waiting = "layers"
        how = {"offload_type": "leaf_level"}
    elif can_be_pinned(transformers, available):
        waiting = "pinned layers"
        how = {"offload_type": "leaf_level", "use_stream": True, "record_stream": True}
    else:
        waiting = "layers"
        how = {
            "offload_type": "block_level",
            "num_blocks_per_group": 1,
            "use_stream": True,
            "low_cpu_mem_usage": True,
        }
    for transformer in transformers:
        transformer.enable_group_offload(torch.device(device), **how)
    for part in (pipeline.vae, getattr(pipeline, "image_encoder", None)):
        if part is not None:
            part.to(device)
    return waiting
