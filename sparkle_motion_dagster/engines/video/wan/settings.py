"""Settings of the video engine wan."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.video.base import ConformSettings
from sparkle_motion_dagster.engines.video.wan.frames import TRAINED_FRAMES, padded_size
from sparkle_motion_dagster.engines.video.wan.speed import WanSpeed
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.units import FrameSize

_UNWANTED = (
    "Bright tones, overexposed, static, blurred details, subtitles, style, works, paintings, "
    "images, static, overall gray, worst quality, low quality, JPEG compression residue, ugly, "
    "incomplete, extra fingers, poorly drawn hands, poorly drawn faces, deformed, disfigured, "
    "misshapen limbs, fused fingers, still picture, messy background, three legs, many people in "
    "the background, walking backwards"
)
"""What Wan's authors recommend against, as diffusers' documentation translates it."""


class WanSettings(EngineSettings):
    """Settings of the video engine wan.

    Attributes:
        model_id: Which model, by its short name or its repository; None: the one that the plan
            names.
        weights: A folder that holds its weights; None: the hub's cache on this machine.
        size: The size that is generated; conforming scales it to the film's. None: the film's.
        negative_prompt: What shots that say nothing of it are not to show.
        steps: How many steps a chunk takes.
        guidance: How strongly it follows the prompt; None: as the model's authors recommend.
        flow_shift: How far the noise schedule is shifted; None: by the picture's size.
        most_frames: The most frames that are made at once, 4k+1.
        overlap: How many last frames of a chunk the next one is given, 4k+1 (VACE).
        encoding: How footage is encoded: nearly lossless, since clips are encoded from it again.
        conform: How footage becomes clips.
        speed: What makes it faster.
    """

    model_id: str | None = Field(default=None, exclude=True)
    weights: Path | None = Field(default=None, exclude=True)
    size: FrameSize | None = Field(default=None, exclude=True)
    negative_prompt: str = Field(default=_UNWANTED, exclude=True)
    steps: int = Field(default=30, ge=1)
    guidance: float | None = Field(default=None, ge=1)
    flow_shift: float | None = Field(default=None, gt=0)
    most_frames: int = Field(default=TRAINED_FRAMES, ge=5, le=TRAINED_FRAMES)
    overlap: int = Field(default=5, ge=1)
    encoding: ClipEncoding = ClipEncoding(crf=4, preset="ultrafast")
    conform: ConformSettings = Field(default=ConformSettings(), exclude=True)
    speed: WanSpeed = WanSpeed()

    @model_validator(mode="after")
    def _fits_the_model(self) -> Self:
        if self.most_frames % 4 != 1 or self.overlap % 4 != 1:
            raise ValueError("most_frames and overlap must be one more than a multiple of 4")
        if self.most_frames < self.overlap + 4:
            raise ValueError("most_frames must be at least overlap + 4")
        if self.size is not None and self.size != padded_size(self.size):
            raise ValueError("size must have sides that are multiples of 16")
        return self
