"""Settings of the lip-sync engine wav2lip."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineSettings


class Wav2LipSettings(EngineSettings):
    """Where the user's Wav2Lip is, how faces are found, and how many frames it works on at once."""

    checkout: Path | None = Field(
        default=None,
        exclude=True,
        description="the folder with your checkout; null: $SPARKLE_WAV2LIP",
    )
    checkpoint: Path | None = Field(
        default=None,
        exclude=True,
        description="its weights, a file; null: $SPARKLE_WAV2LIP_CHECKPOINT",
    )
    pads: tuple[int, int, int, int] = Field(
        default=(0, 10, 0, 0),
        description="pixels added to a face that was found: top, bottom, left, right",
    )
    smooth: bool = Field(
        default=True, description="whether a face's place is averaged over five frames"
    )
    without_face: Literal["fail", "pass"] = Field(
        default="fail",
        exclude=True,
        description="what to do where no face is found: fail, or pass the clip through unchanged",
    )
    batch: int = Field(
        default=128,
        ge=1,
        le=1024,
        exclude=True,
        description="how many frames the model moves at once",
    )
    detector_batch: int = Field(
        default=16,
        ge=1,
        le=256,
        exclude=True,
        description="in how many frames faces are looked for at once",
    )
