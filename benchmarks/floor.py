"""The floor: what no way of making a film can go below, encoding its frames from memory."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import read_frames
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import FrameSize


def encoding_seconds(clips: Sequence[Path], encoding: ClipEncoding, folder: Path) -> float:
    """Decode clips into memory, then return how long encoding their frames again takes.

    Args:
        clips: The clips of a film.
        encoding: The settings that they were made with.
        folder: Where the encoded clips may be written.
    """
    seconds = 0.0
    for clip in clips:
        facts = probe(clip, "video/mp4")
        frames = list(read_frames(clip))
        height, width = frames[0].y.shape
        size, rate = FrameSize(width=width, height=height), facts.frame_rate
        if rate is None:
            raise RuntimeError(f"{clip} has no frame rate")
        started = time.perf_counter()
        write_clip(folder / clip.name, iter(frames), size=size, frame_rate=rate, encoding=encoding)
        seconds += time.perf_counter() - started
    return seconds
