"""What the picture tests share: stored files, keyframes, clips measured from the file alone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
from numpy.typing import NDArray
from PIL import Image

from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import StoredFile

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


def child_processes() -> list[psutil.Process]:
    return list(psutil.Process().children(recursive=True))


def run_python(program: str, *arguments: Path) -> None:
    """Run a program in another process, on a single core where the system can do that."""
    pin = "import os, sys; hasattr(os, 'sched_setaffinity') and os.sched_setaffinity(0, {%d})\n"
    core = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    paths = [str(Path(__file__).parent), *sys.path]
    subprocess.run(
        [sys.executable, "-c", pin % core + program, *map(str, arguments)],
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
