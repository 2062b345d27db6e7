"""A LoRA with random weights, for what it costs: what it would show is nobody's concern here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from benchmarks.gpu_models import SEED

_ADAPTED = ("to_q", "to_k", "to_v", "to_out.0")
_RANK = 16
_SCALE = 1e-3


def random_lora(checkpoint: Path, part: Literal["unet", "transformer"], file: Path) -> Path:
    """Write a LoRA for all attentions of a checkpoint's UNet or transformer.

    Args:
        checkpoint: The model's folder.
        part: What it is for.
        file: Where the LoRA is written.
    """
    import diffusers
    import torch
    from safetensors.torch import save_file

    config = json.loads((checkpoint / part / "config.json").read_text())
    kind = getattr(diffusers, config["_class_name"])
    with torch.device("meta"):
        model = kind.from_config(config)
    noise = torch.Generator().manual_seed(SEED)
    weights = {}
    for name, module in model.named_modules():
        if ".attn" in name and name.endswith(_ADAPTED):
            above, below = module.weight.shape
            stem = f"{part}.{name}"
            weights[f"{stem}.lora_A.weight"] = torch.randn(_RANK, below, generator=noise) * _SCALE
            weights[f"{stem}.lora_B.weight"] = torch.randn(above, _RANK, generator=noise) * _SCALE
    save_file(weights, file)
    return file
