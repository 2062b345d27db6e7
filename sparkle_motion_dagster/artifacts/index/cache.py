"""Databases that can be made anew from something else: where one is damaged, that happens."""

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sparkle_motion_dagster.artifacts.errors import IndexBusyError, StorageError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.database import connected, is_damaged
from sparkle_motion_dagster.artifacts.keeping import set_aside_file
from sparkle_motion_dagster.artifacts.locks import locked

_PATIENCE_S = 60.0
"""Reading all manifests of a home takes tens of seconds; nobody else writes for long."""

T = TypeVar("T")


@dataclass(frozen=True)
class CacheDatabase:
    """A database of a home, with the lock of whoever makes it anew where it is damaged."""

    home: SparkleHome
    file: Path
    lock: Path

    def asked(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return what the database answers; where it is damaged, it is set aside, and made anew.

        Args:
            question: Is asked again of an empty database, where this one is damaged: it makes the
                tables where there are none.

        Raises:
            IndexBusyError: Another process did not end writing in time.
            StorageError: The database cannot be read or written.
        """
        self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with contextlib.suppress(_DamagedError):
                return self._answered(question)
            with locked(self.lock, _PATIENCE_S, self._busy):
                # Unless somebody else, who was waited for, has done it.
                with contextlib.suppress(_DamagedError):
                    return self._answered(question)
                self._set_aside()
                return self._answered(question)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise self._busy() from error
            raise StorageError(
                f"The index {self.file} cannot be used ({error}). Make sure that the disk has "
                "space and can be written; `sparkle index rebuild` makes it anew."
            ) from error

    def _answered(self, question: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with connected(self.file, "rwc", _PATIENCE_S) as connection:
                return question(connection)
        except sqlite3.DatabaseError as error:
            if is_damaged(error):
                raise _DamagedError from error
            raise

    def _set_aside(self) -> None:
        set_aside_file(self.home, self.file)
        for suffix in ("-wal", "-shm"):
            self.file.with_name(f"{self.file.name}{suffix}").unlink(missing_ok=True)

    def _busy(self) -> IndexBusyError:
        return IndexBusyError(
            f"Another process has been writing the index {self.file} for "
            f"{_PATIENCE_S:.0f} s. Wait for it to end, then try again."
        )


class _DamagedError(Exception):
    """The file of the index holds no database, or a damaged one."""
