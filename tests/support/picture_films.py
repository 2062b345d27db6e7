"""Pictures and clips that people bring, as a film's shots in which somebody speaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from clips import stored
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.face_finder import FaceFinder, FindRequest
from sparkle_motion_dagster.engines.builtin.picture_fitter import FitRequest, PictureFitter
from sparkle_motion_dagster.engines.images.base import OwnPicture
from sparkle_motion_dagster.engines.video.base import VideoRequest
from sparkle_motion_dagster.engines.video.camera.engine import CameraEngine, CameraSettings
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize
from speaking_pictures import DELIVERY, RATE, write_frames

_LONGER = 720
"""The longer side of a shot, in pixels."""


@dataclass(frozen=True)
class Shot:
    """A clip before anybody speaks in it."""

    clip: Path
    frames: int
    size: FrameSize


def shot_of(picture: Path, frames: int, folder: Path) -> Shot:
    """Return a shot of a picture, or the beginning of one that moves."""
    folder.mkdir(parents=True)
    with Image.open(picture) as image:
        size = _size_for(image.width, image.height)
        if getattr(image, "is_animated", False):
            return _filmed(image, frames, size, folder)
    return _shot_on(picture, frames, size, folder)


def _size_for(width: int, height: int) -> FrameSize:
    sides = (round(_LONGER * side / max(width, height) / 2) * 2 for side in (width, height))
    width, height = sides
    return FrameSize(width=width, height=height)


def _shot_on(picture: Path, frames: int, size: FrameSize, folder: Path) -> Shot:
    """Move the camera over a still."""
    own = OwnPicture(sha256=stored(picture).sha256, path=picture)
    [fitted] = PictureFitter(EngineSettings()).make([FitRequest(picture=own, size=size)], folder)
    image = stored(fitted.outputs["image"].path)
    [found] = FaceFinder(EngineSettings()).make([FindRequest(image=image)], folder)
    scene = stored(found.outputs["scene"].path) if "scene" in found.outputs else None
    request = VideoRequest(
        start=image,
        start_scene=scene,
        end=None,
        frames=frames,
        frame_rate=RATE,
        size=size,
        ends_on_keyframe=False,
        visual_description="somebody speaks",
        motion_prompt="slow push in",
        seed=1,
        encoding=DELIVERY,
    )
    [made] = CameraEngine(CameraSettings()).make([request], folder)
    return Shot(made.outputs["clip"].path, frames, size)


def _filmed(image: Image.Image, frames: int, size: FrameSize, folder: Path) -> Shot:
    """Show what moves as a player does, for as long as there is something, and write it again."""
    ends = np.cumsum([_milliseconds(page) for page in ImageSequence.Iterator(image)]) / 1000
    frames = min(frames, int(ends[-1] * RATE))

    def shown() -> Iterator[YuvFrame]:
        for number in range(frames):
            image.seek(int(np.searchsorted(ends, (number + 0.5) / float(RATE), side="right")))
            page = image.convert("RGB").resize((size.width, size.height), Image.Resampling.BICUBIC)
            yield YuvFrame.from_rgb(np.asarray(page))

    return Shot(write_frames(folder / "clip.mp4", shown(), size), frames, size)


def _milliseconds(page: Image.Image) -> int:
    page.load()
    return int(page.info["duration"])
