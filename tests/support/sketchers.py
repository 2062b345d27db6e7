"""Engines of the tests' own that make tiny pictures, clips and lines, each by all it is asked for.

Nothing that they are asked for is unused: whatever is edited makes something else.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path
from zlib import crc32

import numpy as np
import soundfile
from PIL import Image

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.engines.images.base import ImageEngine, ImageRequest
from sparkle_motion_dagster.engines.images.storyboard.scene import KeyframeScene
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest
from sparkle_motion_dagster.engines.video.base import (
    ClipEngine,
    ConformSettings,
    FootageEngine,
    FootageRequest,
    VideoRequest,
)
from sparkle_motion_dagster.engines.video.retiming import intervals
from sparkle_motion_dagster.film.casting.providers import Provider
from sparkle_motion_dagster.film.casting.speakers import Speaker
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

RATE = 8000


class SketchSettings(EngineSettings):
    """How a sketch is made."""

    pencil: int = 1


def _noise(settings: SketchSettings, request: Request) -> int:
    """Return a number that hangs on all that is asked for."""
    return crc32(f"{settings.pencil}{request.model_dump_json()}".encode())


class PictureSketcher(ImageEngine[SketchSettings]):
    """Draws one colour, and needs portraits."""

    name = "picture_sketcher"
    version = 1
    settings_model = SketchSettings
    knows_faces = True

    @property
    def needs_portraits(self) -> bool:
        return True

    def make(self, requests: Sequence[ImageRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            image, scene = folder / f"{number}.png", folder / f"{number}.json"
            colour = _noise(self.settings, request).to_bytes(4, "big")[:3]
            Image.new("RGB", (request.size.width, request.size.height), tuple(colour)).save(image)
            scene.write_text(KeyframeScene().model_dump_json(), encoding="utf-8")
            yield Made(
                {
                    "image": MadeFile(image, "image/png"),
                    "scene": MadeFile(scene, "application/json"),
                }
            )


class ClipSketcher(ClipEngine[SketchSettings]):
    """Shows one grey."""

    name = "clip_sketcher"
    version = 1
    settings_model = SketchSettings

    def make(self, requests: Sequence[VideoRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            path, grey = folder / f"{number}.mp4", 16 + _noise(self.settings, request) % 220
            write_clip(
                path,
                [_grey(request.size, grey)] * request.frames,
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
            yield Made({"clip": MadeFile(path, "video/mp4")})


class FootageSketcher(FootageEngine[SketchSettings]):
    """Films one grey at 8 frames a second."""

    name = "footage_sketcher"
    version = 1
    settings_model = SketchSettings
    footage_rate = Fraction(8)

    def footage_of(self, shot: VideoRequest) -> FootageRequest:
        spans = intervals(
            shot.frames, shot.frame_rate, self.footage_rate, ends_on_keyframe=shot.ends_on_keyframe
        )
        return FootageRequest(
            start=shot.start,
            end=shot.end,
            frames=max(5, 4 * ceil(spans / 4) + 1),
            size=FrameSize(width=128, height=80),
            prompt=shot.motion_prompt or shot.visual_description,
            seed=shot.seed,
        )

    def conforming(self) -> ConformSettings:
        return ConformSettings(method="nearest")

    def make(self, requests: Sequence[FootageRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            path, grey = folder / f"{number}.mp4", 16 + _noise(self.settings, request) % 220
            write_clip(
                path,
                [_grey(request.size, grey)] * request.frames,
                size=request.size,
                frame_rate=self.footage_rate,
                encoding=ClipEncoding(crf=18, preset="ultrafast"),
            )
            yield Made({"footage": MadeFile(path, "video/mp4")})


def _grey(size: FrameSize, grey: int) -> YuvFrame:
    chroma = np.full((size.height // 2, size.width // 2), 128, np.uint8)
    return YuvFrame(np.full((size.height, size.width), grey, np.uint8), chroma, chroma)


class LineSketcher(SpeechEngine[SketchSettings]):
    """Speaks a tone a line, whose length hangs on its words and on its seed."""

    name = "line_sketcher"
    version = 1
    settings_model = SketchSettings
    speaks_at_tempo = True
    gives_timings = False

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            path = folder / f"{number}.wav"
            seconds = (0.1 * len(request.text.split()) + request.seed % 3 * 0.1) / request.tempo
            level = 1000 + _noise(self.settings, request) % 9973
            soundfile.write(path, np.full(round(RATE * seconds), level, np.int16), RATE)
            yield Made({"audio": MadeFile(path, "audio/wav")})


def line_sketcher(name: str) -> Speaker:
    """Return a provider whose engine sketches lines."""
    provider = Provider(engine="espeak", quality=0.5, latency_s=1)
    return Speaker(name, provider, LineSketcher(SketchSettings()))
