"""How SDXL draws: steps, guidance, scheduler, a refiner, a character's reference, speed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from sparkle_motion_dagster.engines.base import EngineSettings

SchedulerName = Literal[
    "euler", "euler_a", "euler_trailing", "dpmpp_2m_karras", "ddim", "unipc", "lcm"
]
"""The schedulers by the names that people know them by."""

SCHEDULERS: Mapping[SchedulerName, tuple[str, Mapping[str, Any]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "euler_trailing": ("EulerDiscreteScheduler", {"timestep_spacing": "trailing"}),
    "dpmpp_2m_karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "ddim": ("DDIMScheduler", {}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
}
"""For each name, diffusers' class and the arguments that differ from the model's own."""

TRAINED_AREA = 1024 * 1024
"""The area of the pictures that SDXL was trained on, in pixels (its paper, section 2.3)."""


class Sampling(EngineSettings):
    """How noise becomes a picture."""

    steps: int = Field(
        default=30, ge=1, le=200, description="how often the model looks at a picture"
    )
    guidance: float = Field(
        default=5.0,
        ge=0,
        le=30,
        description="how closely a picture follows its prompt; 1 or less: as the model sees it, in "
        "half the time, and negative prompts are not read",
    )
    scheduler: SchedulerName = Field(
        default="euler", description="which path leads from noise to picture"
    )

    @property
    def guided(self) -> bool:
        """Whether the prompt is weighed against the negative prompt."""
        return self.guidance > 1


class Distilled(Sampling):
    """A LoRA that needs only a few steps, with the sampling that it was distilled for."""

    lora: Path = Field(
        exclude=True, description="its safetensors file; its digest is part of the fingerprint"
    )
    steps: int = Field(default=4, ge=1, le=16, description="the steps that it was distilled for")
    guidance: float = Field(
        default=0.0, ge=0, le=30, description="the guidance that it was distilled for"
    )
    scheduler: SchedulerName = Field(
        default="euler_trailing", description="the scheduler that it was distilled for"
    )


class Refiner(EngineSettings):
    """The refiner takes over when most of the noise is gone."""

    after: float = Field(
        default=0.8,
        gt=0,
        lt=1,
        description="the share of the steps that the base model does first (0.8: SDXL's paper)",
    )


class SdxlSettings(Sampling):
    """How SDXL draws keyframes."""

    negative_prompt: str = Field(
        default=("low quality, blurry, deformed, extra fingers, text, watermark, signature, frame"),
        description="what no picture shall show; follows what the plan says of that",
    )
    batch: int = Field(
        default=8,
        ge=1,
        le=8,
        exclude=True,
        description="how many pictures are drawn at once, at most",
    )
    native_area: int = Field(
        default=TRAINED_AREA,
        ge=0,
        description="pictures whose area is further from this than a factor of 1.25 are drawn at "
        "this area and resized, in pixels; 0: all are drawn at their own size",
    )
    reference_strength: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description="how much it weighs what a character looks like in their portrait, or in their "
        "reference picture; 0: neither is looked at, and no portraits are drawn",
    )
    refiner: Refiner | None = Field(
        default=None, description="the refiner's part; null: the base model does it all"
    )
    distilled: Distilled | None = Field(
        default=None, description="a step-distilled LoRA, whose sampling replaces the one said here"
    )
    regional_compile: bool = Field(
        default=False,
        description="compile the UNet's transformer blocks: slower to start, faster to draw",
    )
    layerwise_casting: bool = Field(
        default=False,
        description="keep the UNet's weights in 8 bits: half the memory, other pictures",
    )
    weights: Path | None = Field(
        default=None,
        exclude=True,
        description="a folder with the base model instead of the pinned one",
    )
    refiner_weights: Path | None = Field(
        default=None, exclude=True, description="a folder with the refiner, likewise"
    )
    adapter_weights: Path | None = Field(
        default=None, exclude=True, description="a folder with the IP-Adapter, likewise"
    )

    @property
    def sampling(self) -> Sampling:
        """The sampling that counts: the distilled LoRA's, where there is one."""
        return self.distilled or self

    @model_validator(mode="after")
    def _leaves_the_refiner_a_step(self) -> "SdxlSettings":
        if self.refiner is not None and self.sampling.steps < 2:
            raise ValueError("with a refiner there must be at least 2 steps: one for each model")
        return self
