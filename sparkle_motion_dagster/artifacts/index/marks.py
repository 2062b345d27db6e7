"""Marks: how far somebody has followed the index, who makes something of what it lists."""

import sqlite3
from dataclasses import dataclass

from sparkle_motion_dagster.artifacts.digests import Sha256


@dataclass(frozen=True)
class Mark:
    """How far somebody has followed an index: up to which manifest of it."""

    index_id: str
    manifest: int


@dataclass(frozen=True)
class Listed:
    """What has been listed since a mark, by digest and media type, and where to read on."""

    files: tuple[tuple[Sha256, str], ...]
    mark: Mark


def listed_since(connection: sqlite3.Connection, mark: Mark | None, name: str) -> Listed:
    """Return the files that manifests list under a name, as far as they were read since a mark.

    After the index was made anew, those are all.

    Args:
        connection: The index.
        mark: Where to read on; None: from the beginning.
        name: What the outputs are called that are wanted.
    """
    ((index_id,),) = connection.execute("SELECT id FROM index_id")
    after = mark.manifest if mark is not None and mark.index_id == index_id else 0
    ((last,),) = connection.execute("SELECT coalesce(max(number), 0) FROM manifests")
    rows = connection.execute(
        "SELECT DISTINCT sha256, media_type FROM manifests JOIN artifacts USING (run_id, stage) "
        "WHERE number > ? AND name = ? ORDER BY number",
        (after, name),
    )
    return Listed(tuple(rows), Mark(index_id, last))
