"""Keyframes as Wan takes them: padded to its sizes, so that their pixels stay where they are."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.video.fitting import padding, shown_size
from sparkle_motion_dagster.media.pictures import open_picture
from sparkle_motion_dagster.units import FrameSize

Picture: TypeAlias = NDArray[np.uint8]
"""RGB, full range: (rows, columns, 3), 8 bits."""

Frames: TypeAlias = NDArray[np.uint8]
"""Pictures that follow each other: (frames, rows, columns, 3)."""


def padded_keyframe(path: Path, size: FrameSize) -> Picture:
    """Read a keyframe of the film's size, and pad it to footage's size by repeating its edges.

    Raises:
        MediaError: The file is no picture.
    """
    from PIL import Image

    picture = open_picture(path).convert("RGB")
    film = FrameSize(width=picture.width, height=picture.height)
    width, height = shown_size(size.width, size.height, film)
    if (width, height) != picture.size:
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    top, left = padding(height, size.height), padding(width, size.width)
    return np.pad(
        np.asarray(picture, np.uint8),
        ((top, size.height - height - top), (left, size.width - width - left), (0, 0)),
        mode="edge",
    )
