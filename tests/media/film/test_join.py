"""Joining: every frame of every clip, in order, at its exact time, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clips import measure_clip
from joined import encoded, join_clips
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.film.join import Piece
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
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
    splices: Sequence[int] = (),
) -> Path:
    frames = (numbered(number, size) for number in numbers)
    write_clip(path, frames, size=size, frame_rate=rate, encoding=encoding, splices=splices)
    return path


def join(clips: Sequence[Path | Piece], film: Path, rate: Fraction = FILM) -> tuple[range, ...]:
    """Join clips, whole or in part."""
    pieces = [clip if isinstance(clip, Piece) else Piece(clip) for clip in clips]
    return join_clips(pieces, film, frame_rate=rate)


def shown_in(film: Path) -> list[int]:
    return [number_of(frame) for frame in read_frames(film)]


@pytest.mark.parametrize(
    "rate", [FILM, pytest.param(Fraction(24000, 1001), marks=pytest.mark.service)]
)
def test_many_very_short_clips_join_exactly(tmp_path: Path, rate: Fraction) -> None:
    clips, total = [], 0
    for index in range(24):
        count = index % 3 + 1
        numbers = range(total, total + count)
        clips.append(write_numbered(tmp_path / f"{index}.mp4", numbers, rate=rate))
        total += count
    film = tmp_path / "film.mp4"
    assert join(clips, film, rate)[-1].stop == total == 48
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        shown = [
            frame.pts * frame.time_base
            for frame in container.decode(stream)
            if frame.pts is not None and frame.time_base is not None
        ]
    assert shown == [k / rate for k in range(total)]
    assert shown_in(film) == list(range(total))
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
    assert join(clips, film)[-1].stop == total
    assert shown_in(film) == list(range(total))
    with av.open(str(film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        decoded = [packet.dts for packet in packets if packet.dts is not None]
    assert any(packet.pts != packet.dts for packet in packets)
    assert np.diff(decoded).tolist() == [1000] * (total - 1)


def test_the_pictures_are_copied_not_encoded_again(tmp_path: Path) -> None:
    clip = write_numbered(tmp_path / "clip.mp4", range(20))
    film = tmp_path / "film.mp4"
    join([clip, clip], film)

    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(packet) for packet in container.demux(video=0) if packet.size]

    assert packets(film) == packets(clip) * 2


@pytest.mark.parametrize("rate", [Fraction(16), FILM, Fraction(24000, 1001)], ids=str)
def test_pieces_show_their_frames_and_no_others_as_they_were_encoded(
    tmp_path: Path, rate: Fraction
) -> None:
    """A long one, one of a frame, and one that ends its clip, with B-frames all around."""
    one = write_numbered(tmp_path / "one.mp4", range(60), rate=rate, splices=(7, 41, 42))
    two = write_numbered(tmp_path / "two.mp4", range(100, 130), rate=rate, splices=(11,))
    pieces = [Piece(one, range(7, 41)), Piece(one, range(41, 42)), Piece(two, range(11, 30))]
    film = tmp_path / "film.mp4"
    assert join(pieces, film, rate) == (range(34), range(34, 35), range(35, 54))
    assert shown_in(film) == [*range(7, 42), *range(111, 130)]
    assert list(encoded([Piece(film)])) == list(encoded(pieces))
    assert measure_clip(film).times == [k / rate for k in range(54)]


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        (range(3, 20), "cannot be cut before its frame 3 "),
        (range(9), "cannot be cut before its frame 9 "),
        (range(11, 20), "cannot be cut before its frame 11 "),
        (range(10, 31), "has 30 frames: there is no piece of it from frame 10 up to frame 31"),
        (range(10, 10), "from frame 10 up to frame 10"),
        (range(-10, 10), "from frame -10"),
        (range(40, 50), "from frame 40"),
    ],
)
def test_a_piece_that_does_not_end_on_splices_is_refused(
    tmp_path: Path, frames: range, reason: str
) -> None:
    clip = write_numbered(tmp_path / "clip.mp4", range(30), splices=(10, 20))
    film = tmp_path / "film.mp4"
    with pytest.raises(MediaError, match=rf"clip\.mp4 .*{reason}"):
        join([Piece(clip, frames)], film)
    assert not film.exists()


def test_a_keyframe_that_others_are_shown_before_is_no_splice(tmp_path: Path) -> None:
    """An open group of pictures: frames before its keyframe are decoded behind it."""
    clip = tmp_path / "open.mp4"
    run_ffmpeg(
        [
            *("-f", "lavfi", "-i", "testsrc=s=64x64:r=24:d=2", "-pix_fmt", "yuv420p"),
            *("-x264-params", "open-gop=1:keyint=12:scenecut=0", "-bf", "3", str(clip)),
        ],
        timeout_s=30,
    )
    with av.open(str(clip)) as container:
        keyframes = [
            int(packet.pts * packet.time_base * 24)
            for packet in container.demux(video=0)
            if packet.is_keyframe and packet.pts is not None
        ]
    assert keyframes[1] > 0
    with pytest.raises(MediaError, match="cannot be cut before its frame"):
        join([Piece(clip, range(keyframes[1]))], tmp_path / "film.mp4")


def test_the_bytes_are_the_same_every_time(tmp_path: Path) -> None:
    clip = write_numbered(tmp_path / "clip.mp4", range(5))
    one, other = tmp_path / "one.mp4", tmp_path / "other.mp4"
    for film in (one, other):
        join([clip, clip], film)
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
        join([one, one, odd], film)
    assert str(odd) in str(caught.value)
    assert not film.exists()


def test_clips_of_another_time_base_are_refused_with_both_names(tmp_path: Path) -> None:
    one = write_numbered(tmp_path / "one.mp4", range(3))
    odd = tmp_path / "odd.mp4"
    copy = ["-i", str(one), "-c", "copy", "-video_track_timescale", "12000", str(odd)]
    run_ffmpeg(copy, timeout_s=30)
    with pytest.raises(MediaError, match="time base differ, 1/24000 and 1/12000") as caught:
        join([one, odd], tmp_path / "film.mp4")
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
        join([gap], tmp_path / "film.mp4")


def test_a_clip_with_sound_is_refused(tmp_path: Path) -> None:
    loud = tmp_path / "loud.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=s=64x64:r=24:d=1", "-f", "lavfi", "-i", "sine=d=1"]
    run_ffmpeg([*source, "-pix_fmt", "yuv420p", str(loud)], timeout_s=30)
    with pytest.raises(MediaError, match=r"loud\.mp4 is no silent clip"):
        join([loud], tmp_path / "film.mp4")


def test_no_clip_and_no_clips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="would hold no clip"):
        join([], tmp_path / "film.mp4")
    text = tmp_path / "text.mp4"
    text.write_text("no clip")
    with pytest.raises(MediaError, match=r"text\.mp4 cannot be read as a clip"):
        join([text], tmp_path / "film.mp4")
