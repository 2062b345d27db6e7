"""Running ffmpeg: the one build, argv lists only, an error that says what ffmpeg said."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from sparkle_motion_dagster.media.errors import FfmpegError

_GLOBAL_ARGS = (
    "-hide_banner",
    "-nostats",
    "-loglevel",
    "warning",
    "-y",
    "-protocol_whitelist",
    "file,pipe",
)
_LAST_WORDS = 12
_NO_SPACE_LEFT = 256 - errno.ENOSPC
"""ffmpeg's exit status is the low byte of its negative error number."""


@functools.cache
def ffmpeg_path() -> Path:
    """Return the ffmpeg program that encodes (imageio-ffmpeg's).

    Raises:
        FfmpegError: imageio-ffmpeg's wheel for this machine holds no program.
    """
    import imageio_ffmpeg

    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise FfmpegError(
            "imageio-ffmpeg brought no ffmpeg for this machine. Install the imageio-ffmpeg wheel "
            "for this platform, or set IMAGEIO_FFMPEG_EXE to an ffmpeg with libx264 and aac."
        ) from error


def run_ffmpeg(arguments: Sequence[str], *, timeout_s: float) -> str:
    """Run ffmpeg to its end and return what it wrote to standard error.

    Args:
        arguments: What stands behind the program's name, as ``ffmpeg.get_args()`` builds it.
        timeout_s: Seconds after which it is killed, its whole process group with it.

    Raises:
        FfmpegError: It ended with an error, or was killed after `timeout_s`.
    """
    with _ffmpeg_process(arguments, stdin=subprocess.DEVNULL) as process:
        try:
            _, errors = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            raise FfmpegError(
                f"ffmpeg did not end within {timeout_s:g} s and was stopped: "
                f"{_command_line(arguments)}"
            ) from error
    _raise_for_status(process.returncode, arguments, errors)
    return errors.decode("utf-8", "replace")


@contextlib.contextmanager
def feed_ffmpeg(arguments: Sequence[str], *, log: IO[bytes]) -> Iterator[IO[bytes]]:
    """Run ffmpeg on what the caller writes; leaving the block waits until it has ended.

    An exception in the block kills ffmpeg, so that nothing keeps running or looks finished.

    Args:
        arguments: What stands behind the program's name; one input is ``pipe:``.
        log: A real file that takes ffmpeg's messages (a pipe could fill up and block it).

    Yields:
        ffmpeg's standard input.

    Raises:
        FfmpegError: It ended with an error, which may be before everything was written.
    """
    with _ffmpeg_process(arguments, stdin=subprocess.PIPE, stderr=log) as process:
        if process.stdin is None:
            raise FfmpegError("ffmpeg was started without a standard input")
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            # ffmpeg has gone first: its exit status and its last words are the reason.
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        process.wait()
    log.seek(0)
    _raise_for_status(process.returncode, arguments, log.read())


@contextlib.contextmanager
def _ffmpeg_process(
    arguments: Sequence[str], *, stdin: int, stderr: IO[bytes] | int = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [str(ffmpeg_path()), *_GLOBAL_ARGS, *arguments],
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            if process.stdin is not None:
                # Closing writes what is buffered, which nobody reads any more.
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()


def _raise_for_status(status: int, arguments: Sequence[str], errors: bytes) -> None:
    if status == 0:
        return
    if status == _NO_SPACE_LEFT:
        raise OSError(errno.ENOSPC, "ffmpeg found no space left on the disk")
    last_words = errors.decode("utf-8", "replace").strip().splitlines()[-_LAST_WORDS:]
    raise FfmpegError(
        f"ffmpeg ended with status {status}: {_command_line(arguments)}\n" + "\n".join(last_words)
    )


def _command_line(arguments: Sequence[str]) -> str:
    return subprocess.list2cmdline(["ffmpeg", *arguments])
