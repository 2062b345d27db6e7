"""Writing small files so that a reader, or a crash, sees the old one or the new one."""

import os
import tempfile
from pathlib import Path

TEMPORARY = ".new-"
"""How the names of files begin that are being written, or whose writer died."""

_READABLE = 0o644
"""Temporary files are private; what takes its place may be read by whoever may read the folder."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file by renaming a finished, fsynced temporary file of the same folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(handle, _READABLE)
            os.fsync(handle)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    fsync_folder(path.parent)


def replace_at_once(path: Path, data: bytes) -> None:
    """Write a file by renaming a finished, fsynced one, which does not wait for the folder.

    After a power cut the old file or the new one is there, and whole. Only one may write a file at
    a time.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(data)
    fsync_file(temporary)
    temporary.replace(path)


def fsync_file(path: Path) -> None:
    """Make sure that a file's bytes are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_folder(folder: Path) -> None:
    """Make sure that a folder's entries are on the disk."""
    fsync_file(folder)
