"""How a language model writes."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.writer.transformers.models import DEFAULT, MODELS, model_named


class TransformersSettings(EngineSettings):
    """How a language model writes."""

    configured_only: ClassVar[frozenset[str]] = frozenset({"weights"})

    model: str = Field(
        default=DEFAULT,
        exclude=True,
        description="which model writes: a name that `sparkle engines list` shows, or "
        "OWNER/NAME@REVISION, a repository on the hub at a commit of 40 hexadecimal digits",
    )
    weights: Path | None = Field(
        default=None,
        exclude=True,
        description="a folder with a model instead, as `save_pretrained` writes it",
    )
    temperature: float = Field(
        default=0.7,
        ge=0,
        le=2,
        description="how much is left to chance; 0: nothing, the likeliest word always comes next "
        "(0.7, and 0.8 for top_p: what Qwen3's authors recommend)",
    )
    top_p: float = Field(
        default=0.8,
        gt=0,
        le=1,
        description="chance takes the likeliest words that have this share together; 1: all",
    )
    max_tokens: int = Field(
        default=8192,
        ge=16,
        le=131_072,
        description="where an answer is cut off, in tokens; a shot takes about 130",
    )

    @field_validator("model")
    @classmethod
    def _is_known(cls, model: str) -> str:
        if model_named(model) is None:
            names = ", ".join(choice.name for choice in MODELS)
            raise ValueError(
                f"there is no model {model!r}: take {names}, or a repository on the hub as "
                "OWNER/NAME@REVISION, with the 40 hexadecimal digits of a commit"
            )
        return model
