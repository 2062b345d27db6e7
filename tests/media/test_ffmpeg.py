"""Running ffmpeg: real processes that succeed, fail, hang and die early."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psutil
import pytest

from sparkle_motion_dagster.media.errors import FfmpegError
from sparkle_motion_dagster.media.ffmpeg import feed_ffmpeg, ffmpeg_path, run_ffmpeg

RAW = ["-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", "64x64", "-i", "pipe:"]
FRAME = bytes(64 * 64 * 3 // 2)


def children() -> list[psutil.Process]:
    return list(psutil.Process().children(recursive=True))


def test_the_program_is_the_pinned_one() -> None:
    assert ffmpeg_path().is_file()
    assert "libx264" in run_ffmpeg(["-version"], timeout_s=30) or children() == []


def test_a_run_that_succeeds_leaves_its_output(tmp_path: Path) -> None:
    output = tmp_path / "tone.wav"
    run_ffmpeg(["-f", "lavfi", "-i", "sine=d=0.1", str(output)], timeout_s=30)
    assert output.read_bytes()[:4] == b"RIFF"


def test_a_failing_run_gives_its_last_words() -> None:
    with pytest.raises(FfmpegError, match=r"status \d+.*missing\.mp4") as caught:
        run_ffmpeg(["-i", "missing.mp4", "-f", "null", "-"], timeout_s=30)
    assert "No such file or directory" in str(caught.value)


def test_other_protocols_than_files_are_refused() -> None:
    with pytest.raises(FfmpegError, match="not on whitelist"):
        run_ffmpeg(["-i", "http://127.0.0.1:9/clip.mp4", "-f", "null", "-"], timeout_s=30)


def test_a_run_that_does_not_end_is_killed() -> None:
    endless = ["-re", "-f", "lavfi", "-i", "testsrc", "-f", "null", "-"]
    with pytest.raises(FfmpegError, match=r"did not end within 0\.3 s"):
        run_ffmpeg(endless, timeout_s=0.3)
    assert children() == []


def test_what_is_fed_arrives(tmp_path: Path) -> None:
    output = tmp_path / "frames.yuv"
    with (
        tempfile.TemporaryFile() as log,
        feed_ffmpeg([*RAW, "-f", "rawvideo", str(output)], log=log) as pipe,
    ):
        for _ in range(3):
            pipe.write(FRAME)
    assert output.stat().st_size == 3 * len(FRAME)


def test_ffmpeg_that_dies_early_gives_its_own_last_words() -> None:
    arguments = [*RAW, "-c:v", "no_such_encoder", "-f", "null", "-"]
    with (
        pytest.raises(FfmpegError, match="Unknown encoder 'no_such_encoder'"),
        tempfile.TemporaryFile() as log,
        feed_ffmpeg(arguments, log=log) as pipe,
    ):
        for _ in range(500):
            pipe.write(FRAME)


def test_an_exception_in_the_block_kills_ffmpeg_and_passes_unchanged() -> None:
    with (
        pytest.raises(LookupError, match="mine"),
        tempfile.TemporaryFile() as log,
        feed_ffmpeg([*RAW, "-f", "null", "-"], log=log) as pipe,
    ):
        pipe.write(FRAME)
        assert len(children()) == 1
        raise LookupError("mine")
    assert children() == []


def test_an_exception_passes_unchanged_when_ffmpeg_is_gone_already() -> None:
    arguments = [*RAW, "-c:v", "no_such_encoder", "-f", "null", "-"]
    with (
        pytest.raises(LookupError, match="mine"),
        tempfile.TemporaryFile() as log,
        feed_ffmpeg(arguments, log=log) as pipe,
    ):
        pipe.write(b"stays in the buffer")
        psutil.wait_procs(children())
        raise LookupError("mine")
