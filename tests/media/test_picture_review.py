"""Measures of pictures, against values that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.picture_review import (
    difference,
    edge,
    glance,
    is_black,
    open_edges,
    ssim,
)

NOISE = np.random.default_rng(3).integers(0, 256, (48, 64), dtype=np.uint8)


def test_a_picture_is_entirely_like_itself() -> None:
    assert ssim(NOISE, NOISE) == pytest.approx(1.0)


def test_strangers_and_negatives_are_not_alike() -> None:
    stranger = np.random.default_rng(4).integers(0, 256, (48, 64), dtype=np.uint8)
    assert abs(ssim(NOISE, stranger)) < 0.1
    assert ssim(NOISE, 255 - NOISE) < -0.8


def test_ssim_is_the_papers() -> None:
    """Worked out once more, by another library, from the formula."""
    other = np.clip(NOISE * 0.8 + 30, 0, 255).astype(np.uint8)
    x, y = NOISE.astype(float), other.astype(float)

    def mean(
        values: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        blurred = gaussian_filter(values, 1.5, truncate=5 / 1.5)
        return np.asarray(blurred[5:-5, 5:-5])

    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx**2, mean(y * y) - my**2, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    expected = ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    assert ssim(NOISE, other) == pytest.approx(expected.mean(), abs=1e-6)


@pytest.mark.parametrize("shape", [(48, 62), (10, 10)])
def test_pictures_that_cannot_be_compared_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(MediaError, match="cannot be compared"):
        ssim(np.zeros(shape, np.uint8), NOISE if shape[0] > 10 else np.zeros(shape, np.uint8))


def test_the_seams_of_the_widest_films_can_be_measured() -> None:
    kept = edge(np.zeros((64, 4096), np.uint8))
    assert ssim(kept, kept) == pytest.approx(1)


def test_seams_of_other_sizes_are_refused(tmp_path: Path) -> None:
    for name, rows in (("one", 60), ("other", 80)):
        Image.fromarray(np.zeros((rows, 64), np.uint8)).save(tmp_path / f"{name}.png")
    one, other = (open_edges(tmp_path / f"{name}.png") for name in ("one", "other"))
    with pytest.raises(MediaError, match="64x30 and 64x40 cannot be compared"):
        ssim(one.last, other.first)


def test_black_is_dark_in_nine_of_ten_pixels() -> None:
    picture = np.full((10, 10), 24, np.uint8)
    picture[0] = 200
    assert is_black(picture)
    picture[1, 0] = 25
    assert not is_black(picture)


def test_small_pictures_keep_their_shape() -> None:
    picture = np.zeros((720, 1280), np.uint8)
    assert edge(picture).shape == (180, 320)
    assert glance(picture).shape == (54, 96)


def test_difference_is_in_levels() -> None:
    assert difference(np.full((4, 4), 10, np.uint8), np.full((4, 4), 12, np.uint8)) == 2.0
