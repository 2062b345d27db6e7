"""Encoding: what a written clip holds, measured from the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clips import NTSC, child_processes, luma_psnr, run_python
from sparkle_motion_dagster.media.encode import ClipEncoding, ticks_per_second, write_clip
from sparkle_motion_dagster.media.errors import FfmpegError, MediaError
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
DELIVERY = ClipEncoding(crf=18, preset="veryfast")


def moving(count: int, size: FrameSize = SIZE) -> Iterator[YuvFrame]:
    """A picture that wanders: gradients, edges, some noise, and saturated chroma."""
    rng = np.random.default_rng(7)
    x, y = np.meshgrid(np.arange(size.width), np.arange(size.height))
    luma = (40 + x % 128 + (y % 64 > 30) * 40 + rng.integers(0, 12, x.shape)).astype(np.uint8)
    blue = (128 + 60 * np.sin(x[::2, ::2] / 18)).astype(np.uint8)
    red = (128 + 60 * np.cos(y[::2, ::2] / 14)).astype(np.uint8)
    for shift in range(count):
        yield YuvFrame(
            *(
                np.roll(plane, step * shift, axis=1)
                for plane, step in ((luma, 2), (blue, 1), (red, 1))
            )
        )


def write_moving(path: Path, count: int = 30, rate: Fraction = NTSC) -> Path:
    assert write_clip(path, moving(count), size=SIZE, frame_rate=rate, encoding=DELIVERY) == count
    return path


@pytest.mark.parametrize("rate", [Fraction(24), NTSC, Fraction(16), Fraction(30000, 1001)])
@pytest.mark.parametrize("count", [1, 2, 3, 49])
def test_every_frame_is_there_at_its_exact_time(tmp_path: Path, rate: Fraction, count: int) -> None:
    clip = write_moving(tmp_path / "clip.mp4", count, rate)
    with av.open(str(clip)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        stream = container.streams.video[0]
        assert stream.time_base == Fraction(1, ticks_per_second(rate))
        assert (stream.codec_context.width, stream.codec_context.height) == (128, 72)
        shown = []
        for frame in container.decode(stream):
            assert frame.pts is not None
            assert stream.time_base is not None
            shown.append(frame.pts * stream.time_base)
            assert frame.duration * stream.time_base == 1 / rate
    assert shown == [k / rate for k in range(count)]


def test_the_pictures_are_what_was_handed_in(tmp_path: Path) -> None:
    clip = tmp_path / "near_lossless.mp4"
    encoding = ClipEncoding(crf=4, preset="veryfast")
    write_clip(clip, moving(12), size=SIZE, frame_rate=NTSC, encoding=encoding)
    for written, read in zip(moving(12), read_frames(clip), strict=True):
        assert luma_psnr(written.y, read.y) > 45


def test_planes_that_are_parts_of_larger_ones_are_written_as_they_are(tmp_path: Path) -> None:
    def parts() -> Iterator[YuvFrame]:
        for frame in moving(4):
            yield YuvFrame(*(np.pad(plane, ((0, 3), (0, 5)))[:-3, :-5] for plane in frame.planes))

    clip = tmp_path / "parts.mp4"
    write_clip(clip, parts(), size=SIZE, frame_rate=NTSC, encoding=DELIVERY)
    assert clip.read_bytes() == write_moving(tmp_path / "whole.mp4", 4).read_bytes()


def test_the_stream_says_what_it_is(tmp_path: Path) -> None:
    with av.open(str(write_moving(tmp_path / "clip.mp4"))) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.profile, codec.pix_fmt) == ("h264", "High", "yuv420p")
        # 1 is BT.709 in each of the first three (ISO/IEC 23091-2), and limited range in ffmpeg.
        tags = (codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range)
        assert tags == (1, 1, 1, 1)


def test_keyframes_come_every_two_seconds_and_close_what_was_before(tmp_path: Path) -> None:
    still = [next(moving(1))] * 110
    clip = tmp_path / "still.mp4"
    write_clip(clip, still, size=SIZE, frame_rate=Fraction(24), encoding=DELIVERY)
    with av.open(str(clip)) as container:
        packets = [
            (packet.pts, packet.is_keyframe) for packet in container.demux(video=0) if packet.size
        ]
    keys = [index for index, (_, is_key) in enumerate(packets) if is_key]
    assert keys == [0, 48, 96]
    for key in keys:
        first = packets[key][0]
        assert first is not None
        assert all(pts is not None and pts >= first for pts, _ in packets[key:])


def test_clips_of_one_film_share_their_headers(tmp_path: Path) -> None:
    grey = np.full((36, 64), 128, np.uint8)
    black = YuvFrame(np.full((72, 128), 16, np.uint8), grey, grey)
    short = tmp_path / "short.mp4"
    write_clip(short, [black], size=SIZE, frame_rate=NTSC, encoding=DELIVERY)
    headers = set()
    for clip in (short, write_moving(tmp_path / "long.mp4", 70)):
        with av.open(str(clip)) as container:
            headers.add(container.streams.video[0].codec_context.extradata)
    assert len(headers) == 1


def test_no_version_and_no_date_gets_into_the_file(tmp_path: Path) -> None:
    clip = write_moving(tmp_path / "clip.mp4")
    content = clip.read_bytes()
    assert b"x264 - core" not in content
    assert b"Lavf" not in content
    with av.open(str(clip)) as container:
        assert "creation_time" not in container.metadata
        assert "encoder" not in container.metadata


def test_bytes_are_the_same_run_after_run(tmp_path: Path) -> None:
    one, other = write_moving(tmp_path / "one.mp4"), write_moving(tmp_path / "other.mp4")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_bytes_are_the_same_on_a_single_core(tmp_path: Path) -> None:
    here, there = write_moving(tmp_path / "here.mp4"), tmp_path / "there.mp4"
    run_python(
        "import sys, pathlib; sys.path.insert(0, sys.argv[2]); import test_encode\n"
        "test_encode.write_moving(pathlib.Path(sys.argv[1]))",
        there,
        Path(__file__).parent,
    )
    assert here.read_bytes() == there.read_bytes()


def test_a_frame_of_another_size_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    small = YuvFrame(*(np.zeros(shape, np.uint8) for shape in ((64, 64), (32, 32), (32, 32))))
    with pytest.raises(
        MediaError, match=r"frame 2 of .*clip\.mp4 is 64x64, but the clip is 128x72"
    ):
        write_clip(clip, [*moving(2), small], size=SIZE, frame_rate=NTSC, encoding=DELIVERY)
    assert not clip.exists()
    assert child_processes() == []


def test_a_clip_without_a_frame_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="would have no frame"):
        write_clip(tmp_path / "c.mp4", [], size=SIZE, frame_rate=NTSC, encoding=DELIVERY)
    assert list(tmp_path.iterdir()) == []


def test_what_goes_wrong_while_drawing_passes_unchanged(tmp_path: Path) -> None:
    def breaking() -> Iterator[YuvFrame]:
        yield from moving(3)
        raise LookupError("the drawing failed")

    with pytest.raises(LookupError, match="the drawing failed"):
        write_clip(tmp_path / "c.mp4", breaking(), size=SIZE, frame_rate=NTSC, encoding=DELIVERY)
    assert list(tmp_path.iterdir()) == []
    assert child_processes() == []


def test_an_unknown_preset_is_told_in_ffmpegs_words(tmp_path: Path) -> None:
    encoding = ClipEncoding(crf=18, preset="hasty")
    with pytest.raises(FfmpegError, match="hasty"):
        write_clip(tmp_path / "c.mp4", moving(3), size=SIZE, frame_rate=NTSC, encoding=encoding)


def test_names_that_ffmpeg_would_misread_are_only_names(tmp_path: Path) -> None:
    write_moving(tmp_path / "http:%03d -y.mp4", 2)
    assert [path.name for path in tmp_path.iterdir()] == ["http:%03d -y.mp4"]
