"""Sheets: pictures that show at a glance what a stage made, such as contact sheets and waves.

They lie beside what they show, hidden, and go with the film. Nothing is made from them, and no
manifest names them: a stage is the same with them and without.
"""

import re
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import digest_bytes
from sparkle_motion_dagster.artifacts.errors import explained_full_disk
from sparkle_motion_dagster.artifacts.run_folder import RunFolder

SHEET_NAME = r"[0-9a-f]{64}\.(?:jpeg|png)"
"""What sheets are called, as a regular expression: after their content, which never changes."""


def keep_sheet(folder: RunFolder, kind: str, data: bytes) -> str:
    """Keep a sheet of a film.

    Args:
        folder: The film's.
        kind: What the picture is: ``jpeg`` or ``png``.
        data: The picture.

    Returns:
        Its name.

    Raises:
        StorageFullError: The disk is full.
    """
    name = f"{digest_bytes(data)}.{kind}"
    path = _folder(folder) / name
    if not path.exists():
        with explained_full_disk(folder.path):
            write_atomically(path, data)
    return name


def find_sheet(folder: RunFolder, name: str) -> Path | None:
    """Return where a film's sheet lies; None: the film has none of that name."""
    path = _folder(folder) / name
    return path if re.fullmatch(SHEET_NAME, name) and path.is_file() else None


def _folder(folder: RunFolder) -> Path:
    return folder.path / ".sheets"
