"""Adding a LoRA to SDXL's UNet for good, so that it costs nothing in a step."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.engines.base import EngineInputError

_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"
_PREFIX = "unet."


@functools.cache
def lora_digest(file: Path) -> str:
    """Return the sha256 of a file of LoRA weights, read once a process.

    Raises:
        EngineInputError: The file cannot be read, or is no safetensors file.
    """
    if file.suffix != ".safetensors":
        raise EngineInputError(
            f"The LoRA {file} must be a safetensors file: others may run any program when they are "
            "read."
        )
    try:
        return f"sha256:{digest_file(file)}"
    except OSError as error:
        raise EngineInputError(f"The LoRA {file} cannot be read: {error.strerror}.") from error


def add_lora(pipeline: Any, file: Path) -> None:
    """Add a LoRA to a pipeline's UNet: W + alpha / rank * B A, computed in float32.

    Args:
        pipeline: A StableDiffusionXLPipeline.
        file: A safetensors file, in diffusers' naming or in that of kohya's scripts.

    Raises:
        EngineInputError: The file is no such LoRA, or one for another model.
    """
    import torch
    from diffusers.utils import convert_unet_state_dict_to_peft

    weights, alphas, facts = pipeline.lora_state_dict(
        str(file),
        unet_config=pipeline.unet.config,
        local_files_only=True,
        use_safetensors=True,
        return_lora_metadata=True,
    )
    weights = convert_unet_state_dict_to_peft(weights)
    # Alphas carry the name of their layer, or that of its lower weights.
    alphas = {
        name.removesuffix(".alpha").removesuffix(_DOWN): alpha
        for name, alpha in convert_unet_state_dict_to_peft(alphas or {}).items()
    }
    stems = {name.removesuffix(_DOWN) for name in weights if name.endswith(_DOWN)}
    odd = weights.keys() - {stem + part for stem in stems for part in (_DOWN, _UP)}
    if not stems or odd:
        raise EngineInputError(
            f"{file} is no LoRA that can be added: it holds {min(odd, default='nothing')}."
        )
    modules = dict(pipeline.unet.named_modules())
    with torch.no_grad():
        for stem in sorted(stems):
            module = modules.get(stem.removeprefix(_PREFIX))
            up, down = (weights[stem + part].float().flatten(1) for part in (_UP, _DOWN))
            rank = down.shape[0]
            if module is None or module.weight.flatten(1).shape != (up.shape[0], down.shape[1]):
                raise EngineInputError(
                    f"The LoRA {file} was made for another model: {stem} does not fit SDXL's UNet."
                )
            alpha = alphas.get(stem, (facts or {}).get("unet.lora_alpha", rank))
            added = (up @ down).reshape(module.weight.shape) * (float(alpha) / rank)
            module.weight.copy_(module.weight.float() + added)
