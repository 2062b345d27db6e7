"""Clips with drawn faces in them, and what is measured in them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clips import stored
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import painted_over
from sparkle_motion_dagster.engines.images.storyboard.people.figures import draw_portrait
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.scene import (
    ClipScene,
    Expression,
    Face,
    SeenFace,
)
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

FINE = ClipEncoding(crf=4, preset="veryfast")


def picture(size: FrameSize, *people: tuple[Face, Appearance]) -> NDArray[np.uint8]:
    """Draw people before a striped wall."""
    drawing = Drawing(size.width, size.height)
    for face, person in people:
        look = look_of(person.id, person.description)
        draw_portrait(drawing, face, look, (size.width, size.height))
    wall = np.full((size.height, size.width, 3), (96, 120, 132), np.uint8)
    wall[:, ::16] = (140, 130, 110)
    return painted_over(wall, drawing.pixels())


def write_talking_source(
    path: Path,
    size: FrameSize,
    rate: Fraction,
    frames: Sequence[tuple[NDArray[np.uint8], Sequence[SeenFace]]],
) -> tuple[StoredFile, StoredFile]:
    """Write a clip of pictures, and its scene."""
    write_clip(
        path,
        (YuvFrame.from_rgb(rgb) for rgb, _ in frames),
        size=size,
        frame_rate=rate,
        encoding=FINE,
    )
    scene = ClipScene(faces=tuple(tuple(seen) for _, seen in frames))
    path.with_suffix(".json").write_text(scene.model_dump_json(), encoding="utf-8")
    return stored(path), stored(path.with_suffix(".json"))


def mouth_box(face: Face, size: FrameSize) -> tuple[slice, slice]:
    """Return the pixels around a face's mouth: from under the nose to the chin."""
    unit = face.size * size.height
    x = face.x * size.width + 0.35 * face.turn * unit
    y = face.y * size.height
    return (
        slice(round(y + 0.46 * unit), round(y + 0.98 * unit)),
        slice(round(x - 0.36 * unit), round(x + 0.36 * unit)),
    )


def dark_area(frame: YuvFrame, box: tuple[slice, slice], than_skin: float = 0.62) -> float:
    """Return which share of a box is much darker than the skin in it: the inside of a mouth."""
    luma = frame.y[box].astype(float) - 16
    return float((luma < than_skin * np.percentile(luma, 75)).mean())


def redrawn(face: Face, expression: Expression) -> Face:
    return face.model_copy(update={"expression": expression})
