"""Where tests write: into memory, where there is enough of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - the one file system in memory that Linux always has
ROOMY = 4 * 2**30
"""Bytes: some ten times what the default tests leave behind."""


def in_memory() -> Path | None:
    """Return a folder in memory that has room for all tests, and whose programs may run.

    A film waits some hundred times until it is safely on the disk, for milliseconds each: that is
    a quarter of the time that the tests take. What is asked of the disk is the same.
    """
    if not MEMORY.is_dir() or not hasattr(os, "ST_NOEXEC"):
        return None
    runs_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    roomy = shutil.disk_usage(MEMORY).free >= ROOMY
    return MEMORY if runs_programs and roomy and os.access(MEMORY, os.W_OK) else None


def on_another_disk(folder: Path) -> Path | None:
    """Return a folder for temporary files that lies on another file system than a folder does."""
    others = (Path(tempfile.gettempdir()), MEMORY)
    own = folder.stat().st_dev
    return next((one for one in others if one.is_dir() and one.stat().st_dev != own), None)
