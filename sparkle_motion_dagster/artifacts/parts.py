"""Whether the folders of a home can hold what they are to hold, wherever they lie.

A home may lie in parts: any of its folders may be a link to another disk, or a mount. What they
must be able to do is tried, since neither the name of a file system nor its settings tell.
"""

import contextlib
import errno
import fcntl
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY
from sparkle_motion_dagster.artifacts.errors import StorageError, explained_full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome


class UnusableHomeError(StorageError):
    """A folder of the home is not there, or its file system cannot do what it must."""


def check_there(home: SparkleHome) -> None:
    """Make sure that no folder of a home is a link to nothing, or a file; changes nothing.

    Raises:
        UnusableHomeError: One of them is; the error says which, and what to do.
    """
    for folder in _parts(home):
        there = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
        if there.is_symlink() and not there.exists():
            raise UnusableHomeError(
                f"{there} is a link to {there.readlink()}, which is not there. Mount the disk that "
                "it lies on, or make that folder, then try again."
            )
        if not there.is_dir():
            raise UnusableHomeError(
                f"{there} is a file, where a folder belongs. Move it away, then try again."
            )


def check_parts(home: SparkleHome) -> None:
    """Make the folders of a home, and try in each what rendering needs of its file system.

    Raises:
        UnusableHomeError: One of them will not do; the error says which, and what to do.
        StorageFullError: A disk is full.
    """
    check_there(home)
    for folder in _parts(home):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        with explained_full_disk(there), _explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _try(folder)


def _parts(home: SparkleHome) -> tuple[Path, ...]:
    return home.root, home.work, home.store, home.actions, home.runs, home.dagster


def _try(folder: Path) -> None:
    """Lock a file, and let another take its place: what keeps films and results whole."""
    one, other = (folder / f"{TEMPORARY}{uuid.uuid4().hex}" for _ in range(2))
    try:
        with one.open("wb") as file:
            _try_lock(file.fileno(), folder)
        other.touch()
        other.replace(one)
    finally:
        for path in (one, other):
            path.unlink(missing_ok=True)


def _try_lock(file: int, folder: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UnusableHomeError(
            f"The file system of {folder} cannot lock files ({error.strerror}): two processes "
            "could change one film at once. Mount it with locks, or let that folder lie on another "
            "disk: it may be a link."
        ) from error


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UnusableHomeError(
            f"{folder} cannot be written ({error.strerror}). Make it writable for this user, or "
            "set SPARKLE_HOME to another folder."
        ) from error
