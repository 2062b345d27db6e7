"""Frames: known BT.709 values, and colours that survive the way through a real clip."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from PIL import Image

from clips import NTSC, to_rgb
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.frames import (
    YuvFrame,
    halve_chroma,
    load_keyframe,
    load_luma,
    read_frames,
)
from sparkle_motion_dagster.units import FrameSize

# ITU-R BT.709, 8 bits, limited range: colour, then Y, Cb, Cr.
REFERENCE = [
    ((255, 255, 255), (235, 128, 128)),
    ((0, 0, 0), (16, 128, 128)),
    ((255, 0, 0), (63, 102, 240)),
    ((0, 255, 0), (173, 42, 26)),
    ((0, 0, 255), (32, 240, 118)),
    ((255, 255, 0), (219, 16, 138)),
    ((0, 255, 255), (188, 154, 16)),
    ((255, 0, 255), (78, 214, 230)),
]
SIZE = FrameSize(width=128, height=72)


def bars() -> NDArray[np.uint8]:
    """Eight saturated bars, 16 pixels each."""
    colours = np.array([colour for colour, _ in REFERENCE], np.uint8)
    return np.broadcast_to(np.repeat(colours, 16, axis=0), (72, 128, 3)).copy()


@pytest.fixture
def keyframe(tmp_path: Path) -> Path:
    path = tmp_path / "bars.png"
    Image.fromarray(bars()).save(path)
    return path


def clip_of(path: Path, frame: YuvFrame, count: int) -> Path:
    write_clip(
        path,
        [frame] * count,
        size=SIZE,
        frame_rate=Fraction(24),
        encoding=ClipEncoding(crf=10, preset="veryfast"),
    )
    return path


@pytest.mark.parametrize(("colour", "expected"), REFERENCE)
def test_colours_have_their_bt709_values(
    colour: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    frame = YuvFrame.from_rgb(np.full((4, 4, 3), colour, np.uint8))
    assert tuple(int(plane[1, 1]) for plane in frame.planes) == expected


def test_a_frame_is_shown_in_the_colours_that_it_was_made_of() -> None:
    middles = YuvFrame.from_rgb(bars()).to_rgb()[36, 8::16].astype(int)
    assert np.abs(middles - bars()[36, 8::16]).max() <= 3


def test_saturated_colours_survive_the_way_through_a_clip(keyframe: Path, tmp_path: Path) -> None:
    clip = clip_of(tmp_path / "clip.mp4", load_keyframe(keyframe, SIZE), 3)
    for frame in read_frames(clip):
        middles = to_rgb(frame)[36, 8::16].astype(int)
        assert np.abs(middles - bars()[36, 8::16]).max() <= 4


def test_other_decoders_read_the_same_colours_from_the_clip(keyframe: Path, tmp_path: Path) -> None:
    clip = clip_of(tmp_path / "clip.mp4", load_keyframe(keyframe, SIZE), 3)
    with av.open(str(clip)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(picture[36, 8::16].astype(int) - bars()[36, 8::16]).max() <= 5


def test_smooth_pictures_survive_both_conversions() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 96), np.linspace(0, 1, 64))
    picture = np.stack((x * 255, y * 255, (1 - x) * 200 + y * 55), axis=-1).astype(np.uint8)
    difference = to_rgb(YuvFrame.from_rgb(picture)).astype(int) - picture
    assert np.abs(difference).max() <= 4
    assert abs(difference.mean()) < 0.3


def test_the_luma_of_a_keyframe_is_read_alone(keyframe: Path) -> None:
    assert np.array_equal(load_luma(keyframe, SIZE), load_keyframe(keyframe, SIZE).y)


def test_chroma_lies_on_the_left_column() -> None:
    edge = np.repeat([[0, 0, 0, 0, 4, 4, 4, 4]], 2, axis=0).astype(np.float32)
    assert halve_chroma(edge).tolist() == [[0, 0, 3, 4]]


def test_a_keyframe_of_another_size_is_refused(keyframe: Path) -> None:
    with pytest.raises(MediaError, match=r"bars\.png is 128x72, but the film is 160x90"):
        load_keyframe(keyframe, FrameSize(width=160, height=90))


def test_planes_that_do_not_belong_together_are_refused() -> None:
    whole, half = np.zeros((8, 8), np.uint8), np.zeros((4, 4), np.uint8)
    YuvFrame(whole, half, half)
    with pytest.raises(MediaError, match="half its even height"):
        YuvFrame(whole[:, :7], half, half)


def test_frames_come_in_order_and_closing_midway_closes_the_file(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    grey = np.full((36, 64), 128, np.uint8)
    write_clip(
        clip,
        (YuvFrame(np.full((72, 128), 20 + 6 * k, np.uint8), grey, grey) for k in range(30)),
        size=SIZE,
        frame_rate=Fraction(24),
        encoding=ClipEncoding(crf=4, preset="veryfast"),
    )
    levels = [round(float(frame.y.mean())) for frame in read_frames(clip)]
    assert levels == pytest.approx([20 + 6 * k for k in range(30)], abs=1)
    frames = read_frames(clip)
    next(frames)
    assert clip in {Path(file.path) for file in psutil.Process().open_files()}
    frames.close()
    assert clip not in {Path(file.path) for file in psutil.Process().open_files()}


def test_a_clip_read_from_a_frame_on_has_the_frames_that_it_has(tmp_path: Path) -> None:
    """From every one of them: before keyframes of the stream, on them and behind them."""
    rng = np.random.default_rng(3)
    luma = rng.integers(16, 236, (SIZE.height, SIZE.width + 60), dtype=np.uint8)
    grey = np.full((SIZE.height // 2, SIZE.width // 2), 128, np.uint8)
    shown = [YuvFrame(luma[:, shift : shift + SIZE.width], grey, grey) for shift in range(60)]
    clip = tmp_path / "clip.mp4"
    encoding = ClipEncoding(crf=30, preset="veryfast")
    write_clip(clip, shown, size=SIZE, frame_rate=NTSC, encoding=encoding, splices=(7, 41))
    whole = [frame.y for frame in read_frames(clip)]
    assert len(whole) == 60
    for first in range(60):
        for one, other in zip(read_frames(clip, first), whole[first:], strict=True):
            assert np.array_equal(one.y, other)
    assert list(read_frames(clip, 60)) == []


def test_a_clip_with_no_even_rate_is_not_read_from_a_frame_on(tmp_path: Path) -> None:
    clip, uneven = (
        clip_of(tmp_path / "clip.mp4", YuvFrame.from_rgb(bars()), 9),
        tmp_path / "uneven.mp4",
    )
    slower = ["-vf", "setpts=N*N/(24*TB)", "-fps_mode", "vfr", str(uneven)]
    run_ffmpeg(["-i", str(clip), *slower], timeout_s=30)
    assert len(list(read_frames(uneven))) == 9
    with pytest.raises(MediaError, match=r"uneven\.mp4 has no frame where its frame 4 should"):
        list(read_frames(uneven, 4))


def test_a_file_that_is_no_clip_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no clip at all")
    with pytest.raises(MediaError, match=r"broken\.mp4 cannot be decoded"):
        next(read_frames(broken))


def test_other_pixel_formats_are_refused(tmp_path: Path) -> None:
    clip = tmp_path / "full.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=0.2", "-pix_fmt", "yuv444p"]
    run_ffmpeg([*source, str(clip)], timeout_s=30)
    with pytest.raises(MediaError, match=r"full\.mp4 holds yuv444p frames, not yuv420p"):
        next(read_frames(clip))
