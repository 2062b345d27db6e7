"""Running ffmpeg: the one build, argv lists only, an error that says what ffmpeg said."""

import contextlib
import errno
import fcntl
import functools
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from sparkle_motion_dagster.media.errors import FfmpegError
from sparkle_motion_dagster.media.giving_up import go_on

_GLOBAL_ARGS = (
    "-hide_banner",
    "-nostdin",  # nobody is asked anything; an input "pipe:" is read all the same
    "-nostats",
    "-loglevel",
    "warning",
    "-y",
    "-protocol_whitelist",
    "file,pipe",
)
_LAST_LINES = 12
_STALL_TIMEOUT_S = 300.0
_HEEDED_EVERY_S = 0.2
"""How often who waits for ffmpeg looks whether that was given up."""
_PIPE_BYTES = 2**20
"""What Linux grants to every user (/proc/sys/fs/pipe-max-size)."""
_DEATH_GUARD = Path(__file__).with_name("death_guard.py")
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
def feed_ffmpeg(
    arguments: Sequence[str], *, log: IO[bytes], stall_timeout_s: float = _STALL_TIMEOUT_S
) -> "Iterator[FfmpegInput]":
    """Run ffmpeg on what the caller writes; leaving the block waits until it has ended.

    An exception in the block kills ffmpeg, so that nothing keeps running or looks finished.

    Args:
        arguments: What stands behind the program's name; one input is ``pipe:``.
        log: A real file that takes ffmpeg's messages (a pipe could fill up and block it).
        stall_timeout_s: Seconds in which ffmpeg must take something of what is written, and end
            after all was written. The time that the caller takes between writes does not count.

    Yields:
        ffmpeg's standard input.

    Raises:
        FfmpegError: It ended with an error, ended before it had read everything, or hung and was
            killed.
    """
    gone_first = False
    with _ffmpeg_process(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
    ) as process:
        if process.stdin is None:
            raise FfmpegError("ffmpeg was started without a standard input")
        try:
            yield FfmpegInput(process.stdin, arguments, stall_timeout_s)
        except _GoneError:
            gone_first = True
        _wait_for_end(process, arguments, stall_timeout_s)
    log.seek(0)
    _raise_for_status(process.returncode, arguments, log.read())
    if gone_first:
        raise FfmpegError(f"ffmpeg ended before it had read everything: {_command_line(arguments)}")


def _wait_for_end(
    process: subprocess.Popen[bytes], arguments: Sequence[str], stall_timeout_s: float
) -> None:
    """Wait until ffmpeg has ended, unless what it makes is given up."""
    latest = time.monotonic() + stall_timeout_s
    while True:
        try:
            # Its output, which is empty, ends when it does: seen at once, where `wait` would look
            # for it 20 times a second.
            process.communicate(timeout=_HEEDED_EVERY_S)
        except subprocess.TimeoutExpired as error:
            go_on()
            if time.monotonic() > latest:
                raise _hung(arguments, stall_timeout_s) from error
        else:
            return


class FfmpegInput:
    """ffmpeg's standard input: what is written to it never waits for ever."""

    def __init__(self, pipe: IO[bytes], arguments: Sequence[str], stall_timeout_s: float) -> None:
        self._pipe, self._arguments, self._stall_timeout_s = pipe, arguments, stall_timeout_s
        os.set_blocking(pipe.fileno(), False)
        _widen(pipe)
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLOUT)

    def write(self, content: bytes | memoryview) -> None:
        """Hand all of it to ffmpeg; of a view, whose bytes lie one behind the other.

        Raises:
            FfmpegError: ffmpeg has ended, or took nothing for too long.
            GivenUpError: Nobody waits any more for what it makes.
        """
        go_on()
        rest = memoryview(content).cast("B")
        while rest:
            self._wait_for_room()
            try:
                rest = rest[os.write(self._pipe.fileno(), rest) :]
            except BrokenPipeError as error:
                raise _GoneError("ffmpeg reads no more") from error

    def _wait_for_room(self) -> None:
        latest = time.monotonic() + self._stall_timeout_s
        while not self._poll.poll(1000 * _HEEDED_EVERY_S):
            go_on()
            if time.monotonic() > latest:
                raise _hung(self._arguments, self._stall_timeout_s)


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold as much as a frame, so that neither side waits for the other at every piece.

    It works as well as it is: other systems than Linux have no such call, and Linux grants it only
    as long as one user's pipes do not hold too much together.
    """
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class _GoneError(FfmpegError):
    """ffmpeg has ended while it was fed: its exit status and its last words are the reason."""


@contextlib.contextmanager
def _ffmpeg_process(
    arguments: Sequence[str],
    *,
    stdin: int,
    stdout: int = subprocess.DEVNULL,
    stderr: IO[bytes] | int = subprocess.PIPE,
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [*death_guard(), str(ffmpeg_path()), *_GLOBAL_ARGS, *arguments],
        bufsize=0,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def death_guard() -> tuple[str, ...]:
    """Return what stands before a command so that it ends with this process, killed or not.

    The kernel watches the thread that starts the command: it must not end before the command.
    Other systems than Linux have no such watch, and the command runs as it is.
    """
    if sys.platform != "linux":
        return ()
    return sys.executable, "-I", "-S", str(_DEATH_GUARD), str(os.getpid())


def _hung(arguments: Sequence[str], timeout_s: float) -> FfmpegError:
    return FfmpegError(
        f"ffmpeg made no progress for {timeout_s:g} s and was stopped: {_command_line(arguments)}"
    )


def _raise_for_status(status: int, arguments: Sequence[str], errors: bytes) -> None:
    if status == 0:
        return
    if status == _NO_SPACE_LEFT:
        raise OSError(errno.ENOSPC, "ffmpeg found no space left on the disk")
    last_output = errors.decode("utf-8", "replace").strip().splitlines()[-_LAST_LINES:]
    raise FfmpegError(
        f"ffmpeg ended with status {status}: {_command_line(arguments)}\n" + "\n".join(last_output)
    )


def _command_line(arguments: Sequence[str]) -> str:
    return subprocess.list2cmdline(["ffmpeg", *arguments])
