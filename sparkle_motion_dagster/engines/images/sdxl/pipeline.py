"""Loading SDXL: base model, refiner, IP-Adapter and LoRA, onto a device, as a preset wants it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.engines.images.sdxl.weights import (
    ADAPTER_FILE,
    ADAPTER_FOLDER,
    IMAGE_ENCODER,
    variant_of,
)
from sparkle_motion_dagster.engines.machinery.lora import add_lora
from sparkle_motion_dagster.engines.machinery.quiet import quiet_libraries
from sparkle_motion_dagster.gpu.presets import EnginePreset


@dataclass(frozen=True)
class Recipe:
    """What makes a loaded SDXL what it is.

    Attributes:
        base: The base model's folder.
        preset: How it runs on the device.
        refiner: The refiner's folder, where it takes part.
        adapter: The IP-Adapter's folder, where there are people in pictures.
        lora: The safetensors file of a LoRA that becomes part of the UNet.
        layerwise_casting: Keep the UNet's weights in 8 bits.
        regional_compile: Compile the UNet's transformer blocks.
    """

    base: Path
    preset: EnginePreset
    refiner: Path | None = None
    adapter: Path | None = None
    lora: Path | None = None
    layerwise_casting: bool = False
    regional_compile: bool = False


@dataclass(frozen=True)
class Pipelines:
    """SDXL on a device.

    Attributes:
        base: A StableDiffusionXLPipeline.
        refiner: A StableDiffusionXLImg2ImgPipeline that shares its VAE, or None.
        schedule: The scheduler's configuration that the model came with.
        adapted: Whether the base pipeline can look at references.
    """

    base: Any
    refiner: Any
    schedule: Any
    adapted: bool

    def rest(self) -> None:
        """Let the weights wait where the preset wants them to, whatever was interrupted."""
        for pipeline in (self.base, self.refiner):
            if pipeline is not None:
                pipeline.maybe_free_model_hooks()


def load(recipe: Recipe, device: str) -> Pipelines:
    """Return SDXL on a device.

    The VAE computes in float32 whatever the precision: SDXL's own overflows in float16, and
    bfloat16 is too coarse for 8 bits a channel.

    Args:
        recipe: What to load.
        device: torch's name of the device: "cuda:0", "cpu".

    Raises:
        EngineInputError: The LoRA is none, or is for another model.
    """
    with quiet_libraries():
        base = _base(recipe)
        if recipe.adapter is not None:
            _adapt(base, recipe.adapter)
        refiner = None if recipe.refiner is None else _refiner(recipe.refiner, base, recipe)
        for pipeline in (base,) if refiner is None else (base, refiner):
            _place(pipeline, recipe, device)
        if recipe.preset.vae_tiling:
            base.vae.enable_tiling()
    return Pipelines(base, refiner, base.scheduler.config, adapted=recipe.adapter is not None)


def _base(recipe: Recipe) -> Any:
    import torch
    from diffusers import StableDiffusionXLPipeline

    pipeline = StableDiffusionXLPipeline.from_pretrained(
        recipe.base,
        dtype={"vae": torch.float32, "default": getattr(torch, recipe.preset.precision)},
        variant=variant_of(recipe.base, "unet"),
        use_safetensors=True,
        local_files_only=True,
        add_watermarker=False,
    )
    if recipe.lora is not None:
        add_lora(pipeline, "unet", recipe.lora)
    return pipeline


def _adapt(pipeline: Any, folder: Path) -> None:
    """Teach a pipeline to look at references; the image encoder is read as safetensors only."""
    from transformers import CLIPVisionModelWithProjection

    encoder = CLIPVisionModelWithProjection.from_pretrained(
        folder / IMAGE_ENCODER,
        dtype=pipeline.unet.dtype,
        use_safetensors=True,
        local_files_only=True,
    )
    pipeline.register_modules(image_encoder=encoder)
    pipeline.load_ip_adapter(
        str(folder),
        subfolder=ADAPTER_FOLDER,
        weight_name=ADAPTER_FILE,
        image_encoder_folder=None,
        local_files_only=True,
    )


def _refiner(folder: Path, base: Any, recipe: Recipe) -> Any:
    """Return the refiner: a UNet of its own, that reads what the base model's encoders read."""
    import torch
    from diffusers import StableDiffusionXLImg2ImgPipeline

    return StableDiffusionXLImg2ImgPipeline.from_pretrained(
        folder,
        vae=base.vae,
        text_encoder=None,
        text_encoder_2=None,
        tokenizer=None,
        tokenizer_2=None,
        dtype=getattr(torch, recipe.preset.precision),
        variant=variant_of(folder, "unet"),
        use_safetensors=True,
        local_files_only=True,
        add_watermarker=False,
    )


def _place(pipeline: Any, recipe: Recipe, device: str) -> None:
    """Bring a pipeline to its device, or let its weights wait in the machine's memory."""
    import torch
    from diffusers.hooks.layerwise_casting import DEFAULT_SKIP_MODULES_PATTERN

    pipeline.set_progress_bar_config(disable=True)
    if recipe.layerwise_casting:
        pipeline.unet.enable_layerwise_casting(
            storage_dtype=torch.float8_e4m3fn,
            compute_dtype=getattr(torch, recipe.preset.precision),
            # What the adapter makes of a reference decides who it is, and is made once a batch.
            skip_modules_pattern=(*DEFAULT_SKIP_MODULES_PATTERN, "encoder_hid_proj"),
        )
    match recipe.preset.offload:
        case "none":
            pipeline.to(device)
        case "model":
            pipeline.enable_model_cpu_offload(device=device)
        case "group":
            pipeline.enable_group_offload(
                onload_device=torch.device(device),
                offload_type="leaf_level",
                use_stream=device.startswith("cuda"),
            )
    if recipe.regional_compile:
        pipeline.unet.compile_repeated_blocks(fullgraph=True)
