"""Hashes are those of imagehash, of the whole picture and of each window of it."""

from __future__ import annotations

import imagehash
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sparkle_motion_dagster.similar.hashing import WINDOWS, hash_of, hashes_of
from sparkle_motion_dagster.similar.thumbnails import SIDE, Thumbnail


def picture(seed: int, detail: int) -> Thumbnail:
    """Return a picture of some random colours, the fewer the smoother."""
    small = np.random.default_rng(seed).integers(0, 256, (detail, detail, 3), np.uint8)
    return np.asarray(Image.fromarray(small).resize((SIDE, SIDE)))


@given(seed=st.integers(0, 2**32), detail=st.integers(2, SIDE))
def test_hashes_are_those_of_imagehash(seed: int, detail: int) -> None:
    thumbnail = picture(seed, detail)
    shown = Image.fromarray(thumbnail)
    for window, found in zip(WINDOWS, hashes_of(thumbnail), strict=True):
        left, top, size = (round(SIDE * one) for one in (window.left, window.top, window.size))
        part = shown.crop((left, top, left + size, top + size))
        assert int(found) == int(str(imagehash.phash(part)), 16)
    assert hash_of(thumbnail) == int(hashes_of(thumbnail)[0])
