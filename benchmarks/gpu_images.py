"""SDXL as a subject: keyframes by our engine, pictures by diffusers' pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.gpu_loras import random_lora
from benchmarks.gpu_subject import Subject, Variant
from sparkle_motion_dagster.engines.images.base import ImageRequest
from sparkle_motion_dagster.engines.images.sdxl.engine import SdxlEngine
from sparkle_motion_dagster.engines.images.sdxl.settings import Distilled, SdxlSettings
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.gpu.presets import DevicePreset
from sparkle_motion_dagster.units import FrameSize

_SCENES = ("A lighthouse at dawn", "A harbour in fog", "A girl with a lamp", "An empty market")


def image_requests(count: int, size: FrameSize) -> list[ImageRequest]:
    """Return different keyframes to draw."""
    return [
        ImageRequest(
            shot=f"shot_{index + 1}",
            prompt=f"{_SCENES[index % len(_SCENES)]}, film still {index + 1}",
            size=size,
            seed=index,
        )
        for index in range(count)
    ]


def picture_in(file: Path) -> NDArray[np.uint8]:
    """Return a file's picture: height x width x 3."""
    from PIL import Image

    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"), np.uint8)


class Images(Subject[ImageRequest]):
    """SDXL at one batch size.

    Attributes:
        settings: The engine's, stock.
    """

    engine_class: ClassVar[type[SdxlEngine]] = SdxlEngine
    unit: ClassVar[str] = "an image"

    def __init__(
        self, checkpoint: Path, preset: DevicePreset, count: int, size: FrameSize, how: SdxlSettings
    ) -> None:
        requests = image_requests(count, size)
        super().__init__(checkpoint, preset, requests, requests[: how.batch], how.batch)
        self.settings = how.model_copy(update={"weights": checkpoint})

    def engine(self, variant: Variant, facilities: Facilities) -> SdxlEngine:
        """Return the engine, run in a way."""
        return SdxlEngine(self.settings.model_copy(update=dict(variant.settings)), facilities)

    def pipeline(self) -> Any:
        """Return the pipeline as its documentation loads it.

        All of it has one precision, which the VAE leaves by itself while it decodes.
        """
        import torch
        from diffusers import StableDiffusionXLPipeline

        preset = self.engine_preset
        pipeline = StableDiffusionXLPipeline.from_pretrained(
            self.checkpoint,
            dtype=getattr(torch, preset.precision),
            variant="fp16" if preset.precision == "float16" else None,
            use_safetensors=True,
            local_files_only=True,
            add_watermarker=False,
        )
        pipeline.set_progress_bar_config(disable=True)
        if preset.vae_tiling:
            pipeline.vae.enable_tiling()
        match preset.offload:
            case "none":
                pipeline.to(self.device)
            case "model":
                pipeline.enable_model_cpu_offload(device=self.device)
            case "group":
                pipeline.enable_group_offload(
                    onload_device=torch.device(self.device),
                    offload_type="leaf_level",
                    use_stream=True,
                )
        return pipeline

    def ask(self, pipeline: Any, requests: Sequence[ImageRequest]) -> Any:
        """Draw pictures at once."""
        import torch

        return pipeline(
            prompt=[request.prompt for request in requests],
            negative_prompt=[self.settings.negative_prompt] * len(requests),
            width=requests[0].size.width,
            height=requests[0].size.height,
            num_inference_steps=self.settings.steps,
            guidance_scale=self.settings.guidance,
            generator=[torch.Generator("cpu").manual_seed(request.seed) for request in requests],
        ).images

    def first_shown(self, result: Any) -> NDArray[np.uint8]:
        """Return the first picture: height x width x 3."""
        return np.asarray(result[0], np.uint8)

    def read(self, file: Path) -> NDArray[np.uint8]:
        """Return a picture that the engine drew: height x width x 3."""
        return picture_in(file)


def image_variants(subject: Images, folder: Path) -> Mapping[str, Variant]:
    """Return the ways to draw that are compared with stock.

    Args:
        subject: What is measured.
        folder: Where a LoRA may be written.
    """
    distilled = Distilled(
        lora=random_lora(subject.checkpoint, "unet", folder / "distilled.safetensors")
    )
    everywhere = {
        "layerwise casting to 8 bits": Variant({"layerwise_casting": True}),
        f"distilled LoRA, {distilled.steps} steps": Variant({"distilled": distilled}),
    }
    if subject.device == "cpu":
        return {"attention math": Variant(preset={"attention": "_native_math"}), **everywhere}
    return {
        "attention cuDNN": Variant(preset={"attention": "_native_cudnn"}),
        "attention flash": Variant(preset={"attention": "_native_flash"}),
        "attention memory-efficient": Variant(preset={"attention": "_native_efficient"}),
        **everywhere,
        "VAE in tiles": Variant(preset={"vae_tiling": True}),
        "offload of parts": Variant(preset={"offload": "model"}),
        "offload of groups": Variant(preset={"offload": "group"}),
        "regional compile": Variant({"regional_compile": True}),
    }
