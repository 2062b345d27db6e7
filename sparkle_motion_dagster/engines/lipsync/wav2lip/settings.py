"""Settings of the lip-sync engine wav2lip."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineSettings


class Wav2LipSettings(EngineSettings):
    """Where the user's Wav2Lip is, what it sees of a face, and how many frames it works on."""

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
        description="pixels added to a face that was followed: top, bottom, left, right",
    )
    without_face: Literal["fail", "pass"] = Field(
        default="pass",
        exclude=True,
        description="what to do where a speaker's face is not found: fail, or leave it as it is "
        "and say so",
    )
    batch: int = Field(
        default=128,
        ge=1,
        le=1024,
        exclude=True,
        description="how many frames the model moves at once",
    )
