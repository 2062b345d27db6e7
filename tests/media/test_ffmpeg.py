"""Running ffmpeg: real processes that succeed, fail, hang and die early."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

import forked
from clips import child_processes
from sparkle_motion_dagster.media import death_guard
from sparkle_motion_dagster.media.errors import FfmpegError
from sparkle_motion_dagster.media.ffmpeg import feed_ffmpeg, run_ffmpeg
from sparkle_motion_dagster.media.giving_up import GivenUpError, heed
from waiting import PATIENCE_S

RAW = ["-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", "64x64", "-i", "pipe:"]
FRAME = bytes(64 * 64 * 3 // 2)


def feed(
    arguments: list[str], frames: Iterable[bytes | memoryview], stall_timeout_s: float = 60
) -> None:
    with (
        tempfile.TemporaryFile() as log,
        feed_ffmpeg(arguments, log=log, stall_timeout_s=stall_timeout_s) as pipe,
    ):
        for frame in frames:
            pipe.write(frame)


def test_a_run_that_succeeds_leaves_its_output(tmp_path: Path) -> None:
    output = tmp_path / "tone.wav"
    run_ffmpeg(["-f", "lavfi", "-i", "sine=d=0.1", str(output)], timeout_s=30)
    assert output.read_bytes()[:4] == b"RIFF"


def test_a_failing_run_gives_its_last_output() -> None:
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
    assert child_processes() == []


def test_what_is_fed_arrives(tmp_path: Path) -> None:
    output = tmp_path / "frames.yuv"
    feed([*RAW, "-f", "rawvideo", str(output)], [FRAME] * 3)
    assert output.stat().st_size == 3 * len(FRAME)


def test_views_of_arrays_arrive_byte_by_byte(tmp_path: Path) -> None:
    output = tmp_path / "frames.yuv"
    rows = np.arange(len(FRAME), dtype=np.uint8).reshape(96, 64)
    feed([*RAW, "-f", "rawvideo", str(output)], [rows.data, rows[:64].data, rows[64:].data])
    assert output.read_bytes() == 2 * rows.tobytes()


def test_ffmpeg_that_dies_early_gives_its_own_last_output() -> None:
    arguments = [*RAW, "-c:v", "no_such_encoder", "-f", "null", "-"]
    with pytest.raises(FfmpegError, match="Unknown encoder 'no_such_encoder'"):
        feed(arguments, [FRAME] * 500)


def test_an_exception_in_the_block_kills_ffmpeg_and_passes_unchanged() -> None:
    def frames() -> Iterator[bytes]:
        yield FRAME
        assert len(child_processes()) == 1
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        feed([*RAW, "-f", "null", "-"], frames())
    assert child_processes() == []


def test_an_exception_passes_unchanged_when_ffmpeg_is_gone_already() -> None:
    def frames() -> Iterator[bytes]:
        yield b"stays in the pipe"
        psutil.wait_procs(child_processes(), timeout=30)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        feed([*RAW, "-no_such_option", "1", "-f", "null", "-"], frames())


def test_frames_that_break_their_own_pipe_are_no_end_of_the_clip() -> None:
    """ffmpeg would make a clip of three good frames, and end with status 0."""

    def frames() -> Iterator[bytes]:
        yield from [FRAME] * 3
        raise BrokenPipeError("mine")

    with pytest.raises(BrokenPipeError, match="mine"):
        feed([*RAW, "-f", "null", "-"], frames())
    assert child_processes() == []


def test_ffmpeg_that_ends_well_without_reading_everything_is_an_error() -> None:
    arguments = [*RAW, "-frames:v", "3", "-f", "null", "-"]
    with pytest.raises(FfmpegError, match="ended before it had read everything"):
        feed(arguments, [FRAME] * 500)


def hang() -> None:
    """Stop ffmpeg, as a defect of its own would."""
    [ffmpeg] = child_processes()
    ffmpeg.suspend()


def test_ffmpeg_that_takes_no_more_is_killed() -> None:
    def frames() -> Iterator[bytes]:
        yield from [FRAME] * 50
        hang()
        yield from [FRAME] * 500

    with pytest.raises(FfmpegError, match=r"no progress for 0\.3 s and was stopped"):
        feed([*RAW, "-f", "null", "-"], frames(), stall_timeout_s=0.3)
    assert child_processes() == []


def test_ffmpeg_that_does_not_end_is_killed() -> None:
    def frames() -> Iterator[bytes]:
        yield from [FRAME] * 50
        hang()

    with pytest.raises(FfmpegError, match=r"no progress for 0\.3 s and was stopped"):
        feed([*RAW, "-f", "null", "-"], frames(), stall_timeout_s=0.3)
    assert child_processes() == []


@pytest.mark.parametrize("more", [0, 500], ids=["that does not end", "that takes no more"])
def test_ffmpeg_is_waited_for_no_longer_than_somebody_waits_for_what_it_makes(more: int) -> None:
    given_up = threading.Event()

    def frames() -> Iterator[bytes]:
        yield from [FRAME] * 50
        hang()
        threading.Timer(0.3, given_up.set).start()
        yield from [FRAME] * more

    def give_up() -> None:
        heed(given_up)
        feed([*RAW, "-f", "null", "-"], frames())

    with ThreadPoolExecutor(1) as thread, pytest.raises(GivenUpError):
        thread.submit(give_up).result(PATIENCE_S)
    assert child_processes() == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_ffmpeg_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    fifo = tmp_path / "frames"
    os.mkfifo(fifo)
    program = (
        "import sys; from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg\n"
        "endless = ['-f', 'lavfi', '-i', 'testsrc', '-f', 'rawvideo', 'file:' + sys.argv[1]]\n"
        "run_ffmpeg(endless, timeout_s=600)"
    )
    parent = forked.Piped(["python", "-c", program, str(fifo)], os.environ, tmp_path)
    with fifo.open("rb") as frames:
        assert frames.read(1)  # ffmpeg is at work
        children = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
        parent.read(PATIENCE_S)
        _, left = psutil.wait_procs(children, timeout=20)  # it waits for the reader of its frames
        for process in left:
            process.kill()
    assert len(children) == 1
    assert left == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_program_whose_parent_is_gone_already_is_not_started() -> None:
    guard = Path(death_guard.__file__)
    command = [sys.executable, "-I", "-S", str(guard)]
    here, gone = (
        subprocess.run(
            [*command, parent, "/bin/echo", "started"], capture_output=True, text=True, check=False
        )
        for parent in (str(os.getpid()), "1")
    )
    assert (here.returncode, here.stdout) == (0, "started\n")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "the process that wanted this program is gone" in gone.stderr
