"""How Chatterbox speaks every line."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.speech.chatterbox.models import ModelName


class ChatterboxSettings(EngineSettings):
    """How Chatterbox speaks every line."""

    model: ModelName = Field(default="english", description="which of its models speaks")
    repetition_penalty: float | None = Field(
        default=None,
        ge=1.0,
        le=3.0,
        description="how much it avoids what it has just said; null: as its authors have it "
        "(1.2, multilingual 2)",
    )
    min_p: float | None = Field(
        default=None,
        ge=0.0,
        lt=1.0,
        description="sounds less likely than this share of the likeliest are not spoken; null: as "
        "its authors have it (0.05); turbo does not know it, and refuses it",
    )
    top_p: float | None = Field(
        default=None,
        gt=0.0,
        le=1.0,
        description="of the likeliest sounds, as many as together are this likely may be spoken; "
        "null: as its authors have it (1, turbo 0.95)",
    )
    weights: Path | None = Field(
        default=None, exclude=True, description="a folder with the model instead of the pinned one"
    )

    @model_validator(mode="after")
    def _knows_what_it_is_told(self) -> Self:
        if self.model == "turbo" and self.min_p is not None:
            raise ValueError("the model turbo does not know min_p: leave it out")
        return self
