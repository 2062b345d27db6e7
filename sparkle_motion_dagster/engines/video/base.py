"""What a video engine is asked for, and what it answers."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineSettings,
    Examined,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.engines.clips import examine_clip
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.units import FrameRate, FrameSize

SettingsT = TypeVar("SettingsT", bound=EngineSettings)


class VideoRequest(Request):
    """One shot: the way from a keyframe to the next, in exactly ``frames`` frames.

    The keyframes' scenes are there where their engine knows them.

    Frame k of n lies at k/n between the keyframes, so that the shared keyframe is shown once, as
    the next shot's first frame. Where ``ends_on_keyframe`` is set (the film's last shot) frame k
    lies at k/(n-1) instead, and the last frame is the end keyframe itself.
    """

    start: StoredFile
    start_scene: StoredFile | None = None
    end: StoredFile
    end_scene: StoredFile | None = None
    frames: int = Field(ge=1)
    frame_rate: FrameRate
    size: FrameSize
    ends_on_keyframe: bool
    visual_description: str
    setting: str | None = None
    motion_prompt: str | None = None
    negative_prompt: str | None = None
    seed: int = Field(ge=0, lt=2**32)
    encoding: ClipEncoding

    def position(self, frame: int) -> float:
        """Return where frame k lies between the keyframes: 0 is the start, 1 the end."""
        last = self.frames - 1 if self.ends_on_keyframe else self.frames
        return frame / last if last else 0.0


class VideoEngine(Engine[VideoRequest, SettingsT]):
    """Makes silent clips.

    Each result holds one output ``clip``: an MP4 (``video/mp4``) with one H.264 stream, encoded
    with the request's encoding, of exactly the frames, rate and size that were asked for. An engine
    that knows where faces are in its frames says so in a second output ``scene``
    (``application/json``, a ``ClipScene``).
    """

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)
