"""Adding a LoRA to a transformer's weights for good, so that it costs nothing in a step."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.engines.base import EngineInputError

_DOWN, _UP, _BIAS = ".lora_A.weight", ".lora_B.weight", ".lora_B.bias"
_PREFIX = "transformer."
_OTHER_KINDS = ("alpha_pattern", "rank_pattern", "use_rslora", "use_dora")
"""What peft's description of a LoRA says where its layers are not all scaled by alpha / rank."""


@functools.cache
def lora_digest(file: Path) -> str:
    """Return the sha256 of a file of LoRA weights, read once a process.

    Raises:
        EngineInputError: The file cannot be read.
    """
    try:
        with file.open("rb") as content:
            return f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}"
    except OSError as error:
        raise EngineInputError(f"The LoRA {file} cannot be read: {error.strerror}.") from error


def add_lora(pipeline: Any, file: Path, strength: float) -> None:
    """Add a LoRA to a pipeline's transformer: W + strength * B A, computed in float32.

    Args:
        pipeline: diffusers' `WanImageToVideoPipeline` or `WanVACEPipeline`.
        file: A safetensors file, in diffusers' naming or in that of Wan's authors.
        strength: How much of it is added.

    Raises:
        EngineInputError: The file is no such LoRA, or one for another model.
    """
    import torch

    if file.suffix != ".safetensors":
        raise EngineInputError(f"The LoRA {file} must be a safetensors file.")
    weights, facts = pipeline.lora_state_dict(
        str(file), local_files_only=True, use_safetensors=True, return_lora_metadata=True
    )
    scale = strength * _scale(facts or {}, file)
    stems = {name.removesuffix(_DOWN) for name in weights if name.endswith(_DOWN)}
    parts = {stem + part for stem in stems for part in (_DOWN, _UP, _BIAS)}
    modules = dict(pipeline.transformer.named_modules())
    if not stems or not weights.keys() <= parts:
        odd = min(weights.keys() - parts, default="nothing")
        raise EngineInputError(f"{file} is no LoRA that can be added: it holds {odd}.")
    with torch.no_grad():
        for stem in sorted(stems):
            module = modules.get(stem.removeprefix(_PREFIX))
            up, down = weights[stem + _UP].float(), weights[stem + _DOWN].float()
            if module is None or module.weight.shape != (up.shape[0], down.shape[1]):
                raise EngineInputError(
                    f"The LoRA {file} was made for another model: {stem} does not fit this one."
                )
            module.weight.copy_(module.weight.float() + scale * (up @ down))
            if (bias := weights.get(stem + _BIAS)) is not None:
                module.bias.copy_(module.bias.float() + scale * bias.float())


def _scale(facts: Mapping[str, Any], file: Path) -> float:
    """Return alpha / rank, if the file says so; else its weights hold it.

    Raises:
        EngineInputError: The file says that it is added in another way.
    """
    for kind in _OTHER_KINDS:
        if facts.get(f"{_PREFIX}{kind}"):
            raise EngineInputError(
                f"The LoRA {file} cannot be added: it has {kind}. Have it merged, or converted to "
                "one rank and one alpha for all layers."
            )
    alpha, rank = facts.get(f"{_PREFIX}lora_alpha"), facts.get(f"{_PREFIX}r")
    return alpha / rank if alpha and rank else 1.0
