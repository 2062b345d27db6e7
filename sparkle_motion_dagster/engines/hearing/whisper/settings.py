"""How Whisper listens."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineSettings

ModelName = Literal["tiny.en", "tiny", "base", "small", "large-v3"]


class WhisperSettings(EngineSettings):
    """How Whisper listens."""

    model: ModelName = Field(
        default="tiny.en",
        description="which of its models listens; tiny.en knows English alone",
    )
    beam_size: int = Field(
        default=1,
        ge=1,
        le=10,
        description="how many readings of a sound are followed at once; more take longer",
    )
    weights: Path | None = Field(
        default=None, exclude=True, description="a folder with the model instead of the pinned one"
    )
