"""Locks between processes: the system's own (flock), free the moment their holder ends."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from sparkle_motion_dagster.errors import BusyError


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
    lock = FileLock(path, timeout=timeout_s, poll_interval=poll_s)
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
