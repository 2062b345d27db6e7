"""Dagster's SQLite storage with its databases kept open: half of what Dagster adds to a render.

Dagster's own classes open the database anew for each of the several hundred statements of a render,
which also has SQLAlchemy compile each statement anew. What lies on the disk is the same, and any
process may use either.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

from dagster import DagsterInstance
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS, create_db_conn_string
from dagster._core.storage.sqlite_storage import (
    DagsterSqliteStorage,
    _event_logs_directory,
    _runs_directory,
)
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlalchemy.pool import NullPool, QueuePool

_PATIENT = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}

_RUNS_IN_HAND = 8
"""Of so many runs the statements stay compiled. The web UI reads those of any number of runs."""


class FilmInstance(DagsterInstance):
    """An instance whose SQLite databases stay open, unless its settings name another storage."""

    @classmethod
    def config_schema(cls) -> Mapping[str, Any]:
        """Return what it takes beside Dagster's own settings: nothing."""
        return {}

    @classmethod
    def config_defaults(cls, base_dir: str) -> Mapping[str, ConfigurableClassData | None]:
        """Return what is used where the settings name nothing."""
        storage = ConfigurableClassData(
            __name__, OpenSqliteStorage.__name__, json.dumps({"base_dir": base_dir})
        )
        return {**InstanceRef.config_defaults(base_dir), "storage": storage}


class OpenSqliteStorage(DagsterSqliteStorage):
    """Dagster's SQLite storage, of which runs and events stay open."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._run_storage = _OpenRuns(create_db_conn_string(_runs_directory(base_dir), "runs"))
        self._event_log_storage = _OpenEventLogs(_event_logs_directory(base_dir))

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> OpenSqliteStorage:
        """Open what lies below the folder that the settings name."""
        return cls.from_local(config_value["base_dir"], inst_data)


class _OpenRuns(SqliteRunStorage):
    def __init__(self, conn_string: str) -> None:
        super().__init__(conn_string)
        self._engine = _kept_open(conn_string)

    @contextlib.contextmanager
    def connect(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def dispose(self) -> None:
        self._engine.dispose()
        super().dispose()


class _OpenEventLogs(SqliteEventLogStorage):
    """Keeps the index of all runs open; a run's own log is opened for each statement.

    Only when the last connection is closed does SQLite write into a log's file, and it is this file
    that the web UI watches, to show events as they come.
    """

    def __init__(self, base_dir: str) -> None:
        self._log = lru_cache(_RUNS_IN_HAND)(self._run_log)
        super().__init__(base_dir)

    @cached_property
    def _index(self) -> Engine:
        return _kept_open(self.conn_string_for_shard(INDEX_SHARD_NAME))

    def has_table(self, table_name: str) -> bool:
        return inspect(self._index).has_table(table_name)

    @contextlib.contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._index if shard == INDEX_SHARD_NAME else self._log(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _run_log(self, run_id: str) -> Engine:
        return create_engine(
            self.conn_string_for_shard(run_id), poolclass=NullPool, connect_args=_PATIENT
        )

    def dispose(self) -> None:
        self._index.dispose()
        super().dispose()


def _kept_open(address: str) -> Engine:
    """Give a database that keeps one connection, and opens more while that is in use."""
    return create_engine(
        address, poolclass=QueuePool, pool_size=1, max_overflow=-1, connect_args=_PATIENT
    )
