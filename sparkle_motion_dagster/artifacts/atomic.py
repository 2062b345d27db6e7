"""Writing small files so that a reader, or a crash, sees the old one or the new one."""

import errno
import os
import tempfile
from pathlib import Path

TEMPORARY = ".new-"
"""How the names of files begin that are being written, or whose writer died."""

_READABLE = 0o644
"""Temporary files are private; what takes its place may be read by whoever may read the folder."""

_UNKNOWN = (errno.ENOSYS, errno.ENOTSUP)
"""What a file system answers that does not know how to do something."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file by renaming a finished, fsynced temporary file of the same folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            set_mode(Path(temporary), _READABLE)
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
    """Make sure that a folder's entries are on the disk, where its file system lets one."""
    try:
        fsync_file(folder)
    except OSError as error:
        # Network file systems and some of user space keep folders in order by themselves.
        if error.errno not in (errno.EINVAL, errno.EBADF, *_UNKNOWN):
            raise


def set_mode(path: Path, mode: int) -> None:
    """Set who may read and write a file, where its file system knows of such."""
    try:
        path.chmod(mode)
    except OSError as error:
        if error.errno not in (errno.EPERM, *_UNKNOWN):
            raise
