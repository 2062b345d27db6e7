"""What every worker program does alike: read its order, say how far it is, end with its parent.

A worker runs in an environment of its own, which holds its engine and dagster-pipes, and nothing
else of this project: it imports this module, the standard library and its engine.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_pipes import PipesContext, open_dagster_pipes

READY = "--ready"
"""Asks a program whether its environment is whole, instead of giving it work."""

INTERRUPTED = 130
"""The exit status of a worker that was asked to end: 128 and the number of SIGINT."""

_TRACEBACK_LINES = 12


class WrongRequestError(Exception):
    """A request cannot be fulfilled as it is written; asking again will not help."""


@dataclass(frozen=True)
class Job:
    """One order: what is to be made, with which settings, and where to put it.

    Attributes:
        settings: The engine's settings.
        device: torch's name of the device to run on: "cuda:0", "cpu".
        requests: What to make, in order.
        folder: A folder of this job's own, for what it makes.
    """

    settings: Mapping[str, Any]
    device: str
    requests: tuple[Mapping[str, Any], ...]
    folder: Path
    _pipes: PipesContext

    def begin(self, index: int, what: str) -> None:
        """Say which request is being worked on; whatever goes wrong from now on is its failure.

        Args:
            index: The request's place in the order, from 0.
            what: What it is, in a few words: "the line 'Not tonight.'".
        """
        self._say({"kind": "begun", "index": index, "what": what})

    def step(self, step: int, of: int, doing: str) -> None:
        """Say that a step is done, from 1; the parent may end the worker at it."""
        self._say({"kind": "step", "step": step, "of": of, "doing": doing})

    def finished(self, index: int, files: Mapping[str, Path], facts: Mapping[str, Any]) -> None:
        """Hand a request's files over, by output name, complete and closed.

        The parent takes them at once; they are not touched after this. Requests are finished in
        order.

        Args:
            index: The request's place in the order, from 0.
            files: Its files, below the job's folder.
            facts: What is worth knowing about them, as JSON.
        """
        paths = {name: str(path) for name, path in files.items()}
        self._say({"kind": "finished", "index": index, "files": paths, "facts": dict(facts)})

    def log(self, text: str) -> None:
        """Write a line into the run's event log."""
        self._pipes.log.info(text)

    def metrics(self, measured: Mapping[str, float | int | str]) -> None:
        """Show measured figures with the asset, while it is still being made."""
        self._say({"kind": "metrics", "measured": dict(measured)})

    def failed(self, error: Exception, where: str) -> None:
        """Say why the worker ends before everything is made.

        Args:
            error: What was raised.
            where: The end of its traceback.
        """
        name = type(error).__name__
        text = str(error) or name
        family = _family(error)
        self._say(
            {"kind": "failed", "family": family, "text": text, "error": name, "traceback": where}
        )

    def _say(self, message: Mapping[str, Any]) -> None:
        self._pipes.report_custom_message(dict(message))


def serve(work: Callable[[Job], None], ready: Callable[[], Mapping[str, str]]) -> None:
    """Run a worker program, and exit.

    Args:
        work: Does a job: for each of its requests `Job.begin`, then `Job.finished`.
        ready: Makes sure that the environment is whole, by importing what `work` needs; returns
            the versions of what decides how results come out. Called where the program is started
            with ``--ready``, which prints them as JSON.
    """
    if sys.argv[1:] == [READY]:
        # Libraries that greet on standard output must not come between.
        with contextlib.redirect_stdout(sys.stderr):
            versions = dict(ready())
        print(json.dumps(versions))
        return
    _end_with_parent()
    # Where the parent was started in the background of a shell, it passed on that this is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with open_dagster_pipes() as pipes:
        logging.getLogger().addHandler(_ToEventLog(pipes))
        status = _do(work, _job(pipes))
    sys.exit(status)


class _ToEventLog(logging.Handler):
    """Shows people what libraries warn of."""

    def __init__(self, pipes: PipesContext) -> None:
        super().__init__(level=logging.WARNING)
        self._pipes = pipes

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
        except Exception:  # noqa: BLE001 - as all of logging's own handlers do
            # What a library words wrongly is no reason to fail.
            self.handleError(record)
            return
        self._pipes.log.warning("%s: %s", record.name, text)


def _do(work: Callable[[Job], None], job: Job) -> int:
    """Do a job, and return the exit status; why it failed is told before."""
    try:
        work(job)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent shows it to a person
        lines = "".join(traceback.format_exception(error)).splitlines()
        job.failed(error, "\n".join(lines[-_TRACEBACK_LINES:]))
        return 1
    return 0


def _family(error: Exception) -> str:
    """Return the family of an error: ``request``, ``memory`` (of the device), or ``other``."""
    if isinstance(error, WrongRequestError):
        return "request"
    # torch's own class, which this module must not import.
    return "memory" if type(error).__name__ == "OutOfMemoryError" else "other"


def _job(pipes: PipesContext) -> Job:
    order = json.loads(Path(pipes.get_extra("order")).read_text(encoding="utf-8"))
    return Job(
        settings=order["settings"],
        device=order["device"],
        requests=tuple(order["requests"]),
        folder=Path(order["folder"]),
        _pipes=pipes,
    )


def _end_with_parent() -> None:
    """End this process and all that it started, the moment its parent is gone.

    The parent holds the other end of standard input for as long as it lives, and never writes to
    it: a kill -9 closes it, too.
    """
    parent = os.dup(sys.stdin.fileno())
    # What this process starts must not read there.
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    if sys.platform == "linux":
        # The kernel does it, even while a library keeps the interpreter busy for minutes.
        fcntl.fcntl(parent, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(parent, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(parent, fcntl.F_SETFL, os.O_ASYNC)
    # Where the kernel does not, or the parent was gone before: a thread finds that.
    threading.Thread(target=_end_when_closed, args=[parent], daemon=True).start()


def _end_when_closed(parent: int) -> None:
    os.read(parent, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Work in a folder, for programs that write where they stand."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
