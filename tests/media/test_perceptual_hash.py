"""A picture's hash is that of imagehash, in the cases of which nearly equal frequencies decide."""

from __future__ import annotations

import imagehash
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from sparkle_motion_dagster.media.perceptual_hash import perceptual_hash

RAMP = np.tile(np.arange(256, dtype=np.uint8), (180, 1))
CHECKERED = np.where(np.indices((180, 320)).sum(0) // 20 % 2, 255, 0).astype(np.uint8)
PLANES = {
    "black": np.zeros((90, 160), np.uint8),
    "white": np.full((90, 160), 255, np.uint8),
    "grey": np.full((91, 33), 119, np.uint8),
    "ramp": RAMP,
    "ramp downwards": RAMP.T,
    "checkered": CHECKERED,
    "the same upside down": np.concatenate([RAMP, RAMP[::-1]]),
    "one pixel": np.zeros((1, 1), np.uint8),
}


@pytest.mark.parametrize("plane", PLANES.values(), ids=PLANES)
def test_a_hash_is_that_of_imagehash(plane: NDArray[np.uint8]) -> None:
    picture = Image.fromarray(np.ascontiguousarray(plane))
    for mode in ("L", "RGB", "RGBA", "P"):
        shown = picture.convert(mode)
        assert perceptual_hash(shown) == str(imagehash.phash(shown))
