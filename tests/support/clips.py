"""What the picture tests share: stored files, keyframes, clips measured from the file alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
from numpy.typing import NDArray
from PIL import Image

import forked
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.media.frames import YuvFrame

NTSC = Fraction(24000, 1001)


@dataclass(frozen=True)
class Measured:
    """What a clip holds, as PyAV decodes it; `times` are the frames' seconds."""

    codec: str
    streams: int
    width: int
    height: int
    times: list[Fraction]


def measure_clip(path: Path) -> Measured:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        times = [
            frame.pts * frame.time_base
            for frame in container.decode(stream)
            if frame.pts is not None and frame.time_base is not None
        ]
        codec = stream.codec_context
        return Measured(codec.name, len(container.streams), codec.width, codec.height, times)


def stored(path: Path) -> StoredFile:
    """Return a file as the store hands it out."""
    return StoredFile(sha256=digest_file(path), path=path)


def write_keyframe(path: Path, seed: int, width: int = 128, height: int = 72) -> StoredFile:
    """A soft, colourful picture, unlike that of any other seed."""
    spots = np.random.default_rng(seed).integers(20, 235, (5, 8, 3), dtype=np.uint8)
    Image.fromarray(spots).resize((width, height), Image.Resampling.BICUBIC).save(path)
    return stored(path)


def luma_psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return how alike two planes are, in dB."""
    error = float(np.mean(np.square(one.astype(float) - other.astype(float))))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def to_rgb(frame: YuvFrame) -> NDArray[np.uint8]:
    """Convert a frame to a picture (h, w, 3), full range, by ITU-R BT.709-6, items 3.2 to 3.6."""
    luma = (frame.y.astype(np.float32) - 16) / 219
    blue_difference, red_difference = (
        _double_chroma(np.asarray((plane - np.float32(128)) / 224, np.float32))
        for plane in (frame.u, frame.v)
    )
    red, blue = luma + 2 * (1 - 0.2126) * red_difference, luma + 2 * (1 - 0.0722) * blue_difference
    green = (luma - 0.2126 * red - 0.0722 * blue) / 0.7152
    picture = np.stack((red, green, blue), axis=-1)
    return np.asarray(np.clip(np.rint(255 * picture), 0, 255), np.uint8)


def _double_chroma(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Interpolate a chroma component at the luma's places: it lies on the left of 2x2 blocks."""
    rows, columns = samples.shape
    above = np.pad(samples, ((1, 0), (0, 0)), mode="edge")[:-1]
    below = np.pad(samples, ((0, 1), (0, 0)), mode="edge")[1:]
    tall = np.empty((2 * rows, columns), np.float32)
    tall[::2] = (above + 3 * samples) / 4
    tall[1::2] = (3 * samples + below) / 4
    right = np.pad(tall, ((0, 0), (0, 1)), mode="edge")[:, 1:]
    full = np.empty((2 * rows, 2 * columns), np.float32)
    full[:, ::2] = tall
    full[:, 1::2] = (tall + right) / 2
    return full


def digest(*planes: NDArray[Any]) -> str:
    """Return what stands for arrays' shapes and values in tests of what must not change."""
    values = (f"{plane.shape}".encode() + plane.tobytes() for plane in planes)
    return hashlib.sha256(b"".join(values)).hexdigest()[:16]


def child_processes() -> list[psutil.Process]:
    """Return what this process has started and lives, save for the server of `forked`."""
    return [one for one in psutil.Process().children(recursive=True) if not _serves_forks(one)]


def _serves_forks(process: psutil.Process) -> bool:
    try:
        return "multiprocessing" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


_ON_A_SINGLE_CORE = """
import os, sys
import cv2
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)  # the process that this is a fork of has counted all cores
"""


def run_python(program: str, *arguments: Path) -> str:
    """Run a program in another process, on a single core where the system can do that.

    Returns:
        What it prints.
    """
    command = ["python", "-c", _ON_A_SINGLE_CORE + program, *map(str, arguments)]
    return forked.check(command, Path.cwd())
