"""The perceptual hash of a picture: 64 bits that survive other sizes and codings.

They are those of imagehash's `phash`, after N. Krawetz, "Looks Like It" (hackerfactor.com, 2011):
which of the lowest frequencies of the picture are stronger than their median. They are found here
with OpenCV, which everybody has loaded: SciPy, which imagehash uses, takes a quarter of a second
and 28 MB.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

BITS = 64
"""How many bits a hash has."""

_LOOKED_AT, _FREQUENCIES = 32, 8
"""To how many pixels a side a picture is shrunk, and how many frequencies a side count."""


def perceptual_hash(picture: Image.Image) -> str:
    """Return the hash of a picture, in any of Pillow's modes, as 16 hexadecimal digits."""
    return np.packbits(hash_bits(picture)).tobytes().hex()


def hash_bits(picture: Image.Image) -> NDArray[np.bool_]:
    """Return the bits of a picture's hash, (64,), the most significant one first."""
    import cv2
    from PIL.Image import Resampling

    small = picture.convert("L").resize((_LOOKED_AT, _LOOKED_AT), Resampling.LANCZOS)
    # The sign of what is nearly the median depends on how constants weigh: SciPy's weigh more.
    constant = np.ones(_LOOKED_AT)
    constant[0] = math.sqrt(2)
    frequencies = cv2.dct(np.asarray(small, np.float64)) * np.outer(constant, constant)
    low = frequencies[:_FREQUENCIES, :_FREQUENCIES].reshape(BITS)
    return np.asarray(low > np.median(low))
