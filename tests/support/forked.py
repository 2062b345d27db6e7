"""Commands, and programs of ours, in processes that need not import everything first.

A server process imports Dagster, the code location and what a render imports on its way once; each
command is a fork of it, with its own environment, folder, arguments and output, as a shell would
give it. Half of what a small command costs is imports.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import multiprocessing
import os
import pty
import runpy
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

PRELOADED = [
    "forked",
    "dagster._cli",
    "sparkle_motion_dagster.definitions",
    "sparkle_motion_dagster.cli.batch",
    "sparkle_motion_dagster.cli.explain",
    "sparkle_motion_dagster.cli.main",
    "sparkle_motion_dagster.cli.render",
    "sparkle_motion_dagster.cli.running",
    "sparkle_motion_dagster.pages.film_page",
    "sparkle_motion_dagster.runs.instance",
    "sparkle_motion_dagster.runs.storage",
    # The engines of the profile that most films are rendered with.
    "sparkle_motion_dagster.engines.ambience.procedural.engine",
    "sparkle_motion_dagster.engines.images.storyboard.engine",
    "sparkle_motion_dagster.engines.images.storyboard.illustration",
    "sparkle_motion_dagster.engines.lipsync.viseme.engine",
    "sparkle_motion_dagster.engines.lipsync.viseme.insets",
    "sparkle_motion_dagster.engines.lipsync.viseme.sightings",
    "sparkle_motion_dagster.engines.lipsync.speaking.speaking_lines",
    "sparkle_motion_dagster.engines.speech.espeak.engine",
    "sparkle_motion_dagster.engines.speech.espeak.take",
    "sparkle_motion_dagster.engines.speech.kokoro.engine",
    "sparkle_motion_dagster.engines.video.camera.crossing",
    "sparkle_motion_dagster.engines.video.camera.engine",
    "sparkle_motion_dagster.engines.video.camera.shot",
    # What those import when they are first used.
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.ImageDraw",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "av",
    "av.subtitles.codeccontext",
    "av.subtitles.stream",
    "charset_normalizer",
    "cv2",
    "dagster._core.definitions.repository_definition.repository_data_builder",
    "dagster._core.execution.plan.active",
    "dagster._core.executor.in_process",
    "dagster._core.instance.factory",
    "dagster._core.instance.runs.run_domain",
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.storage.migration.utils",
    "dagster._core.storage.root",
    "dagster._core.storage.sqlite_storage",
    "dagster._core.system_config.composite_descent",
    "dagster._core.utility_ops",
    "dagster._core.workspace.autodiscovery",
    "dagster._utils.test",
    "espeakng_loader",
    "ffmpeg",
    "fontTools.ttLib",
    "fontTools.ttLib.tables._c_m_a_p",
    "fontTools.ttLib.tables._h_h_e_a",
    "fontTools.ttLib.tables._h_m_t_x",
    "fontTools.ttLib.tables._m_a_x_p",
    "fontTools.ttLib.tables._p_o_s_t",
    "fontpkg",
    "fontpkg_noto_sans",
    "httpcore2",
    "httpx2",
    "imagehash",
    "imageio_ffmpeg",
    "numpy.ma",
    "numpy.random",
    "pysubs2",
    "re2",
    "read_once",
    "rendered_once",
    "resvg",
    "resvg_py",
    "rich._emoji_codes",
    "scipy.fftpack",
    "soundfile",
    "sqlalchemy.dialects.sqlite",
    "tqdm.auto",
    "upath.implementations.local",
    "watchdog.observers.polling",
    "yaml",
]


def run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Run `sparkle`, `dagster`, `python FILE` or `python -c PROGRAM` in a folder to its end.

    The folder of such a FILE is no place where modules are looked for.

    Raises:
        subprocess.TimeoutExpired: It did not end in time, and was killed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch, "stdout"), Path(scratch, "stderr")
        for path in output:
            path.touch()
        process = _started(command, environment, folder, dict(enumerate(output, start=1)))
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(command, timeout_s)
        stdout, stderr = (path.read_text(encoding="utf-8") for path in output)
        return subprocess.CompletedProcess(command, process.exitcode, stdout, stderr)


def check(command: Sequence[str], folder: Path, timeout_s: float = 120) -> str:
    """Run such a command, which must succeed, as this process would; return what it says."""
    ended = run(command, os.environ, folder, timeout_s)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def run_at_a_terminal(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, typed: str
) -> tuple[int | None, str]:
    """Run such a command at a terminal at which somebody types.

    Returns:
        Its exit code, and all that the terminal shows.
    """
    ours, theirs = pty.openpty()
    terminal = Path(os.ttyname(theirs))
    process = _started(command, environment, folder, dict.fromkeys(range(3), terminal))
    os.write(ours, typed.encode())

    def leave() -> None:
        process.join()
        os.close(theirs)

    with ThreadPoolExecutor() as threads:
        threads.submit(leave)
        shown = b""
        with contextlib.suppress(OSError):  # Linux: nobody has the terminal open any more
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    return process.exitcode, shown.decode()


class _Command:
    """Such a command in a process that goes on beside the test, as long as the test has it."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return its exit code, negative the signal that ended it; None while it lives."""
        return self._process.exitcode

    def kill(self) -> None:
        """Kill it alone as hard as can be."""
        self._process.kill()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until it has ended.

        Raises:
            AssertionError: It goes on after some seconds.
        """
        self._process.join(timeout_s)
        assert self.poll() is not None, f"process {self.pid} goes on after {timeout_s} s"


class Piped(_Command):
    """A process at whose input and output a test sits, as `subprocess.Popen` would start it."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        """Start such a command."""
        theirs_in, ours_in = _context().Pipe(duplex=False)
        ours_out, theirs_out = _context().Pipe(duplex=False)
        with theirs_in, ours_in, ours_out, theirs_out:
            streams = {0: theirs_in, 1: theirs_out}
            super().__init__(_started(command, environment, folder, streams))
            self.stdin = os.fdopen(os.dup(ours_in.fileno()), "w", buffering=1, encoding="utf-8")
            self.stdout = os.fdopen(os.dup(ours_out.fileno()), encoding="utf-8")

    def end(self, timeout_s: float) -> None:
        """Kill it, and wait until it has ended, but no longer than some seconds."""
        self.kill()
        self.read(timeout_s)

    def read(self, timeout_s: float) -> str:
        """Return what it still says until it ends."""
        with self.stdin, self.stdout:
            said = self.stdout.read()
        self.wait(timeout_s)
        return said


class Service(_Command):
    """A process that goes on until it is ended; a file is told what it says, behind what is there.

    It leads a session of its own, so that what it has started ends with it.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
    ) -> None:
        """Start such a command."""
        log.touch()
        streams = dict.fromkeys((1, 2), log)
        super().__init__(_started(command, environment, folder, streams, leads_session=True))

    def end(self, sent: signal.Signals, timeout_s: float) -> None:
        """Send a signal to it and all that it has started, unless it has ended, and wait for it."""
        if self.poll() is None:
            os.killpg(self.pid, sent)
            self.wait(timeout_s)


@atexit.register
def _kill_what_is_left() -> None:
    """Kill what a failed test has left: else this process would wait for it, maybe for ever."""
    for process in multiprocessing.active_children():
        process.kill()


def collect_seldom() -> None:
    """Have Python look for garbage seldom, and never at what there is already: imports stay."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@functools.cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    beside = Path(__file__).parent
    with pytest.MonkeyPatch.context() as patch:
        # What the test at hand sets, such as a limit, is not for the film that is rendered first.
        for name in [name for name in os.environ if name.startswith("SPARKLE_")]:
            patch.delenv(name)
        patch.setenv("SPARKLE_VOICES", str(beside / "espeak_alone.yaml"))
        # The server looks for modules where any Python does: it must be told what is beside this.
        patch.setenv("PYTHONPATH", str(beside), prepend=os.pathsep)
        forkserver.ensure_running()
    return context


def _started(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    streams: Mapping[int, Path | Connection],
    *,
    leads_session: bool = False,
) -> BaseProcess:
    process = _context().Process(
        target=_run,
        args=(tuple(command), dict(environment), folder, dict(streams), leads_session),
    )
    process.start()
    return process


def _run(
    command: tuple[str, ...],
    environment: Mapping[str, str],
    folder: Path,
    streams: Mapping[int, Path | Connection],
    leads_session: bool,  # noqa: FBT001 - it comes through a pipe, with all others
) -> None:
    if leads_session:
        os.setsid()
    collect_seldom()
    for stream, end in streams.items():
        if isinstance(end, Path):
            opened = os.open(end, os.O_RDWR | os.O_NOCTTY | os.O_APPEND)
            os.dup2(opened, stream)
            os.close(opened)
        else:
            with end:
                os.dup2(end.fileno(), stream)
    if 0 in streams:  # multiprocessing has put another one there
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as it runs
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    warnings.simplefilter("ignore")
    name, *arguments = command
    if name == "python":
        _run_python(arguments)
        return
    sys.argv = [name, *arguments]
    (program,) = entry_points(group="console_scripts", name=name)
    program.load()()


def _run_python(arguments: list[str]) -> None:
    if arguments[0] == "-c":
        program = arguments.pop(1)
        sys.argv = arguments
        exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102
        return
    sys.argv = arguments
    runpy.run_path(arguments[0], run_name="__main__")
