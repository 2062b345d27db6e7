"""The tables of the index of hashes: SQLite, like the index of manifests which it follows."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.artifacts.index.marks import Mark
from sparkle_motion_dagster.similar.hashing import hashes_of
from sparkle_motion_dagster.similar.scanning import as_bytes
from sparkle_motion_dagster.similar.thumbnails import Thumbnail, as_jpeg

VERSION = 1
"""Raised by hand when the tables change, or what is in them: an older one is made anew."""

_TABLES = """
CREATE TABLE similar_id (id TEXT NOT NULL);
CREATE TABLE followed (name TEXT PRIMARY KEY, index_id TEXT NOT NULL, manifest INTEGER NOT NULL);
CREATE TABLE frames (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL, frame INTEGER NOT NULL, hashes BLOB NOT NULL,
    UNIQUE (sha256, frame)
);
CREATE TABLE thumbnails (number INTEGER PRIMARY KEY, jpeg BLOB NOT NULL);
"""
"""Thumbnails lie apart, so that hashes can be read without leafing through them."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture, or a frame of a clip, as it is put into the index."""

    sha256: str
    frame: int
    thumbnail: Thumbnail


@dataclass(frozen=True)
class FrameName:
    """Which file a picture is, or a frame of which clip."""

    sha256: str
    frame: int


def is_current(connection: sqlite3.Connection) -> bool:
    """Tell whether a database has our tables."""
    ((version,),) = connection.execute("PRAGMA user_version")
    return bool(version == VERSION)


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, empty, in the place of those that are there; inside of `writing`."""
    for table in ("similar_id", "followed", "frames", "thumbnails"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)
    connection.execute("INSERT INTO similar_id VALUES (?)", (uuid.uuid4().hex,))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def id_of(connection: sqlite3.Connection) -> str:
    """Return the database's id: another one whenever it was made anew."""
    ((found,),) = connection.execute("SELECT id FROM similar_id")
    return str(found)


def mark_of(connection: sqlite3.Connection, name: str) -> Mark | None:
    """Return how far the index of manifests has been followed for outputs of a name."""
    rows = connection.execute("SELECT index_id, manifest FROM followed WHERE name = ?", (name,))
    found = rows.fetchone()
    return None if found is None else Mark(*found)


def set_mark(connection: sqlite3.Connection, name: str, mark: Mark) -> None:
    """Say how far the index of manifests has been followed; inside of `writing`."""
    connection.execute(
        "INSERT OR REPLACE INTO followed VALUES (?, ?, ?)", (name, mark.index_id, mark.manifest)
    )


def has(connection: sqlite3.Connection, sha256: str) -> bool:
    """Tell whether a file has been hashed."""
    rows = connection.execute("SELECT 1 FROM frames WHERE sha256 = ? LIMIT 1", (sha256,))
    return rows.fetchone() is not None


def add(connection: sqlite3.Connection, frames: Iterable[Frame]) -> None:
    """Add frames, unless somebody else has; inside of `writing`."""
    for one in frames:
        added = connection.execute(
            "INSERT OR IGNORE INTO frames (sha256, frame, hashes) VALUES (?, ?, ?)",
            (one.sha256, one.frame, as_bytes(hashes_of(one.thumbnail))),
        )
        if added.rowcount:
            connection.execute(
                "INSERT INTO thumbnails VALUES (?, ?)", (added.lastrowid, as_jpeg(one.thumbnail))
            )


def hashes_after(connection: sqlite3.Connection, number: int) -> Sequence[tuple[int, bytes]]:
    """Return the numbers and the hashes of all frames whose number is higher than one."""
    rows = connection.execute(
        "SELECT number, hashes FROM frames WHERE number > ? ORDER BY number", (number,)
    )
    return rows.fetchall()


def name_of(connection: sqlite3.Connection, number: int) -> FrameName:
    """Return which frame has a number."""
    rows = connection.execute("SELECT sha256, frame FROM frames WHERE number = ?", (number,))
    return FrameName(*rows.fetchone())


def jpeg_of(connection: sqlite3.Connection, number: int) -> bytes:
    """Return the thumbnail of the frame that has a number."""
    ((jpeg,),) = connection.execute("SELECT jpeg FROM thumbnails WHERE number = ?", (number,))
    return bytes(jpeg)
