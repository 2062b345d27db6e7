"""Clips as people bring them, made with ffmpeg: tiny, and each frame knows its number."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.frames import YuvFrame

COUNTING = "format=yuv420p,geq=lum='20+3*N':cb=128:cr=128"
"""Filter: grey, and a little lighter with each frame; 60 frames are told apart."""

QUARTERS = "format=yuv420p,geq=lum='60+40*gte(X,W/2)+80*gte(Y,H/2)':cb=128:cr=128"
"""Filter: four quarters, from above on the left, row by row: luma 60, 100, 140 and 180."""

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "1")


def make_clip(
    path: Path,
    *options: str,
    size: str = "64x48",
    rate: str = "24",
    seconds: float = 2.0,
    source: str = "color=gray",
    filters: str = COUNTING,
) -> Path:
    """Write a clip of a source that goes through filters; options are those of the output."""
    source = f"{source}{':' if '=' in source else '='}s={size}:r={rate}:d={seconds}"
    encoding = options if "-c:v" in options else (*H264, *options)
    run_ffmpeg(
        ["-f", "lavfi", "-i", source, "-vf", filters, *encoding, f"file:{path}"], timeout_s=60
    )
    return path


def turned(clip: Path, path: Path, *display: str) -> Path:
    """Copy a clip, with a display matrix; `display` are ffmpeg's options for it."""
    run_ffmpeg([*display, "-i", f"file:{clip}", "-c", "copy", f"file:{path}"], timeout_s=60)
    return path


def number_of(frame: YuvFrame) -> int:
    """Return the number of the frame of a counting clip that a frame shows."""
    return round((float(np.mean(frame.y)) - 20) / 3)
