"""How far pictures stray from a smooth move: told from frames that are known to."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.peer.steadiness import jitter_px, stray_px
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

_FRAMES = 40
_SIZE = FrameSize(width=320, height=180)
_SPEED_PX = 0.31
_FACTORS = st.floats(-5, 5)


def _picture() -> NDArray[np.uint8]:
    """Blots of all sizes, three times as fine as the frame."""
    noise = np.random.default_rng(3).uniform(0, 255, (135, 240)).astype(np.float32)
    large = cv2.resize(noise, (1440, 810), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(large, 16, 235), np.uint8)


def _clip(path: Path, rights: list[float]) -> Path:
    """Write frames that see a picture farther and farther to the right, in pixels of the frame."""
    picture = _picture()
    flat = np.full((_SIZE.height // 2, _SIZE.width // 2), 128, np.uint8)

    def frame(right: float) -> YuvFrame:
        view = np.array([[3, 0, 3 * right], [0, 3, 60]], np.float64)
        luma = cv2.warpAffine(
            cv2.GaussianBlur(picture, (0, 0), 1.5),
            view,
            (_SIZE.width, _SIZE.height),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        )
        return YuvFrame(np.asarray(luma, np.uint8), flat, flat)

    write_clip(
        path,
        (frame(right) for right in rights),
        size=_SIZE,
        frame_rate=Fraction(24),
        encoding=ClipEncoding(crf=10, preset="veryfast", threads=1),
    )
    return path


def _known(rights: list[float]) -> float:
    motions = np.zeros((len(rights) - 1, 1, 2))
    motions[:, 0, 0] = np.diff(rights)
    return stray_px(motions)


@given(_FACTORS, _FACTORS, _FACTORS)
def test_a_move_that_speeds_up_evenly_strays_nowhere(shift: float, speed: float, up: float) -> None:
    time = np.linspace(0, 1, _FRAMES)
    motions = np.zeros((_FRAMES, 2, 2))
    motions[:, 0, 0] = shift + speed * time + up * time**2
    motions[:, 1, 1] = speed - up * time
    assert stray_px(motions) == pytest.approx(0, abs=1e-9)


def test_an_even_move_is_told_from_one_in_whole_steps(tmp_path: Path) -> None:
    even = [_SPEED_PX * number for number in range(_FRAMES)]
    stepped = [round(2 * right) / 2 for right in even]
    assert jitter_px(_clip(tmp_path / "even.mp4", even), range(_FRAMES)) < 0.02
    measured = jitter_px(_clip(tmp_path / "stepped.mp4", stepped), range(_FRAMES))
    assert measured == pytest.approx(_known(stepped), rel=0.1)


def test_a_film_that_is_too_short_is_refused(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "brief.mp4", [0.0, 1.0, 2.0])
    with pytest.raises(ValueError, match="too few"):
        jitter_px(clip, range(_FRAMES))
