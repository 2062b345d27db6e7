"""What a lip-sync engine is asked for, and what it answers."""

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
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.units import FrameRate, FrameSize

SettingsT = TypeVar("SettingsT", bound=EngineSettings)


class LipsyncLine(Request):
    """A line that is heard during the clip.

    ``offset_samples`` counts from the clip's first frame, at ``units.SAMPLE_RATE``; it is negative
    for a line that began in an earlier shot.
    """

    speaker: Appearance
    audio: StoredFile
    timings: StoredFile | None
    offset_samples: int


class LipsyncRequest(Request):
    """One clip, and the lines that are heard during it, in order.

    ``scene`` says where the clip's faces are, where its engine knows.
    """

    clip: StoredFile
    scene: StoredFile | None = None
    lines: tuple[LipsyncLine, ...] = Field(min_length=1)
    frames: int = Field(ge=1)
    frame_rate: FrameRate
    size: FrameSize
    encoding: ClipEncoding


class LipsyncEngine(Engine[LipsyncRequest, SettingsT]):
    """Moves the mouths of a clip.

    Each result holds one output ``clip``: a silent MP4 like the one that came in, with the same
    number of frames, rate and size, encoded with the request's encoding.
    """

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)
