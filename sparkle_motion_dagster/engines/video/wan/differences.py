"""What LoRAs in the naming of Wan's authors hold beside low ranks: whole differences of weights.

lightx2v's hold them of norms, of the patch embedding, and of all biases. diffusers reads those of
layers that have low ranks, and of the last layer; all others it leaves out without a word
(`_convert_non_diffusers_wan_lora_to_diffusers` of 0.42.1).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.weights_size import tensors_of

_PREFIX = "diffusion_model."

_LAYERS = (
    (r"patch_embedding", "patch_embedding"),
    (r"img_emb\.proj\.0", "condition_embedder.image_embedder.norm1"),
    (r"img_emb\.proj\.4", "condition_embedder.image_embedder.norm2"),
    (r"(blocks\.\d+)\.norm3", r"\1.norm2"),
    (r"(blocks\.\d+)\.self_attn\.norm_([qk])", r"\1.attn1.norm_\2"),
    (r"(blocks\.\d+)\.cross_attn\.norm_([qk])", r"\1.attn2.norm_\2"),
    (r"(blocks\.\d+)\.cross_attn\.norm_k_img", r"\1.attn2.norm_added_k"),
)
"""The layers that diffusers leaves out: what Wan's authors call them (wan/modules/model.py), and
what diffusers does (scripts/convert_wan_to_diffusers.py)."""

_KINDS = {".diff": "weight", ".diff_b": "bias"}
"""What a difference is of, by how its name ends."""


def differences_in(file: Path) -> dict[str, str]:
    """Return the weights of diffusers' transformer whose differences it leaves out in a file.

    Args:
        file: A safetensors file; only its list of names is read.

    Returns:
        diffusers' name of each, and that in the file.

    Raises:
        EngineInputError: It is no safetensors file, whatever it is called.
    """
    try:
        names = tensors_of(file)
    except (ValueError, AttributeError) as error:
        raise EngineInputError(f"The LoRA {file} is no safetensors file, or cut off.") from error
    return {ours: name for name in names if (ours := _ours(name))}


def add_differences(transformer: Any, file: Path, strength: float) -> None:
    """Add those differences to a transformer: W + strength * difference, in float32.

    What changes the patch embedding of a model that is told something else (text alone, where this
    one is told images) has other channels, and is left out.

    Args:
        transformer: diffusers' `WanTransformer3DModel` or `WanVACETransformer3DModel`.
        file: A LoRA that has been added to it.
        strength: How much of them is added.

    Raises:
        EngineInputError: The file was made for another model.
    """
    import torch
    from safetensors import safe_open

    weights = dict(transformer.named_parameters())
    with safe_open(file, "pt") as opened, torch.no_grad():
        for ours, theirs in differences_in(file).items():
            difference, weight = opened.get_tensor(theirs), weights.get(ours)
            if weight is not None and weight.shape == difference.shape:
                weight.copy_(weight.float() + strength * difference.float())
            elif not theirs.startswith(f"{_PREFIX}patch_embedding."):
                raise EngineInputError(
                    f"The LoRA {file} was made for another model: {theirs} does not fit this one."
                )


def _ours(theirs: str) -> str | None:
    """Return diffusers' name of a weight whose difference it leaves out; None for all others."""
    layer, dot, kind = theirs.removeprefix(_PREFIX).rpartition(".")
    if theirs.startswith(_PREFIX) and dot + kind in _KINDS:
        for named, ours in _LAYERS:
            if match := re.fullmatch(named, layer):
                return f"{match.expand(ours)}.{_KINDS[dot + kind]}"
    return None
