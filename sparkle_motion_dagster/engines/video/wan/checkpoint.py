"""Wan's weights as they lie on this machine: whether they are the right ones, and reading them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.engines.base import NotReadyError
from sparkle_motion_dagster.engines.machinery.quiet import quiet_libraries
from sparkle_motion_dagster.engines.video.wan.models import EXPERTS, Family, WanModel

_CLASSES = {
    "flf2v": "WanImageToVideoPipeline",
    "i2v": "WanImageToVideoPipeline",
    "vace": "WanVACEPipeline",
}

_TOLD_IMAGES = {"in_channels": 36, "image_dim": None}
"""What an expert's configuration says where it is told images: it takes the latent's 16 channels,
the mask's 4 and the images' 16, and nothing of an image encoder."""


class UnfitWeightsError(NotReadyError):
    """Weights are not those of the model that they are taken for, or cannot be loaded safely."""


def check_weights(folder: Path, model: WanModel) -> None:
    """Make sure, from their configuration alone, that weights are what they are taken for.

    Raises:
        UnfitWeightsError: They are not.
    """
    index = _config(folder, "model_index.json")
    pipeline = index.get("_class_name")
    if pipeline != _CLASSES[model.family]:
        raise UnfitWeightsError(
            f"The weights in {folder} are those of a {pipeline}, but {model.name} needs those of a "
            f"{_CLASSES[model.family]}: {model.weights.repository}."
        )
    experts = tuple(part for part in EXPERTS if _has(index, part))
    if experts != model.experts:
        raise UnfitWeightsError(
            f"The weights in {folder} have {_joined(experts)}, but {model.name} has "
            f"{_joined(model.experts)}. Use {model.weights.repository}."
        )
    if model.family == "flf2v":
        _check_two_images(folder, model)
    if model.family == "i2v":
        _check_experts(folder, index, model)
    own_shift(folder)


def _check_two_images(folder: Path, model: WanModel) -> None:
    """Make sure that weights know a first and a last image.

    Those for one image, without a last one (plain image-to-video), load like those for two and
    fail in the first step; ``pos_embed_seq_len`` tells them apart: two images' tokens.
    """
    tokens = _image_tokens(folder / "image_encoder")
    known = _config(folder, "transformer/config.json").get("pos_embed_seq_len")
    if known != 2 * tokens:
        raise UnfitWeightsError(
            f"The weights in {folder} know a first image, but no last one (their "
            f"pos_embed_seq_len is {known}, not {2 * tokens}): "
            f"they are for plain image-to-video. Use {model.weights.repository}."
        )


def _check_experts(folder: Path, index: Mapping[str, Any], model: WanModel) -> None:
    """Make sure that both experts take images, and none of them an image encoder's features.

    Text-to-video's take no images; where time steps are told by token (TI2V-5B) the last image is
    not looked at (pipeline_wan_i2v.py of diffusers 0.42.1).
    """
    odd = []
    if not isinstance(boundary := index.get("boundary_ratio"), int | float):
        odd.append(f"boundary_ratio: {boundary}")
    if index.get("expand_timesteps"):
        odd.append("expand_timesteps: True")
    for part in model.experts:
        config = _config(folder, f"{part}/config.json")
        odd += [
            f"{part}.{name}: {config.get(name)}"
            for name, right in _TOLD_IMAGES.items()
            if config.get(name) != right
        ]
    if odd:
        raise UnfitWeightsError(
            f"The weights in {folder} are not those of two experts that are told a first and a "
            f"last image ({', '.join(odd)}). Use {model.weights.repository}."
        )


def own_shift(folder: Path) -> float:
    """Return how far the scheduler in a checkpoint shifts the noise schedule.

    Raises:
        UnfitWeightsError: It has no shift, or cannot be read.
    """
    scheduler = _config(folder, "scheduler/scheduler_config.json")
    shift = scheduler.get("flow_shift")
    if not isinstance(shift, int | float):
        raise UnfitWeightsError(
            f"The scheduler in {folder}, {scheduler.get('_class_name')}, has no flow shift. Wan "
            "needs the one of its repository."
        )
    return float(shift)


def from_pretrained(folder: Path, family: Family, dtype: Any, absent: Sequence[str]) -> Any:
    """Return a model's pipeline, in the machine's memory.

    Args:
        folder: Where its weights lie.
        family: Which of diffusers' pipelines it is.
        dtype: What it computes in: one for all parts, or one a part, by name.
        absent: The parts that are left out.

    Raises:
        UnfitWeightsError: It cannot be loaded.
    """
    try:
        with quiet_libraries():
            import diffusers

            return getattr(diffusers, _CLASSES[family]).from_pretrained(
                folder,
                dtype=dtype,
                use_safetensors=True,
                local_files_only=True,
                **dict.fromkeys(absent),
            )
    except (OSError, ValueError) as error:
        raise UnfitWeightsError(
            f"The weights in {folder} cannot be loaded; only safetensors are, never pickles. "
            f"{error}"
        ) from error


def _has(index: Mapping[str, Any], part: str) -> bool:
    """Tell whether a pipeline has a part: its index names library and class, else null twice."""
    return any(index.get(part) or ())


def _joined(experts: Sequence[str]) -> str:
    return " and ".join(experts) or "no transformer"


def _image_tokens(encoder: Path) -> int:
    """Return how many tokens an image becomes: one a patch, and one for all of it."""
    from transformers import CLIPVisionConfig

    try:
        vision = CLIPVisionConfig.from_pretrained(encoder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise UnfitWeightsError(f"The image encoder in {encoder} cannot be read.") from error
    patches: int = vision.image_size // vision.patch_size
    return patches**2 + 1


def _config(folder: Path, name: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnfitWeightsError(f"The weights in {folder} lack a readable {name}.") from error
    return content
