"""Wan as a subject: footage by our engine, clips by diffusers' pipelines."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.gpu_cost import Clock
from benchmarks.gpu_loras import random_lora
from benchmarks.gpu_report import Quantity, Row
from benchmarks.gpu_shapes import WanShape
from benchmarks.gpu_subject import Subject, Variant
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.video.base import FootageRequest
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.loras import DistilledLora
from sparkle_motion_dagster.engines.video.wan.models import wan_model
from sparkle_motion_dagster.engines.video.wan.sampling import sampling_of
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.speed import (
    Cache,
    FirstBlockCache,
    MagCache,
    TaylorSeerCache,
    WanSpeed,
)
from sparkle_motion_dagster.gpu.presets import DevicePreset
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.plan.seeds import derive_seed
from sparkle_motion_dagster.units import FrameSize

_FEWEST = 5
"""Frames of the clips that warm up."""

_USUAL_STEPS = 30
"""How many steps a clip takes that is not made for a benchmark."""

_DISTILLED_STEPS = 4


def footage_requests(
    count: int, frames: int, size: FrameSize, folder: Path
) -> list[FootageRequest]:
    """Return different pieces of footage to make, with their keyframes in a folder."""
    keyframes = [keyframe(index, size, folder) for index in range(count + 1)]
    return [
        FootageRequest(
            start=keyframes[index],
            end=keyframes[index + 1],
            frames=frames,
            size=size,
            prompt=f"The camera moves slowly through the harbour, shot {index + 1}.",
            negative_prompt="blurred, static",
            seed=index,
        )
        for index in range(count)
    ]


class Clips(Subject[FootageRequest]):
    """A Wan model.

    Attributes:
        settings: The engine's, stock.
    """

    engine_class: ClassVar[type[WanEngine]] = WanEngine
    unit: ClassVar[str] = "a clip"

    def __init__(
        self,
        checkpoint: Path,
        preset: DevicePreset,
        shape: WanShape,
        requests: Sequence[FootageRequest],
        steps: int,
    ) -> None:
        warm_up = [requests[0].model_copy(update={"frames": _FEWEST})]
        super().__init__(checkpoint, preset, requests, warm_up, 1)
        self.settings = WanSettings(model_id=shape.model, weights=checkpoint, steps=steps)
        self.steps: Clock = Clock(self.device)
        self._vace = shape.vace

    def engine(self, variant: Variant, facilities: Facilities) -> WanEngine:
        """Return the engine, run in a way."""
        return WanEngine(self.settings.model_copy(update=dict(variant.settings)), facilities)

    def pipeline(self) -> Any:
        """Return the pipeline, with the precisions that its documentation advises."""
        import diffusers
        import torch

        preset = self.engine_preset
        kind = diffusers.WanVACEPipeline if self._vace else diffusers.WanImageToVideoPipeline
        pipeline = kind.from_pretrained(
            self.checkpoint,
            dtype={
                "default": getattr(torch, preset.precision),
                "vae": torch.float32,
                "image_encoder": torch.float32,
            },
            use_safetensors=True,
            local_files_only=True,
        )
        pipeline.set_progress_bar_config(disable=True)
        pipeline.transformer.set_attention_backend(preset.attention)
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
                    offload_type="block_level",
                    num_blocks_per_group=1,
                    use_stream=True,
                )
        return pipeline

    def ask(self, pipeline: Any, requests: Sequence[FootageRequest]) -> Any:
        """Make a clip."""
        import torch

        (request,) = requests
        model = wan_model(self.settings.model_id or "")
        sampling = sampling_of(self.settings, model, self.checkpoint, None)
        pipeline.scheduler = sampling.scheduler(pipeline.scheduler)
        return pipeline(
            **self._known(request),
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            width=request.size.width,
            height=request.size.height,
            num_frames=request.frames,
            num_inference_steps=sampling.steps,
            guidance_scale=sampling.guidance,
            generator=torch.Generator("cpu").manual_seed(derive_seed(request.seed, 0)),
        ).frames[0]

    def first_shown(self, result: Any) -> NDArray[np.uint8]:
        """Return a clip's luma: frames x height x width."""
        frames = np.round(result * 255).astype(np.uint8)
        return np.stack([YuvFrame.from_rgb(frame).y for frame in frames])

    def read(self, file: Path) -> NDArray[np.uint8]:
        """Return the luma of footage: frames x height x width."""
        return np.stack([frame.y for frame in read_frames(file)])

    def begins(self) -> None:
        """Forget the steps of what warmed up."""
        self.steps.seconds.clear()

    def explained(self, what: str, ours_s: float, bare_s: float) -> Iterator[Row]:
        """Yield what a step takes, and what a clip of the usual steps would."""
        step = statistics.median(self.steps.seconds)
        more = (_USUAL_STEPS - self.settings.steps) * step
        yield Row(what=f"{what}: a step", measured=Quantity(value=step, unit="s"))
        yield Row(
            what=f"a clip of {_USUAL_STEPS} steps, ours, reckoned",
            measured=Quantity(value=ours_s + more, unit="s"),
            beside={
                "bare": Quantity(value=bare_s + more, unit="s"),
                "ours over bare": Quantity(value=(ours_s + more) / (bare_s + more), unit="x"),
            },
        )

    def _known(self, request: FootageRequest) -> dict[str, Any]:
        """Return the keyframes as the pipeline takes them."""
        from PIL import Image

        start, end = (
            Image.open(picture.path).convert("RGB")
            for picture in (request.start, request.end)
            if picture is not None
        )
        if not self._vace:
            return {"image": start, "last_image": end}
        unknown = request.frames - 2
        grey = Image.new("RGB", start.size, (128,) * 3)
        given, wanted = (Image.new("L", start.size, level) for level in (0, 255))
        return {
            "video": [start, *[grey] * unknown, end],
            "mask": [given, *[wanted] * unknown, given],
        }


def clip_variants(subject: Clips, folder: Path) -> Mapping[str, Variant]:
    """Return the ways to make clips that are compared with stock.

    Args:
        subject: What is measured.
        folder: Where a LoRA may be written.
    """
    lora = random_lora(subject.checkpoint, "transformer", folder / "distilled.safetensors")
    steps = subject.settings.steps
    caches: dict[str, Cache] = {
        "TaylorSeer cache": TaylorSeerCache(kind="taylorseer", interval=3, from_step=2)
    }
    if wan_model(subject.settings.model_id or "").family == "flf2v":
        caches |= {
            "first-block cache": FirstBlockCache(kind="first_block"),
            "MagCache": MagCache(kind="mag", ratios=(1.0,) * steps),
        }
    speeds = {name: WanSpeed(cache=cache) for name, cache in caches.items()}
    speeds["layerwise casting to 8 bits"] = WanSpeed(layerwise_casting=True)
    speeds[f"distilled LoRA, {_DISTILLED_STEPS} steps"] = WanSpeed(
        lora=DistilledLora(file=lora, steps=_DISTILLED_STEPS)
    )
    if subject.device != "cpu":
        speeds["regional compile"] = WanSpeed(compiled=True)
    return {
        **_placements(subject.device),
        **{name: Variant({"speed": speed}) for name, speed in speeds.items()},
    }


def _placements(device: str) -> Mapping[str, Variant]:
    if device == "cpu":
        return {"attention math": Variant(preset={"attention": "_native_math"})}
    return {
        "attention cuDNN": Variant(preset={"attention": "_native_cudnn"}),
        "attention flash": Variant(preset={"attention": "_native_flash"}),
        "VAE in tiles": Variant(preset={"vae_tiling": True}),
        "offload of parts": Variant(preset={"offload": "model"}),
        "offload of groups": Variant(preset={"offload": "group"}),
    }


def keyframe(index: int, size: FrameSize, folder: Path) -> StoredFile:
    """Write a picture of soft colours, another one for each index."""
    from PIL import Image

    rows, columns = np.mgrid[0 : size.height, 0 : size.width]
    waves = [
        np.sin((columns * (index + 1) + rows * (channel + 1)) * 6 / size.width)
        for channel in range(3)
    ]
    path = folder / f"keyframe_{index}.png"
    Image.fromarray((127 + 100 * np.stack(waves, axis=-1)).astype(np.uint8)).save(path)
    return StoredFile(sha256=digest_file(path), path=path)
