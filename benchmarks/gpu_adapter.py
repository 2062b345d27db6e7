"""An IP-Adapter with random weights, saved as the real one is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.gpu_models import building
from benchmarks.gpu_shapes import AdapterShape, SdxlShape
from sparkle_motion_dagster.engines.images.sdxl.weights import (
    ADAPTER_FILE,
    ADAPTER_FOLDER,
    IMAGE_ENCODER,
)
from sparkle_motion_dagster.gpu.presets import Precision

_TOKENS, _LAYERS, _HEAD = 16, 4, 64
"""How many tokens it makes of a picture, in how many layers, in heads of which width."""


def save_adapter(
    shape: AdapterShape, base: SdxlShape, folder: Path, precision: Precision, device: str
) -> Path:
    """Write an adapter for a base model, and its image encoder; return their folder.

    Args:
        shape: The adapter's.
        base: The model that it is for.
        folder: Where it is written.
        precision: What it is saved in.
        device: torch's name of the device that it is built on.
    """
    import transformers
    from safetensors.torch import save_file

    with building(precision, device):
        encoder = transformers.CLIPVisionModelWithProjection(
            transformers.CLIPVisionConfig(**shape.vision)
        )
        weights = dict(_resampler(shape, base.unet["cross_attention_dim"]))
        weights |= _cross_attentions(base)
    encoder.save_pretrained(folder / IMAGE_ENCODER)
    (folder / ADAPTER_FOLDER).mkdir()
    save_file(weights, folder / ADAPTER_FOLDER / ADAPTER_FILE)
    return folder


def _resampler(shape: AdapterShape, crossed: int) -> Iterator[tuple[str, Any]]:
    """Yield the weights that make tokens, as wide as the UNet's cross attention, by name."""
    seen, width, inner = shape.vision["hidden_size"], shape.width, shape.heads * _HEAD
    stem = "image_proj"
    yield f"{stem}.latents", _random(1, _TOKENS, width)
    yield from _linear(f"{stem}.proj_in", width, seen)
    yield from _linear(f"{stem}.proj_out", crossed, width)
    yield from _norm(f"{stem}.norm_out", crossed)
    for layer in range(_LAYERS):
        attends, feeds = f"{stem}.layers.{layer}.0", f"{stem}.layers.{layer}.1"
        for norm in (f"{attends}.norm1", f"{attends}.norm2", f"{feeds}.0"):
            yield from _norm(norm, width)
        yield f"{attends}.to_q.weight", _random(inner, width)
        yield f"{attends}.to_kv.weight", _random(2 * inner, width)
        yield f"{attends}.to_out.weight", _random(width, inner)
        yield f"{feeds}.1.weight", _random(4 * width, width)
        yield f"{feeds}.3.weight", _random(width, 4 * width)


def _cross_attentions(base: SdxlShape) -> dict[str, Any]:
    """Return what each of the UNet's cross attentions reads the tokens by, as adapters count."""
    import diffusers
    import torch

    with torch.device("meta"):
        unet = diffusers.UNet2DConditionModel(**base.unet)
    widths = [
        unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
        for name in unet.attn_processors
        if name.endswith("attn2.processor")
    ]
    return {
        f"ip_adapter.{index}.{part}.weight": _random(width, base.unet["cross_attention_dim"])
        for index, width in zip(itertools.count(1, 2), widths, strict=False)
        for part in ("to_k_ip", "to_v_ip")
    }


def _random(*sides: int) -> Any:
    """Return random weights that keep what goes through them about as large as it is."""
    import torch

    return torch.randn(*sides) / sides[-1] ** 0.5


def _linear(name: str, out: int, into: int) -> Iterator[tuple[str, Any]]:
    yield f"{name}.weight", _random(out, into)
    yield f"{name}.bias", _random(out)


def _norm(name: str, width: int) -> Iterator[tuple[str, Any]]:
    import torch

    yield f"{name}.weight", torch.ones(width)
    yield f"{name}.bias", torch.zeros(width)
