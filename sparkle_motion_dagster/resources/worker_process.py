"""A worker's process: started so that it cannot outlive this one, and ended for certain."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_KILLED_S, _MOMENT_S = 10.0, 0.01
"""How long whoever was killed may take to be gone, and how often that is looked for, in seconds: a
driver that frees a device's memory can take a while."""

_LAST_LINES = 15
_LAST_BYTES = 2**16
"""How much of what a worker wrote is shown where it crashed."""


@dataclass(frozen=True)
class Worker:
    """A worker's process, and the file that holds what it wrote."""

    process: subprocess.Popen[bytes]
    output: Path

    def last_output(self) -> str:
        """Return the last lines that it wrote."""
        with self.output.open("rb") as file:
            file.seek(max(0, self.output.stat().st_size - _LAST_BYTES))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
        return "\n".join(lines[-_LAST_LINES:])

    def how_it_ended(self) -> str:
        """Return how it ended, in words that follow its name; only once it has."""
        status = self.process.returncode
        if status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        return f"ended with status {status}"


@contextlib.contextmanager
def started(
    command: list[str], variables: Mapping[str, str], output: Path, grace_s: float
) -> Iterator[Worker]:
    """Start a worker; on leaving, it and all that it started are gone.

    Args:
        command: What starts it.
        variables: Its environment variables.
        output: The file that is to hold what it writes.
        grace_s: How long it may take to end when it is asked to, in seconds.
    """
    with output.open("wb") as written:
        process = subprocess.Popen(
            command,
            env=dict(variables),
            # Never written to: its end tells the worker that this process is gone.
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=subprocess.STDOUT,
            # Signals of the terminal are ours; the worker's own children end with its group.
            start_new_session=True,
        )
    try:
        yield Worker(process, output)
    finally:
        _end(process, grace_s)


def _end(process: subprocess.Popen[bytes], grace_s: float) -> None:
    """End a worker: it is asked to, then made to, with all that it started."""
    try:
        if process.poll() is None:
            _signal(process, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace_s)
    finally:
        # Who loses patience meanwhile, and interrupts again, does not leave it behind.
        _signal(process, signal.SIGKILL)
        process.wait()
        _await_end(process.pid)
        if process.stdin is not None:
            process.stdin.close()


def _await_end(group: int) -> None:
    """Wait until nobody of a process group lives: who is killed ends soon, but not at once."""
    deadline = time.monotonic() + _KILLED_S
    while _lives(group) and time.monotonic() < deadline:
        time.sleep(_MOMENT_S)


def _lives(group: int) -> bool:
    """Tell whether anybody of a process group lives; the dead whom nobody has buried do not."""
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a worker's process group, of which it is the first; whoever is left of it hears."""
    # macOS says so of a group of which only the dead are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
