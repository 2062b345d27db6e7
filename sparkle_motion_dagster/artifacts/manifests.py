"""The files in which manifests lie: what they are called, what is in them, and how one is known."""

import contextlib
import os
from pathlib import Path
from typing import TypeAlias

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.listing import entries
from sparkle_motion_dagster.artifacts.models import StageManifest

MANIFEST = "manifest.json"

Signature: TypeAlias = tuple[int, int]
"""A manifest's modification time in nanoseconds and its size in bytes."""


def manifest_in(path: Path) -> StageManifest | None:
    """Return the manifest in a file; None: it cannot be read."""
    try:
        return StageManifest.model_validate_json(path.read_bytes())
    except (ValidationError, OSError):
        return None


def signatures_in(run: Path) -> dict[str, Signature]:
    """Return the stages of a run folder that have a manifest, each with that file's signature."""
    found = {}
    for entry in entries(run):
        if entry.is_dir():
            # A stage without a manifest does not exist; one may be published at this moment.
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(f"{entry.path}/{MANIFEST}")  # noqa: PTH116 - thousands of them
                found[entry.name] = (status.st_mtime_ns, status.st_size)
    return found
