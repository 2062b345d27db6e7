"""Locks between processes: the system's own (flock), free the moment their holder ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from sparkle_motion_dagster.errors import BusyError

if TYPE_CHECKING:
    import psutil


@contextlib.contextmanager
def locked(
    path: Path, timeout_s: float, busy: Callable[[], BusyError], poll_s: float = 0.05
) -> Iterator[None]:
    """Hold a lock.

    Args:
        path: Its file, which is made if need be and stays; its folder must be there.
        timeout_s: How long to wait for whoever holds it, in seconds.
        busy: Returns what is raised where that was not long enough.
        poll_s: How often to try, in seconds.

    Raises:
        FileNotFoundError: The folder is not there.
    """
    lock = FileLock(path, timeout=timeout_s, poll_interval=poll_s, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout as timeout:
        raise busy() from timeout
    try:
        yield
    finally:
        lock.release()


def is_locked(path: Path) -> bool:
    """Tell whether a living process, this one included, holds a lock."""
    try:
        with path.open("rb") as file:
            # Shared, so that two who ask at once do not take each other for a holder.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def take_for_life(path: Path, note: str, busy: Callable[[str], BusyError]) -> int:
    """Take a lock that is held until this process ends, and with it all that inherit the lock.

    Args:
        path: Its file, which is made if need be and stays; its folder must be there.
        note: What others are told who want it.
        busy: Returns what is raised where it is taken, given what its holder noted, which may not
            have come to that yet.

    Returns:
        The descriptor that holds it, for those children that are to hold it as well.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    while not _is_taken(lock):
        # Whoever but asks whether it is locked has a share in it for a moment.
        if is_locked(path):
            with os.fdopen(lock, encoding="utf-8") as file:
                raise busy(file.read())
    os.ftruncate(lock, 0)
    os.write(lock, note.encode())
    return lock


def _is_taken(lock: int) -> bool:
    """Take a lock if nobody has it, nor a share in it; tell whether that came about."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def users_of(path: Path) -> Iterator[psutil.Process]:
    """Yield the other processes, as far as this one may look at them, that have a file open."""
    import psutil

    for process in psutil.process_iter():
        try:
            opened = {file.path for file in process.open_files()}
        except (psutil.Error, OSError):
            continue
        if process.pid != os.getpid() and str(path.resolve()) in opened:
            yield process
