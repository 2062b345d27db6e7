"""The index's database: opened for a moment at a time, by as many processes as like."""

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

VERSION = 2
"""Raised by hand when the tables change; a database of another version is made anew."""

_TABLES = """
CREATE TABLE runs (run_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE manifests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL, stage TEXT NOT NULL,
    modified_ns INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
    UNIQUE (run_id, stage)
);
CREATE TABLE index_id (id TEXT NOT NULL);
CREATE TABLE artifacts (
    run_id TEXT, stage TEXT, item TEXT, name TEXT,
    file TEXT NOT NULL, media_type TEXT NOT NULL, kind TEXT NOT NULL,
    size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, made_at TEXT NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (run_id, stage, item, name)
) WITHOUT ROWID;
CREATE INDEX by_stage ON artifacts (stage, run_id, item, name);
CREATE INDEX by_stage_and_kind ON artifacts (stage, kind, run_id, item, name);
CREATE INDEX by_stage_and_media_type ON artifacts (stage, media_type, run_id, item, name);
CREATE INDEX by_kind ON artifacts (kind, run_id, stage, item, name);
CREATE INDEX by_media_type ON artifacts (media_type, run_id, stage, item, name);
CREATE INDEX by_digest ON artifacts (sha256);
"""
"""Rows are kept in the order of their names, in which they are listed.

Each manifest that is read gets a higher number than all before it, so that whoever follows the
index reads on from there. The index's id is another one whenever it is made anew.
"""


@contextlib.contextmanager
def connected(file: Path, mode: str, patience_s: float) -> Iterator[sqlite3.Connection]:
    """Open a database for a moment.

    Readers see it as it was when they began, whoever writes; writers wait for each other (WAL).

    Args:
        file: Where it lies.
        mode: As SQLite has it: ``rw`` where it must be there, ``rwc`` where it may be made.
        patience_s: How long to wait for who writes, in seconds.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    address = f"file:{quote(str(file))}?mode={mode}"
    connection = sqlite3.connect(address, timeout=patience_s, isolation_level=None, uri=True)
    with contextlib.closing(connection):
        # Of a database that is new: three thumbnails share such a page, in a usual one lies one.
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("PRAGMA journal_mode = WAL")
        # After a power cut the last changes may be missing, which the manifests' signatures show.
        connection.execute("PRAGMA synchronous = NORMAL")
        yield connection


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Have the database to oneself; all that is written becomes true at the end, or nothing.

    Raises:
        sqlite3.OperationalError: Another process did not end writing in time.
    """
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield


def is_current(connection: sqlite3.Connection) -> bool:
    """Tell whether a database has our tables, and all manifests were read into it once."""
    ((version,),) = connection.execute("PRAGMA user_version")
    return bool(version == VERSION)


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, empty, in the place of those that are there; inside of `writing`."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (name,) in found:
        connection.execute(f'DROP TABLE "{name}"')
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)
    connection.execute("INSERT INTO index_id VALUES (?)", (uuid.uuid4().hex,))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def is_damaged(error: sqlite3.Error) -> bool:
    """Tell whether an error says that the file holds no database, or a damaged one."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
