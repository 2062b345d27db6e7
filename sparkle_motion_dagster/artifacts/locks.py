"""Locks between processes: the system's own (flock), free the moment their holder ends."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from sparkle_motion_dagster.errors import BusyError


@contextlib.contextmanager
def locked(path: Path, timeout_s: float, busy: BusyError) -> Iterator[None]:
    """Hold a lock.

    Args:
        path: Its file, made if need be.
        timeout_s: How long to wait for whoever holds it, in seconds.
        busy: Raised where that was not long enough.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=timeout_s)
    except Timeout as error:
        raise busy from error
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
