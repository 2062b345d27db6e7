"""At which size SDXL draws a picture, and how it is brought to the size that was asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.units import FrameSize

if TYPE_CHECKING:
    from PIL.Image import Image

GRAIN = 8
"""SDXL's VAE makes 8 x 8 pixels of each latent value: sides are multiples of this."""

TOLERANCE = 1.25
"""Up to this factor from the trained area pictures are drawn at their own size."""


@dataclass(frozen=True)
class Canvas:
    """The size at which a picture is drawn, in pixels; both sides are multiples of 8."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def generation_size(size: FrameSize, native_area: int) -> Canvas:
    """Return the size at which to draw a picture.

    Far from the area that it was trained on (1024 x 1024 pixels) SDXL repeats its subjects, or
    crops them. A picture within a factor of 1.25 of that area (1280x720: 0.88) is drawn at its own
    size, with sides rounded up to multiples of 8; any other with its own proportions at the
    trained area, with sides rounded to the nearest multiples of 8 (1920x1080: 1368x768).

    Args:
        size: The size that is asked for, in pixels.
        native_area: The trained area, in pixels; 0: draw at the size that is asked for.
    """
    area = size.width * size.height
    if not native_area or 1 / TOLERANCE <= area / native_area <= TOLERANCE:
        return Canvas(_up(size.width), _up(size.height))
    scale = math.sqrt(native_area / area)
    return Canvas(_nearest(size.width * scale), _nearest(size.height * scale))


def fitted(picture: NDArray[np.uint8], size: FrameSize) -> Image:
    """Return a picture at exactly the size that was asked for.

    What was added to reach multiples of 8 is cut off evenly at both sides; a picture that was
    drawn at another size is resized (Lanczos) so that it just covers the size, and what protrudes
    is cut off.

    Args:
        picture: Height x width x 3 (RGB).
        size: The size that is asked for, in pixels.
    """
    from PIL import Image

    height, width = picture.shape[:2]
    if (width, height) == (_up(size.width), _up(size.height)):
        scale = 1.0
    else:
        scale = max(size.width / width, size.height / height)
    across, down = size.width / scale, size.height / scale
    left, top = max(0.0, (width - across) / 2), max(0.0, (height - down) / 2)
    box = (left, top, min(width, left + across), min(height, top + down))
    return Image.fromarray(picture).resize(
        (size.width, size.height), Image.Resampling.LANCZOS, box=box
    )


def _up(side: int) -> int:
    return -(-side // GRAIN) * GRAIN


def _nearest(side: float) -> int:
    return max(GRAIN, round(side / GRAIN) * GRAIN)
