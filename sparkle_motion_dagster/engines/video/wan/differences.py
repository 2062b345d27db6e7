"""What LoRAs in the naming of Wan's authors hold beside low ranks: whole differences of weights.

lightx2v's hold them of norms, of the patch embedding, of the modulation, and of all biases
(tools/extract/lora_extractor.py of github.com/ModelTC/LightX2V). diffusers reads those of biases
that have low ranks beside them, and of the last layer; all others it leaves out without a word
(`_convert_non_diffusers_wan_lora_to_diffusers` of 0.42.1). They are added here, or refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.lora import check_safe
from sparkle_motion_dagster.engines.machinery.weights_size import tensors_of

_PREFIX = "diffusion_model."

_LAYERS = (
    (r"patch_embedding", "patch_embedding"),
    (r"time_projection\.1", "condition_embedder.time_proj"),
    (r"img_emb\.proj\.0", "condition_embedder.image_embedder.norm1"),
    (r"img_emb\.proj\.4", "condition_embedder.image_embedder.norm2"),
    (r"(blocks\.\d+)\.norm3", r"\1.norm2"),
    (r"(blocks\.\d+)\.self_attn\.norm_([qk])", r"\1.attn1.norm_\2"),
    (r"(blocks\.\d+)\.cross_attn\.norm_([qk])", r"\1.attn2.norm_\2"),
    (r"(blocks\.\d+)\.cross_attn\.norm_k_img", r"\1.attn2.norm_added_k"),
)
_MODULATION = (
    (r"(blocks\.\d+)", r"\1.scale_shift_table"),
    (r"head", "scale_shift_table"),
)
"""The layers that diffusers leaves out: what Wan's authors call them (wan/modules/model.py), and
what diffusers does (`convert_wan_transformer_to_diffusers` of its loaders/single_file_utils.py)."""

_WHOLE = {
    "diff": tuple((theirs, f"{ours}.weight") for theirs, ours in _LAYERS),
    "diff_b": tuple((theirs, f"{ours}.bias") for theirs, ours in _LAYERS),
    "diff_m": _MODULATION,
}
"""How names of differences end, and of what there are such."""

_LAST = f"{_PREFIX}head.head"

_UPPER = ("lora_up.weight", "lora_B.weight")
"""What the upper half of low ranks is called."""


def differences_in(file: Path) -> dict[str, str]:
    """Return the weights of diffusers' transformer whose differences it leaves out in a file.

    Args:
        file: A safetensors file; only its list of names is read.

    Returns:
        diffusers' name of each, and that in the file.

    Raises:
        EngineInputError: It is no safetensors file, whatever it is called, or it holds a difference
            that cannot be added.
    """
    check_safe(file)
    try:
        names = tensors_of(file)
    except (ValueError, AttributeError) as error:
        raise EngineInputError(f"The LoRA {file} is no safetensors file, or cut off.") from error
    except OSError as error:
        raise EngineInputError(f"The LoRA {file} cannot be read: {error.strerror}.") from error
    found = {}
    for name in names:
        layer, _, kind = name.rpartition(".")
        if kind not in _WHOLE or _is_read_by_diffusers(layer, kind, names):
            continue
        if (ours := _ours(layer, kind)) is None:
            raise EngineInputError(
                f"The LoRA {file} holds {name}, which cannot be added to Wan: without it, it would "
                "not be what it was made to be. Use another file of it, one of low ranks alone."
            )
        found[ours] = name
    return found


def add_differences(transformer: Any, file: Path, strength: float) -> None:
    """Add those differences to a transformer: W + strength * difference, in float32.

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
            if weight is None or weight.shape != difference.shape:
                raise EngineInputError(
                    f"The LoRA {file} was made for another model: {theirs} does not fit this one."
                )
            weight.copy_(weight.float() + strength * difference.float())


def _is_read_by_diffusers(layer: str, kind: str, names: Collection[str]) -> bool:
    """Tell whether diffusers reads a difference, by what else a file holds of its layer."""
    if any(f"{layer}.{upper}" in names for upper in _UPPER):
        return kind == "diff_b"
    return layer == _LAST and kind in ("diff", "diff_b")


def _ours(layer: str, kind: str) -> str | None:
    """Return diffusers' name of a weight whose difference it leaves out; None for all others."""
    if layer.startswith(_PREFIX):
        for theirs, ours in _WHOLE[kind]:
            if match := re.fullmatch(theirs, layer.removeprefix(_PREFIX)):
                return match.expand(ours)
    return None
