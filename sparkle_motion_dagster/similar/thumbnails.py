"""Thumbnails: a picture as small as its hashes and its comparison with another one need it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.clip_frames import frames_between
from sparkle_motion_dagster.media.pictures import open_picture, viewed_picture

if TYPE_CHECKING:
    from PIL import Image

Thumbnail: TypeAlias = NDArray[np.uint8]
"""A whole picture squeezed into a square: (SIDE, SIDE, 3), RGB."""

SIDE = 64
"""In pixels: twice what a perceptual hash looks at, so that a part of it still can be hashed."""

_CLIP_FRAMES = 3
"""How many frames of a clip are looked at: the first, the middle one, the last."""

_QUALITY = 90
"""As JPEG, a thumbnail has 2 KB then, and is off by no more than a picture that was sent around."""


def thumbnail_of(picture: Image.Image) -> Thumbnail:
    """Return the thumbnail of a picture."""
    from PIL.Image import Resampling

    return np.asarray(picture.convert("RGB").resize((SIDE, SIDE), Resampling.LANCZOS))


def thumbnails_in(path: Path, media_type: str) -> tuple[tuple[int, Thumbnail], ...]:
    """Return the thumbnails of what a film is made of, each with the number of its frame.

    Args:
        path: The file.
        media_type: Of a picture (``image/...``), or of a clip (``video/...``), which has some.

    Raises:
        MediaError: The file is damaged.
        FileNotFoundError: It is not there.
    """
    from PIL import Image

    if not media_type.startswith("video/"):
        return ((0, thumbnail_of(open_picture(path))),)
    frames = frames_between(path, _CLIP_FRAMES)
    return tuple((number, thumbnail_of(Image.fromarray(frame))) for number, frame in frames)


def brought_thumbnail(path: Path) -> Thumbnail:
    """Return the thumbnail of a picture that comes from outside, as a viewer shows it.

    Raises:
        MediaError: The file is no picture, is cut off, or unpacks to too many pixels.
    """
    return thumbnail_of(viewed_picture(path))


def as_jpeg(thumbnail: Thumbnail) -> bytes:
    """Return a thumbnail as it is kept."""
    from PIL import Image

    data = io.BytesIO()
    Image.fromarray(thumbnail).save(data, format="JPEG", quality=_QUALITY, subsampling=0)
    return data.getvalue()


def from_jpeg(data: bytes) -> Thumbnail:
    """Return a thumbnail that was kept."""
    import cv2

    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    return np.asarray(decoded, np.uint8)
