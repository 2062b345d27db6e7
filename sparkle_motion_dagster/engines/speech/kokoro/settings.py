"""How Kokoro speaks every line."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineSettings


class KokoroSettings(EngineSettings):
    """How Kokoro speaks every line."""

    model: Literal["int8", "full"] = Field(
        default="int8",
        description="which weights: int8 come with the packages, full are fetched from the hub",
    )
    device: Literal["cpu", "cuda"] = Field(
        default="cpu", description="what the model runs on; cuda needs onnxruntime-gpu"
    )
    speed: float = Field(
        default=1.0, ge=0.7, le=1.4, description="the pace of a voice whose rate is 1"
    )
    threads: int = Field(
        default=2, ge=1, le=64, exclude=True, description="how many threads one line may take"
    )
    weights: Path | None = Field(
        default=None,
        exclude=True,
        description="an .onnx file of Kokoro's, or a folder that holds one, instead of the pinned",
    )
