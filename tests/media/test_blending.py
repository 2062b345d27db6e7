"""Two frames made one: means that are exact, and strips that are never mixed."""

from __future__ import annotations

import numpy as np
import pytest

from sparkle_motion_dagster.media.blending import SHARES, dissolved, wiped, with_strip
from sparkle_motion_dagster.media.frames import YuvFrame

ROWS, COLUMNS = 72, 128


def noise(seed: int) -> YuvFrame:
    rng = np.random.default_rng(seed)
    y = rng.integers(16, 236, (ROWS, COLUMNS), dtype=np.uint8)
    u, v = (rng.integers(16, 240, (ROWS // 2, COLUMNS // 2), dtype=np.uint8) for _ in "uv")
    return YuvFrame(y, u, v)


def test_a_strip_is_put_on() -> None:
    one, other = noise(1), noise(2)
    assert with_strip(one, other, 0) is one
    both = with_strip(one, other, 6)
    for plane, below, above, rows in zip(
        both.planes, one.planes, other.planes, (6, 3, 3), strict=True
    ):
        assert np.array_equal(plane[:rows], above[:rows])
        assert np.array_equal(plane[rows:], below[rows:])


@pytest.mark.parametrize("share", [1, 64, 128, 200, 255])
def test_a_dissolve_is_the_weighted_mean(share: int) -> None:
    one, other = noise(1), noise(2)
    plain = dissolved(one, other, share)
    wipe = wiped(one, other, np.full((1, COLUMNS), share, np.uint16))
    for mixed, wiped_plane, a, b in zip(
        plain.planes, wipe.planes, one.planes, other.planes, strict=True
    ):
        mean = (a.astype(float) * (SHARES - share) + b.astype(float) * share) / SHARES
        assert np.abs(mixed - mean).max() <= 0.5
        assert np.array_equal(mixed, wiped_plane)


@pytest.mark.parametrize("shape", [(1, COLUMNS), (ROWS, 1)])
def test_a_wipe_shows_one_here_and_the_other_there(shape: tuple[int, int]) -> None:
    one, other = noise(1), noise(2)
    shares = np.zeros(shape, np.uint16)
    shares.reshape(-1)[: shares.size // 2] = SHARES
    mixed = wiped(one, other, shares)
    for plane, a, b in zip(mixed.planes, one.planes, other.planes, strict=True):
        rows, columns = plane.shape
        first = np.s_[:, : columns // 2] if shape[0] == 1 else np.s_[: rows // 2]
        second = np.s_[:, columns // 2 :] if shape[0] == 1 else np.s_[rows // 2 :]
        assert np.array_equal(plane[first], b[first])
        assert np.array_equal(plane[second], a[second])
