"""Settings of the video engine wan."""

from pathlib import Path
from typing import Self

from pydantic import Field, JsonValue, model_validator

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.video.base import ConformSettings
from sparkle_motion_dagster.engines.video.wan.frames import TRAINED_FRAMES, padded_size
from sparkle_motion_dagster.engines.video.wan.speed import WanSpeed
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.units import FrameSize


class WanSettings(EngineSettings):
    """Settings of the video engine wan."""

    model_id: str | None = Field(
        default=None,
        exclude=True,
        description="which model, by its short name or its repository; null: the one that the plan "
        "names",
    )
    weights: Path | None = Field(
        default=None,
        exclude=True,
        description="a folder that holds its weights; null: the hub's cache on this machine",
    )
    size: FrameSize | None = Field(
        default=None,
        exclude=True,
        description="the size that is generated; conforming scales it to the film's. null: the "
        "film's",
    )
    negative_prompt: str | None = Field(
        default=None,
        exclude=True,
        description="what shots that say nothing of it are not to show; null: as the model's "
        "authors recommend",
    )
    steps: int = Field(default=30, ge=1, description="how many steps a chunk takes")
    guidance: float | None = Field(
        default=None,
        ge=1,
        description="how strongly it follows the prompt; null: as the model's authors recommend",
    )
    guidance_low_noise: float | None = Field(
        default=None,
        ge=1,
        exclude_if=lambda guidance: guidance is None,
        description="of a model with two experts, how strongly the one for low noise does; null: "
        "as strongly as the other one",
    )
    flow_shift: float | None = Field(
        default=None,
        gt=0,
        description="how far the noise schedule is shifted; null: as the model's authors recommend",
    )
    most_frames: int = Field(
        default=TRAINED_FRAMES,
        ge=5,
        le=TRAINED_FRAMES,
        description="the most frames that are made at once, 4k+1",
    )
    overlap: int = Field(
        default=9,
        ge=1,
        description="how many last frames of a chunk the next one is given, 4k+1 (VACE); from 9 on "
        "it is told how they move: the mask marks the first latent frame, a still picture, and the "
        "next one, of four pictures",
    )
    encoding: ClipEncoding = Field(
        default=ClipEncoding(crf=4, preset="ultrafast"),
        description="how footage is encoded: nearly lossless, since clips are encoded from it "
        "again",
    )
    conform: ConformSettings = Field(
        default=ConformSettings(), exclude=True, description="how footage becomes clips"
    )
    speed: WanSpeed = Field(default=WanSpeed(), description="what makes it faster")

    @model_validator(mode="after")
    def _fits_the_model(self) -> Self:
        if self.most_frames % 4 != 1 or self.overlap % 4 != 1:
            raise ValueError("most_frames and overlap must be one more than a multiple of 4")
        if self.most_frames < self.overlap + 4:
            raise ValueError("most_frames must be at least overlap + 4")
        if self.size is not None and self.size != padded_size(self.size):
            raise ValueError("size must have sides that are multiples of 16")
        if self.guidance == 1 and (self.guidance_low_noise or 1) > 1:
            # diffusers asks the first expert's guidance alone whether there is any.
            raise ValueError("guidance_low_noise must be 1 where guidance is: 1 is none, in all")
        return self

    def idle(self, *, in_chunks: bool) -> dict[str, JsonValue]:
        """Return those of the settings that change nothing, each with its default.

        What is made at once has no overlap, and its request says how long it is. A distilled LoRA
        brings steps and guidance along, and the shift, if it has one.

        Args:
            in_chunks: Whether the model makes footage in chunks.
        """
        names = [] if in_chunks else ["most_frames", "overlap"]
        if (lora := self.speed.lora) is not None:
            names += ["steps", "guidance"]
            if lora == "distilled" or lora.shift is not None:
                names.append("flow_shift")
        return {name: type(self).model_fields[name].default for name in names}
