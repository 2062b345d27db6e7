"""Sheets of a mouth, frame by frame, for people to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from sparkle_motion_dagster.faces.records import Track
from sparkle_motion_dagster.faces.topology import CHIN, LOWER_INNER, UPPER_INNER, face_height
from sparkle_motion_dagster.lettering import font_file
from sparkle_motion_dagster.media.frames import read_frames

_COLUMNS = 12
_SIDE = 150
_SEEN = 0.75
"""What is shown around a mouth, in heights of the face."""


def write_mouth_sheet(clip: Path, track: Track, labels: Sequence[str], path: Path) -> None:
    """Write all frames of a clip in which a face is seen, twelve a line, cut around its mouth."""
    tiles = [
        _tile(frame.to_rgb(), points, label)
        for number, (frame, label) in enumerate(zip(read_frames(clip), labels, strict=True))
        if (points := track.points_at(number)) is not None
    ]
    blank = np.zeros((_SIDE, _SIDE, 3), np.uint8)
    tiles += [blank] * (-len(tiles) % _COLUMNS)
    lines = [
        np.concatenate(tiles[first : first + _COLUMNS], axis=1)
        for first in range(0, len(tiles), _COLUMNS)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate(lines)).save(path)


def _tile(picture: NDArray[np.uint8], points: NDArray[np.float64], label: str) -> NDArray[np.uint8]:
    side = _SEEN * face_height(points)
    lips = points[[UPPER_INNER[5], LOWER_INNER[5]]].mean(axis=0)
    middle = lips + 0.15 * (points[CHIN] - lips)
    scale = _SIDE / side
    place = np.array(
        [[scale, 0, _SIDE / 2 - scale * middle[0]], [0, scale, _SIDE / 2 - scale * middle[1]]]
    )
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    tile = Image.fromarray(cv2.warpAffine(picture, place, (_SIDE, _SIDE), flags=flags))
    brush = ImageDraw.Draw(tile)
    brush.text((3, 0), label, fill=(255, 255, 0), font=ImageFont.truetype(font_file(), 13))
    return np.asarray(tile, np.uint8)
