"""Dagster's SQLite storage, of which the databases that all runs share stay open.

Dagster opens a database anew for each of the several hundred statements of a render, and SQLAlchemy
compiles each of them anew. What lies on the disk is the same, and any process may use either.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from dagster import DagsterInstance
from dagster._check import not_none
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.sqlite import create_db_conn_string
from dagster._core.storage.sqlite_storage import (
    DagsterSqliteStorage,
    _event_logs_directory,
    _runs_directory,
)
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlalchemy.pool import NullPool, QueuePool

_PATIENT = {"timeout": 30}
"""Seconds that a statement waits for another process to have written; as Dagster has it."""

_EVENTS_READ = "EVENT_LOG_CONSUMER_CURSOR"
"""How the names of those cursors begin that say which event was read last."""

_LOGS_IN_USE = 8
"""Of how many runs' logs the compiled statements are kept. The web UI reads those of any number."""


class OpenInstance(DagsterInstance):
    """An instance that keeps databases open, unless its settings name another storage.

    Settings cannot name the folder that they lie in; a class of instances is told of it.
    """

    @classmethod
    def config_schema(cls) -> Mapping[str, Any]:
        """Return what it takes beside Dagster's own settings: nothing."""
        return {}

    @classmethod
    def config_defaults(cls, base_dir: str) -> Mapping[str, ConfigurableClassData | None]:
        """Return what is used where the settings name nothing."""
        defaults = InstanceRef.config_defaults(base_dir)
        settings = not_none(defaults["storage"]).config_yaml
        return {
            **defaults,
            "storage": ConfigurableClassData(__name__, OpenSqliteStorage.__name__, settings),
        }


class OpenSqliteStorage(DagsterSqliteStorage):
    """Dagster's SQLite storage, which keeps the runs and the index of all events open."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)  # makes folders and tables
        events = _OpenEventLogs(_event_logs_directory(base_dir))
        runs = create_db_conn_string(_runs_directory(base_dir), "runs")
        self._run_storage = _OpenRuns(runs, events.get_maximum_record_id)
        self._event_log_storage = events

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> OpenSqliteStorage:
        """Open what lies below the folder that the settings name."""
        return cls.from_local(config_value["base_dir"], inst_data)


class _OpenRuns(SqliteRunStorage):
    """Keeps the runs open.

    How far the daemon has read the events, to start crashed runs again, is kept with them. SQLite
    numbers events anew after the newest were deleted: with the run, or all of them by a wipe. It
    would hear of no event again until there are as many as there were. Where it has read none yet
    it begins after those that there are, as by itself, when it would warn of that.
    """

    def __init__(self, conn_string: str, newest_event: Callable[[], int | None]) -> None:
        super().__init__(conn_string)
        self._engine = _kept_open(conn_string)
        self._newest_event = newest_event

    def get_cursor_values(self, keys: set[str]) -> Mapping[str, str]:
        found = super().get_cursor_values(keys)
        of_events = {key for key in keys if key.startswith(_EVENTS_READ)}
        if not of_events:
            return found
        newest = self._newest_event() or 0
        return {
            **found,
            **{key: str(min(int(found.get(key, newest)), newest)) for key in of_events},
        }

    @contextlib.contextmanager
    def connect(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def dispose(self) -> None:
        super().dispose()
        self._engine.dispose()


class _OpenEventLogs(SqliteEventLogStorage):
    """Keeps the index of all events open; a run's own log is opened for each statement.

    While a connection stays open, SQLite mostly writes beside a database's file, and into it when
    the last one is closed. The web UI watches the files of runs, to show events as they come.
    """

    def __init__(self, base_dir: str) -> None:
        self._index = _kept_open(create_db_conn_string(base_dir, INDEX_SHARD_NAME))
        super().__init__(base_dir)

    def has_table(self, table_name: str) -> bool:
        return inspect(self._index).has_table(table_name)

    @contextlib.contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            is_index = shard == INDEX_SHARD_NAME
            engine = self._index if is_index else _log(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def dispose(self) -> None:
        super().dispose()
        self._index.dispose()


def _kept_open(address: str) -> Engine:
    """Return a database that keeps one connection, and opens more while that is in use."""
    return create_engine(
        address, poolclass=QueuePool, pool_size=1, max_overflow=-1, connect_args=_PATIENT
    )


@lru_cache(_LOGS_IN_USE)
def _log(address: str) -> Engine:
    """Return a run's database, which is opened for each statement."""
    return create_engine(address, poolclass=NullPool, connect_args=_PATIENT)
