"""Encoding clips: how a clip is written, and the writer that frames are handed to."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ClipEncoding(BaseModel):
    """H.264 settings of a clip. All of them decide its bytes, the thread count included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    crf: int = Field(ge=0, le=51, description="x264's constant quality: lower is better")
    preset: str = Field(pattern="^[a-z]+$", description="x264's speed preset")
    threads: int = Field(default=2, ge=1, le=16)
