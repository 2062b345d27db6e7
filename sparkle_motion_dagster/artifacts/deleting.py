"""Deleting files and folders of ours, also those that lie elsewhere and are linked to."""

import shutil
from pathlib import Path


def delete(path: Path) -> None:
    """Delete a file, or a folder with all that is in it; a link goes with what it points to."""
    if path.is_dir():
        shutil.rmtree(path.resolve())
    if path.is_symlink() or path.exists():
        path.unlink()
