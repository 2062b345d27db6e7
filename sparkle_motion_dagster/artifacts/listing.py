"""What lies in folders, read in one go: no file is opened, none is asked for its size."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY

_SHELF = re.compile("[0-9a-f]{2}")
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Shelves:
    """What lies in a folder's folders that are named by the first two digits of a digest.

    ``files`` are by digest; ``unfinished`` are temporary files, of the folder itself, too. What is
    none of ours is passed over.
    """

    files: Mapping[str, os.DirEntry[str]]
    unfinished: tuple[Path, ...]


def entries(folder: Path | str) -> list[os.DirEntry[str]]:
    """Return what lies in a folder; nothing where there is no such folder."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except FileNotFoundError:
        return []


def shelves(root: Path, suffix: str = "") -> Shelves:
    """Return the files below a root whose names are a digest and a suffix."""
    files: dict[str, os.DirEntry[str]] = {}
    top = entries(root)
    others = top.copy()
    for shelf in top:
        if _SHELF.fullmatch(shelf.name) and shelf.is_dir():
            for entry in entries(shelf.path):
                digest = entry.name.removesuffix(suffix)
                if digest.startswith(shelf.name) and _DIGEST.fullmatch(digest):
                    files[digest] = entry
                else:
                    others.append(entry)
    return Shelves(
        files=files,
        unfinished=tuple(Path(entry.path) for entry in others if entry.name.startswith(TEMPORARY)),
    )
