"""Showing a stored file under another name without copying it, where the disk can."""

import errno
import os
import shutil
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY

_FICLONE = 0x40049409
"""ioctl that makes two files share their blocks (linux/fs.h); Btrfs, XFS and others have it."""

_CANNOT_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES)


def link_or_copy(source: Path, target: Path) -> None:
    """Show `source` as `target`, replacing it at once: hard link, else reflink, else a copy."""
    if target.exists() and target.samefile(source):
        return
    temporary = target.with_name(f"{TEMPORARY}{target.name}")
    temporary.unlink(missing_ok=True)
    try:
        temporary.hardlink_to(source)
    except OSError as error:
        if error.errno not in _CANNOT_LINK:
            raise
        _clone_or_copy(source, temporary)
    temporary.replace(target)


def _clone_or_copy(source: Path, target: Path) -> None:
    with source.open("rb") as original, target.open("wb") as copy:
        if not _cloned(original.fileno(), copy.fileno()):
            shutil.copyfileobj(original, copy)
        copy.flush()
        os.fsync(copy.fileno())
    target.chmod(source.stat().st_mode)


def _cloned(original: int, copy: int) -> bool:
    try:
        import fcntl

        fcntl.ioctl(copy, _FICLONE, original)
    except OSError:
        # The disk cannot share blocks between files; the caller copies them.
        return False
    return True
