"""Joining: every frame of every clip, in order, at its exact time, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.media.join import join_clips
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=64, height=64)
DELIVERY = ClipEncoding(crf=12, preset="veryfast")
FILM = Fraction(24)


def numbered(number: int, size: FrameSize = SIZE) -> YuvFrame:
    """A frame that says which it is: its number in bits, as eight bars over a moving noise."""
    rng = np.random.default_rng(3)
    luma = np.roll(rng.integers(60, 180, (size.height, size.width), dtype=np.uint8), number)
    bars = [220 if number >> bit & 1 else 20 for bit in range(8)]
    luma[: size.height // 2] = np.repeat(np.array(bars, np.uint8), size.width // 8)
    grey = np.full((size.height // 2, size.width // 2), 128, np.uint8)
    return YuvFrame(luma, grey, grey)


def number_of(frame: YuvFrame) -> int:
    width = frame.shape[1] // 8
    levels = frame.y[: frame.shape[0] // 2].reshape(-1, 8, width).mean(axis=(0, 2))
    return sum(1 << bit for bit, level in enumerate(levels.tolist()) if level > 120)


def write_numbered(
    path: Path,
    numbers: Sequence[int],
    *,
    rate: Fraction = FILM,
    size: FrameSize = SIZE,
    encoding: ClipEncoding = DELIVERY,
) -> Path:
    frames = (numbered(number, size) for number in numbers)
    write_clip(path, frames, size=size, frame_rate=rate, encoding=encoding)
    return path


@pytest.mark.parametrize(
    "rate", [FILM, pytest.param(Fraction(24000, 1001), marks=pytest.mark.service)]
)
def test_sixty_very_short_clips_join_exactly(tmp_path: Path, rate: Fraction) -> None:
    clips, total = [], 0
    for index in range(60):
        count = index % 3 + 1
        numbers = range(total, total + count)
        clips.append(write_numbered(tmp_path / f"{index}.mp4", numbers, rate=rate))
        total += count
    film = tmp_path / "film.mp4"
    assert join_clips(clips, film, frame_rate=rate) == total == 120
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        shown = [
            frame.pts * frame.time_base
            for frame in container.decode(stream)
            if frame.pts is not None and frame.time_base is not None
        ]
    assert shown == [k / rate for k in range(total)]
    assert [number_of(frame) for frame in read_frames(film)] == list(range(total))
    facts = probe(film, "video/mp4")
    assert (facts.frames, facts.frame_rate) == (total, rate)
    assert facts.duration_s == float(total / rate)


def test_clips_with_b_frames_and_without_join(tmp_path: Path) -> None:
    """Clips of one and of fifty frames differ in how far decoding runs ahead."""
    lengths, clips, total = (1, 50, 2, 33, 1), [], 0
    for index, length in enumerate(lengths):
        numbers = range(total, total + length)
        clips.append(write_numbered(tmp_path / f"{index}.mp4", numbers))
        total += length
    film = tmp_path / "film.mp4"
    assert join_clips(clips, film, frame_rate=FILM) == total
    assert [number_of(frame) for frame in read_frames(film)] == list(range(total))
    with av.open(str(film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        decoded = [packet.dts for packet in packets if packet.dts is not None]
    assert any(packet.pts != packet.dts for packet in packets)
    assert np.diff(decoded).tolist() == [1000] * (total - 1)


def test_the_pictures_are_copied_not_encoded_again(tmp_path: Path) -> None:
    clip = write_numbered(tmp_path / "clip.mp4", range(20))
    film = tmp_path / "film.mp4"
    join_clips([clip, clip], film, frame_rate=FILM)

    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(packet) for packet in container.demux(video=0) if packet.size]

    assert packets(film) == packets(clip) * 2


def test_the_bytes_are_the_same_every_time(tmp_path: Path) -> None:
    clip = write_numbered(tmp_path / "clip.mp4", range(5))
    one, other = tmp_path / "one.mp4", tmp_path / "other.mp4"
    for film in (one, other):
        join_clips([clip, clip], film, frame_rate=FILM)
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("size", "rate", "preset", "reason"),
    [
        (FrameSize(width=128, height=64), FILM, "veryfast", "size differ, 64x64 and 128x64"),
        (SIZE, FILM, "ultrafast", "codec headers .* differ"),
        (SIZE, Fraction(25), "veryfast", "shows a frame for 0.04 s, but the film has 24/1"),
    ],
)
def test_clips_of_another_kind_are_refused(
    tmp_path: Path, size: FrameSize, rate: Fraction, preset: str, reason: str
) -> None:
    one = write_numbered(tmp_path / "one.mp4", range(3))
    odd = write_numbered(
        tmp_path / "odd.mp4",
        range(3),
        size=size,
        rate=rate,
        encoding=ClipEncoding(crf=12, preset=preset),
    )
    film = tmp_path / "film.mp4"
    with pytest.raises(MediaError, match=reason) as caught:
        join_clips([one, one, odd], film, frame_rate=FILM)
    assert str(odd) in str(caught.value)
    assert not film.exists()


def test_clips_of_another_time_base_are_refused_with_both_names(tmp_path: Path) -> None:
    one = write_numbered(tmp_path / "one.mp4", range(3))
    odd = tmp_path / "odd.mp4"
    copy = ["-i", str(one), "-c", "copy", "-video_track_timescale", "12000", str(odd)]
    run_ffmpeg(copy, timeout_s=30)
    with pytest.raises(MediaError, match="time base differ, 1/24000 and 1/12000") as caught:
        join_clips([one, odd], tmp_path / "film.mp4", frame_rate=FILM)
    assert str(one) in str(caught.value)
    assert str(odd) in str(caught.value)


def test_a_clip_with_a_gap_is_refused(tmp_path: Path) -> None:
    gap = tmp_path / "gap.mp4"
    run_ffmpeg(
        [
            *("-f", "lavfi", "-i", "testsrc=s=64x64:r=24:d=1", "-vf", "select='lt(n,5)+gt(n,9)'"),
            *("-fps_mode", "vfr", "-bf", "0", "-pix_fmt", "yuv420p", str(gap)),
        ],
        timeout_s=30,
    )
    with pytest.raises(MediaError, match=r"gap\.mp4 shows a frame for"):
        join_clips([gap], tmp_path / "film.mp4", frame_rate=FILM)


def test_a_clip_with_sound_is_refused(tmp_path: Path) -> None:
    loud = tmp_path / "loud.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=s=64x64:r=24:d=1", "-f", "lavfi", "-i", "sine=d=1"]
    run_ffmpeg([*source, "-pix_fmt", "yuv420p", str(loud)], timeout_s=30)
    with pytest.raises(MediaError, match=r"loud\.mp4 is no silent clip"):
        join_clips([loud], tmp_path / "film.mp4", frame_rate=FILM)


def test_no_clip_and_no_clips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="would hold no clip"):
        join_clips([], tmp_path / "film.mp4", frame_rate=FILM)
    text = tmp_path / "text.mp4"
    text.write_text("no clip")
    with pytest.raises(MediaError, match=r"text\.mp4 cannot be read as a clip"):
        join_clips([text], tmp_path / "film.mp4", frame_rate=FILM)
