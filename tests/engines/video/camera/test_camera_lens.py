"""The lens: samples that are right, strips that stay, and the same bits on every kind of CPU."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clips import digest
from sparkle_motion_dagster.engines.video.camera.lens import Picture, swept
from sparkle_motion_dagster.engines.video.camera.views import WHOLE, View
from sparkle_motion_dagster.media.blending import SHARES, dissolved, wiped
from sparkle_motion_dagster.media.frames import YuvFrame

ROWS, COLUMNS = 72, 128


def noise(seed: int) -> YuvFrame:
    rng = np.random.default_rng(seed)
    y = rng.integers(16, 236, (ROWS, COLUMNS), dtype=np.uint8)
    u, v = (rng.integers(16, 240, (ROWS // 2, COLUMNS // 2), dtype=np.uint8) for _ in "uv")
    return YuvFrame(y, u, v)


def ramp(down: float, right: float) -> YuvFrame:
    """A frame whose luma and chroma say where they lie, `right` and `down` levels a pixel."""
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    y = np.rint(20 + down * rows + right * columns).astype(np.uint8)
    chroma = 20 + down * (rows[::2, ::2] + 0.5) + right * columns[::2, ::2]
    half = np.rint(chroma).astype(np.uint8)
    return YuvFrame(y, half, half)


def test_the_whole_picture_is_the_keyframe_itself() -> None:
    frame = noise(1)
    assert Picture(frame, 0).seen(WHOLE) is frame


def test_a_view_that_changes_nothing_shows_the_keyframe_to_the_bit() -> None:
    frame = noise(1)
    seen = Picture(frame, 6).seen(View(angle=1e-7))
    for one, other in zip(seen.planes, frame.planes, strict=True):
        assert np.array_equal(one, other)


def test_threads_see_through_one_lens_what_each_sees_alone() -> None:
    picture = Picture(noise(1), 6)
    views = [View(0.5, 0.5, scale / 100, angle) for scale in range(70, 95) for angle in (0, 3)]
    alone = [digest(*picture.seen(view).planes) for view in views]
    with ThreadPoolExecutor(4) as threads:
        assert [digest(*seen.planes) for seen in threads.map(picture.seen, views)] == alone


@pytest.mark.parametrize(
    "view",
    [
        View(0.5, 0.5, 0.8),
        View(0.43, 0.55, 0.85),
        View(0.52, 0.49, 0.8713),
        View(0.497, 0.497, 0.994),
        View(0.5, 0.5, 0.75, 4),
        View(0.5, 0.5, 0.8, -7),
    ],
    ids=str,
)
@pytest.mark.parametrize(("down", "right"), [(0.0, 1.0), (2.0, 0.0), (2.0, 0.5)])
def test_samples_come_from_where_the_view_looks(view: View, down: float, right: float) -> None:
    """Luma and chroma alike: a level is a pixel's way, or less, and the mean shows a shift."""
    seen = Picture(ramp(down, right), 0).seen(view)
    angle = np.radians(view.angle)
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    across, upright = columns + 0.5 - COLUMNS / 2, rows + 0.5 - ROWS / 2

    def level(across: NDArray[np.float64], upright: NDArray[np.float64]) -> NDArray[np.float64]:
        x = COLUMNS * view.x + view.scale * (np.cos(angle) * across - np.sin(angle) * upright)
        y = ROWS * view.y + view.scale * (np.sin(angle) * across + np.cos(angle) * upright)
        return np.asarray(20 + down * (y - 0.5) + right * (x - 0.5))

    inner = np.s_[6:-6, 6:-6]
    luma = level(across, upright)
    chroma = level(across[::2, ::2], upright[::2, ::2] + 0.5)
    for plane, expected in zip(seen.planes, (luma, chroma, chroma), strict=True):
        error = (plane - expected)[inner]
        assert np.abs(error).max() < 1.3
        assert abs(error.mean()) < 0.12


def test_fine_detail_keeps_its_contrast_between_pixels() -> None:
    """Interpolated in a straight line, a wave of four pixels would fade by a third half-way."""
    wave = np.rint(120 + 80 * np.sin(np.arange(COLUMNS) * np.pi / 2 + 0.7)).astype(np.uint8)
    frame = noise(1)
    frame = YuvFrame(np.tile(wave, (ROWS, 1)), frame.u, frame.v)
    scale = 1 - 1e-4
    seen = Picture(frame, 0).seen(View(0.5 + 0.25 / COLUMNS, 0.5, scale)).y[36, 40:80]
    assert np.ptp(seen.astype(int)) > 0.85 * np.ptp(wave[40:80].astype(int))


@pytest.mark.parametrize("strip", [0, 6])
def test_what_lies_above_never_moves_and_never_shows_below(strip: int) -> None:
    frame = noise(1)
    frame.y[:strip], frame.u[: strip // 2], frame.v[: strip // 2] = 255, 255, 255
    picture = Picture(frame, strip)
    for view in (View(0.5, 0.42, 0.84), View(0.5, 0.5, 0.8, 5)):
        seen = swept(picture.seen(view), strip, (0.0, 9.0))
        assert (seen.y[:strip] == 255).all()
        assert (seen.u[: strip // 2] == 255).all()
        assert seen.y[strip:].max() < 255
        assert seen.u[strip // 2 :].max() < 255


@pytest.mark.parametrize(("step", "axis"), [((20.0, 1.0), 1), ((-1.0, -20.0), 0)])
def test_what_moves_fast_is_blurred_along_its_way(step: tuple[float, float], axis: int) -> None:
    frame = noise(1)
    blurred = swept(frame, 0, step).y.astype(float)
    assert blurred.std() < 0.5 * frame.y.std()
    assert np.diff(blurred, axis=axis).std() < 0.4 * np.diff(blurred, axis=1 - axis).std()


def test_what_hardly_moves_is_not_blurred() -> None:
    frame = noise(1)
    assert swept(frame, 0, (2.0, -2.0)) is frame


def everything() -> str:
    """Return a digest of all that the lens does, and of what it sees, blended."""
    one, other = Picture(noise(1), 6), Picture(noise(2), 6)
    planes: list[NDArray[np.uint8]] = []
    for view in (
        View(0.47, 0.52, 0.913),
        View(0.48, 0.49, 0.871),
        View(0.51, 0.5, 0.84, 3.3),
        View(0.5, 0.46, 0.77, -6.1),
    ):
        first, second = one.seen(view), other.seen(view)
        for share in range(1, SHARES, 7):
            planes += dissolved(first, second, share).planes
        planes += wiped(first, second, np.arange(0, 256, 2, dtype=np.uint16)[None]).planes
        planes += swept(first, 6, (17.0, 2.0)).planes
        planes += swept(first, 6, (3.0, -28.0)).planes
    return digest(*planes)


@pytest.mark.parametrize(
    "missing", ["AVX512-SKX", "AVX512-SKX,AVX2", "AVX512-SKX,AVX2,AVX,FP16,SSE4.2,SSE4.1"]
)
def test_other_kinds_of_cpu_see_the_same(missing: str) -> None:
    """Where this machine has what is switched off; elsewhere it is one more run."""
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import test_camera_lens as t; print(t.everything())"
    )
    paths = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    found = subprocess.run(
        [sys.executable, "-c", program, *paths],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENCV_CPU_DISABLE": missing},
    )
    assert found.stdout.decode().split()[-1] == everything()
