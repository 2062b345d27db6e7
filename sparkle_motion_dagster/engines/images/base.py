"""What an image engine is asked for, and what it answers."""

from __future__ import annotations

from typing import TypeVar

from pydantic import Field

from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Request
from sparkle_motion_dagster.units import FrameSize

SettingsT = TypeVar("SettingsT", bound=EngineSettings)


class Appearance(Request):
    """A character who is in the picture."""

    id: str
    description: str | None = None


class ImageRequest(Request):
    """One keyframe."""

    prompt: str
    negative_prompt: str | None = None
    characters: tuple[Appearance, ...] = ()
    size: FrameSize
    seed: int = Field(ge=0, lt=2**32)


class ImageEngine(Engine[ImageRequest, SettingsT]):
    """Draws keyframes.

    Each result holds one output ``image``: an RGB PNG (``image/png``, 8 bits a channel, no alpha)
    of exactly the size that was asked for.
    """
