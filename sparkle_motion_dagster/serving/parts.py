"""The parts of a service, each a process that is started again when it dies.

None of them outlives the process that started them, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click
import psutil

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.media.ffmpeg import death_guard
from sparkle_motion_dagster.runs.starting import CODE_LOCATION

_SHORT_LIFE_S = 10.0
"""A part that ends by itself sooner than this would do so again: it is not started anew."""

_LAST_WORDS_S = 20.0
"""How long processes have to end when they are told to."""


class PartFailedError(SparkleError):
    """A part of the service does not stay alive."""


@dataclass(frozen=True)
class Part:
    """A process of the service; ``descriptors`` are files of ours that it holds open, too."""

    name: str
    command: Sequence[str]
    descriptors: Sequence[int] = ()


@dataclass(frozen=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    since: float


class Service:
    """A code server, the daemon and the web server of a home."""

    def __init__(self, lock: int, webserver: Sequence[str]) -> None:
        """Prepare it.

        Args:
            lock: The descriptor of the home's lock: as long as the daemon lives, the home is taken.
            webserver: Arguments of `sparkle webserver`, but for the workspace.
        """
        self._lock, self._webserver = lock, webserver
        self._running: dict[int, _Running] = {}

    def run(self) -> None:
        """Keep it running until this process is told to end.

        Raises:
            PartFailedError: A part does not stay alive.
        """
        with (
            tempfile.TemporaryDirectory(prefix="sparkle-service-") as folder,
            contextlib.suppress(KeyboardInterrupt),
            _ended_by_signals(),
        ):
            code_server = Path(folder) / "code"
            workspace = Path(folder) / "workspace.yaml"
            workspace.write_text(_workspace(code_server), encoding="utf-8")
            try:
                self._start(_code_server(code_server))
                self._wait_for(code_server)
                self._start(_daemon(workspace, self._lock))
                self._start(_webserver(workspace, self._webserver))
                while True:
                    self._start_again()
            finally:
                self._end()

    def _start(self, part: Part) -> None:
        # In a group of its own: Ctrl-C reaches this process, which tells it.
        process = subprocess.Popen(
            [*death_guard(), *part.command], pass_fds=part.descriptors, process_group=0
        )
        self._running[process.pid] = _Running(part, process, time.monotonic())

    def _wait_for(self, code_server: Path) -> None:
        (starting,) = self._running.values()
        while not _is_listening(code_server):
            try:
                raise _failed(starting.part, starting.process.wait(0.2))
            except subprocess.TimeoutExpired:
                continue

    def _start_again(self) -> None:
        """Wait until a part ends, and start it again."""
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        if ended is None:
            return
        if (running := self._running.pop(ended.si_pid, None)) is None:
            # An orphan that this process, as the first of its container, was given.
            os.waitpid(ended.si_pid, 0)
            return
        status = running.process.wait()
        if status >= 0 and time.monotonic() - running.since < _SHORT_LIFE_S:
            raise _failed(running.part, status)
        click.echo(
            f"The {running.part.name} ended ({_in_words(status)}), and is started again.", err=True
        )
        self._start(running.part)

    def _end(self) -> None:
        """Tell all parts, and the runs that the code server executes, to end; kill who does not."""
        processes = [psutil.Process(pid) for pid in self._running if psutil.pid_exists(pid)]
        for process in [*processes]:
            with contextlib.suppress(psutil.NoSuchProcess):
                processes += process.children()
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        _, alive = psutil.wait_procs(processes, timeout=_LAST_WORDS_S)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _code_server(address: Path) -> Part:
    command = ("-m", "dagster", "api", "grpc", "--socket", str(address), "-m", CODE_LOCATION)
    quiet = ("--location-name", CODE_LOCATION, "--log-level", "warning")
    return Part("code server", (sys.executable, *command, *quiet))


def _daemon(workspace: Path, lock: int) -> Part:
    command = ("-m", "dagster._daemon", "run", "-w", str(workspace), "--log-level", "warning")
    return Part("daemon", (sys.executable, *command), (lock,))


def _webserver(workspace: Path, options: Sequence[str]) -> Part:
    command = ("-m", "sparkle_motion_dagster", "webserver", "-w", str(workspace), *options)
    return Part("web server", (sys.executable, *command))


def _workspace(code_server: Path) -> str:
    """Return Dagster's ``workspace.yaml``, for which JSON will do."""
    server = {"socket": str(code_server), "location_name": CODE_LOCATION}
    return json.dumps({"load_from": [{"grpc_server": server}]})


def _is_listening(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(address)) == 0


def _failed(part: Part, status: int) -> PartFailedError:
    return PartFailedError(
        f"The {part.name} ended ({_in_words(status)}) soon after it was started. What it said "
        "stands above; `sparkle doctor` tries what it needs."
    )


def _in_words(status: int) -> str:
    return f"exit code {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Have the signals by which services are ended raise KeyboardInterrupt.

    A shell that starts it in the background has it ignore SIGINT.
    """
    before = {one: signal.signal(one, _interrupt) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
