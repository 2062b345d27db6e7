"""Frames between frames, on clips that video models made: `make test-footage`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest

import picture_wheels
from sparkle_motion_dagster.engines.builtin.conform.inbetweens import play
from sparkle_motion_dagster.engines.video.base import RetimeMethod
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.picture_review import psnr

pytestmark = pytest.mark.footage

CLIPS = (
    "api_kling_v3_video-1",  # two boxers
    "image_to_video_wan-1",
    "text_to_video_wan-1",
    "video_hunyuan_video_1.5_720p_t2v-1",  # a flight over a town
    "video_kandinsky5_t2v-1",
    "video_wan2_2_14B_t2v-1",  # hair in the wind
)
HEIGHT = 360
FRAMES = 41


def test_moved_pixels_are_nearest_to_the_frames_that_were_left_out() -> None:
    """Leave every second frame out, make it again, and compare."""
    clips = [list(_frames(name)) for name in CLIPS]
    flow, blend, nearest = (
        np.array([_likeness(clip, method) for clip in clips])
        for method in ("flow", "blend", "nearest")
    )
    assert np.mean(flow - blend) > 2.5
    assert np.mean(flow - nearest) > 5
    assert np.min(flow - blend) > 0


def _frames(name: str) -> Iterator[YuvFrame]:
    for picture in islice(picture_wheels.frames(name, HEIGHT), FRAMES):
        rows, columns = (side // 2 * 2 for side in picture.shape[:2])
        yield YuvFrame.from_rgb(picture[:rows, :columns])


def _likeness(clip: list[YuvFrame], method: RetimeMethod) -> float:
    """Return how near frames that are made again come to the true ones: mean PSNR of luma, dB."""
    kept, left_out = clip[::2], clip[1::2]
    halfway = [Fraction(2 * number + 1, 2) for number in range(len(kept) - 1)]
    made = play(iter(kept), halfway, method)
    return float(np.mean([psnr(one.y, true.y) for one, true in zip(made, left_out, strict=False)]))
