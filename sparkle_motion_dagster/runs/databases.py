"""SQLite databases that stay open between the statements of a render, and those that do not."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.event import listens_for
from sqlalchemy.pool import NullPool, QueuePool

_PATIENT = {"timeout": 30}
"""Seconds that a statement waits for another process to have written; as Dagster has it."""

_PAGES_BESIDE = 256
"""How many pages of 4 KiB are written beside a database before they go into it.

Four times as many, as SQLite has it, are 4 MiB a database: most of what a short film takes.
"""

_LOGS_IN_USE = 8
"""Of how many runs' logs the compiled statements are kept. The web UI reads those of any number."""


class EventDatabase:
    """A database of events that is kept open by one connection, for one thread at a time.

    What is written may reach the disk a little later. A process that is killed loses no event.
    Where the power fails, the last ones may be missing: how a film stands, and what runs are to be,
    does not lie there. See "synchronous" in https://sqlite.org/pragma.html and
    https://sqlite.org/wal.html.
    """

    def __init__(self, address: str) -> None:
        self.engine = kept_open(address)
        self._going_on: Connection | None = None

        @listens_for(self.engine, "connect")
        def prepare(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA journal_mode=WAL")  # as Dagster has it
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint={_PAGES_BESIDE}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection in a transaction: in the one that goes on, where one does."""
        if self._going_on is not None and self._going_on.in_transaction():
            yield self._going_on
            return
        # A signal may end it anywhere: the next transaction has nothing of this one but the file.
        with self.engine.begin() as self._going_on:
            yield self._going_on

    def close(self) -> None:
        """Close it, until something is asked of it again."""
        self.engine.dispose()


def kept_open(address: str) -> Engine:
    """Return a database that keeps one connection, and opens more while that is in use."""
    return create_engine(
        address, poolclass=QueuePool, pool_size=1, max_overflow=-1, connect_args=_PATIENT
    )


@lru_cache(_LOGS_IN_USE)
def opened_anew(address: str) -> Engine:
    """Return a run's database, which is opened for each statement."""
    return create_engine(address, poolclass=NullPool, connect_args=_PATIENT)
