"""Putting finished files where they belong, on the same file system or on another.

A home may lie in parts: its folders may be links to other disks, or mounts. Whatever the way, a
reader sees the old file or the new one, and whole.
"""

import errno
import os
import shutil
import stat
import uuid
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY, fsync_folder, set_mode

_FICLONE = 0x40049409
"""ioctl that makes two files share their blocks (linux/fs.h); Btrfs, XFS and others have it."""


def move(source: Path, target: Path) -> None:
    """Move a file, which is on its disk already, to `target`, replacing what is there."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = target.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
        try:
            _clone_or_copy(source, copy)
            copy.replace(target)
        finally:
            copy.unlink(missing_ok=True)
        source.unlink()
    fsync_folder(target.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """Show `source` as `target`, replacing it at once: hard link, else reflink, else a copy."""
    if target.exists() and target.samefile(source):
        return
    temporary = target.with_name(f"{TEMPORARY}{target.name}")
    temporary.unlink(missing_ok=True)
    try:
        temporary.hardlink_to(source)
    except OSError:
        # Another disk, one without hard links, a file that has too many: systems give many
        # reasons. Where it is the disk itself that fails, the copy fails of the same.
        _clone_or_copy(source, temporary)
    temporary.replace(target)


def _clone_or_copy(source: Path, target: Path) -> None:
    """Copy a file with its mode; the copy is on the disk when this returns."""
    with source.open("rb") as original, target.open("wb") as copy:
        if not _cloned(original.fileno(), copy.fileno()):
            shutil.copyfileobj(original, copy)
        copy.flush()
        os.fsync(copy.fileno())
    set_mode(target, stat.S_IMODE(source.stat().st_mode))


def _cloned(original: int, copy: int) -> bool:
    try:
        import fcntl

        fcntl.ioctl(copy, _FICLONE, original)
    except OSError:
        # The disk cannot share blocks between files; the caller copies them.
        return False
    return True
