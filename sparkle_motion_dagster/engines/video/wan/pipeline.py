"""Loading Wan: diffusers' pipelines, from safetensors on this machine alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.lora import add_lora
from sparkle_motion_dagster.engines.machinery.quiet import quiet_libraries
from sparkle_motion_dagster.engines.video.wan.checkpoint import from_pretrained
from sparkle_motion_dagster.engines.video.wan.differences import add_differences
from sparkle_motion_dagster.engines.video.wan.loras import DistilledLora
from sparkle_motion_dagster.engines.video.wan.models import WanModel
from sparkle_motion_dagster.engines.video.wan.offloading import Waiting, placed
from sparkle_motion_dagster.engines.video.wan.speed import WanSpeed, speed_up
from sparkle_motion_dagster.gpu.memory import report_memory
from sparkle_motion_dagster.gpu.presets import Offload, Precision


@dataclass(frozen=True)
class Recipe:
    """All that makes a loaded pipeline what it is.

    Attributes:
        model: Which model it is.
        folder: Where its weights lie.
        precision: What the transformers compute in; the VAE computes in float32.
        attention: The attention backend, as diffusers calls it.
        tiling: Whether the VAE works in tiles.
        offload: Where weights wait that are not used.
        speed: What makes it faster.
        lora: The LoRA that is added to it, if so.
        steps: How many steps a video takes, which a cache must know.
    """

    model: WanModel
    folder: Path
    precision: Precision
    attention: str
    tiling: bool
    offload: Offload
    speed: WanSpeed
    lora: DistilledLora | None
    steps: int

    def key(self, revision: str, lora: str) -> str:
        """Return what tells a loaded pipeline from all others.

        Args:
            revision: That of the weights.
            lora: What tells the LoRAs that are added from all others; "" if there are none.
        """
        return " ".join(
            (
                f"wan {self.model.name} {revision} {self.precision} {self.attention}",
                f"tiling={self.tiling} offload={self.offload} steps={self.steps}",
                self.speed.model_dump_json(),
                lora,
            )
        )


@dataclass(frozen=True, eq=False)
class Ready:
    """A loaded model.

    Attributes:
        pipeline: One of diffusers', without its text encoder.
        waiting: Where its weights wait while they are not used.
    """

    pipeline: Any
    waiting: Waiting


def load_pipeline(recipe: Recipe, device: str) -> Ready:
    """Return a model without its text encoder, ready to work on a device.

    Raises:
        UnfitWeightsError: Its weights cannot be loaded.
        EngineInputError: A LoRA or the attention backend does not fit.
    """
    import torch

    available = report_memory("cpu").free
    dtype = getattr(torch, recipe.precision)
    parts = {"default": dtype, "vae": torch.float32, "image_encoder": torch.float32}
    pipeline = from_pretrained(
        recipe.folder, recipe.model.family, parts, ["text_encoder", "tokenizer"]
    )
    pipeline.set_progress_bar_config(disable=True)
    if (lora := recipe.lora) is not None:
        for expert, file in zip(recipe.model.experts, lora.files, strict=True):
            add_lora(pipeline, "transformer", file, lora.strength, into=expert)
            add_differences(getattr(pipeline, expert), file, lora.strength)
    for expert in recipe.model.experts:
        transformer = getattr(pipeline, expert)
        _set_attention(transformer, recipe.attention)
        speed_up(transformer, recipe.speed, recipe.steps, dtype)
    if recipe.tiling:
        pipeline.vae.enable_tiling()
    return Ready(pipeline, placed(pipeline, recipe.offload, device, available))


def _set_attention(transformer: Any, backend: str) -> None:
    """Have a transformer's attention computed by a backend.

    Raises:
        EngineInputError: There is none of that name, its package is missing, or it is one of those
            whose code diffusers fetches from the hub: rendering fetches nothing.
    """
    from diffusers.models.attention_dispatch import AttentionBackendName

    known = sorted(name.value for name in AttentionBackendName if not name.value.endswith("_hub"))
    if backend not in known:
        why = "is code that would be fetched" if backend.endswith("_hub") else "there is not"
        raise EngineInputError(
            f"The device preset names the attention backend {backend!r}, which {why}. Known ones: "
            f"{', '.join(known)}."
        )
    try:
        with quiet_libraries():
            transformer.set_attention_backend(backend)
    except (RuntimeError, ImportError) as error:
        raise EngineInputError(
            f"The device preset names the attention backend {backend!r}, which cannot be used on "
            f"this machine: {error}"
        ) from error
