"""Dagster's SQLite storage, whose databases stay open while they are written.

Dagster opens a database anew for each of the several hundred statements of a render, and SQLAlchemy
compiles each of them anew; closing one makes the disk write several times. What lies there is the
same, and any process may use either.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dagster import DagsterEventType, DagsterInstance, EventLogEntry
from dagster._check import not_none
from dagster._core.events import DagsterEventBatchMetadata
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log.schema import AssetKeyTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite import create_db_conn_string
from dagster._core.storage.sqlite_storage import (
    DagsterSqliteStorage,
    _event_logs_directory,
    _runs_directory,
    _schedule_directory,
)
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, inspect, text

from sparkle_motion_dagster.runs.databases import EventDatabase, kept_open, opened_anew
from sparkle_motion_dagster.runs.migrations import read_migrations_once

_EVENTS_READ = "EVENT_LOG_CONSUMER_CURSOR"
"""How the names of those cursors begin that say which event was read last."""

_PARTITION = text(
    "SELECT 1 FROM dynamic_partitions"
    " WHERE partitions_def_name = :definition AND partition = :partition"
)
"""Finds a film. Dagster asks for it with each output; SQLAlchemy compiles its own question anew."""

_ENDS = {
    DagsterEventType.RUN_SUCCESS,
    DagsterEventType.RUN_FAILURE,
    DagsterEventType.RUN_CANCELED,
}
"""The events after which hardly anything happens in a run any more."""


class OpenInstance(DagsterInstance):
    """An instance that keeps databases open, unless its settings name another storage.

    Settings cannot name the folder that they lie in; a class of instances is told of it.
    """

    def handle_new_event(
        self, event: EventLogEntry, *, batch_metadata: DagsterEventBatchMetadata | None = None
    ) -> None:
        """Store an event; those that Dagster has at once are stored together, with their last one.

        Before a run begins, it says of each of its stages and checks that it will be made. Dagster
        stores these one by one, or, where storing them together fails, shows people the statement.
        """
        if batch_metadata is None:
            super().handle_new_event(event)
            return
        batch = self._event_buffer[batch_metadata.id]
        batch.append(event)
        if batch_metadata.is_end:
            del self._event_buffer[batch_metadata.id]
            self.event_log_storage.store_event_batch(batch)
            for one in batch:
                for hear in self._subscribers[one.run_id]:
                    hear(one)

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
        read_migrations_once()
        # Not Dagster's own, which would open other databases of the same files.
        super(DagsterSqliteStorage, self).__init__()  # type: ignore[no-untyped-call]
        self.base_dir, self._inst_data = base_dir, inst_data
        # Each makes its folder and tables.
        self._run_storage = _OpenRuns.from_local(_runs_directory(base_dir))
        self._event_log_storage = _OpenEventLogs(_event_logs_directory(base_dir))
        self._schedule_storage = SqliteScheduleStorage.from_local(_schedule_directory(base_dir))

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

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(conn_string, inst_data)
        self._engine = kept_open(conn_string)

    def get_cursor_values(self, keys: set[str]) -> Mapping[str, str]:
        found = super().get_cursor_values(keys)
        of_events = {key for key in keys if key.startswith(_EVENTS_READ)}
        if not of_events:
            return found
        newest = self._instance.event_log_storage.get_maximum_record_id() or 0
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
    """Keeps the index of all events open, and the log of the run that it wrote to last.

    A log that is opened and closed for each event is written to the disk six times for each. It is
    closed when its run has ended, or another run's event is written. Logs that are only read are
    opened for each statement.
    """

    def __init__(self, base_dir: str) -> None:
        self._index = EventDatabase(create_db_conn_string(base_dir, INDEX_SHARD_NAME))
        self._written: tuple[str, EventDatabase] | None = None
        self._tables = frozenset[str]()
        self._asset_columns = frozenset[str]()
        super().__init__(base_dir)
        # While an event is stored, all statements about it are part of one transaction.
        self._db_lock = threading.RLock()  # type: ignore[assignment]

    def has_table(self, table_name: str) -> bool:
        if table_name not in self._tables:  # Dagster asks of the same few with each event
            self._tables = frozenset(inspect(self._index.engine).get_table_names())
        return table_name in self._tables

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        if column_name not in self._asset_columns:  # and of the same few columns
            columns = inspect(conn).get_columns(AssetKeyTable.name)
            self._asset_columns = frozenset(column["name"] for column in columns)
        return column_name in self._asset_columns

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        asked = {"definition": partitions_def_name, "partition": partition_key}
        with self.index_connection() as connection:
            return connection.execute(_PARTITION, asked).first() is not None

    def store_event(self, event: EventLogEntry) -> None:
        self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of one run, all or none of them.

        Where the process is killed, or the disk is full, at the last moment, the run's log may have
        them, and the index of all events not.
        """
        run_id = events[0].run_id
        with self._db_lock:
            self._keep_open(run_id)
            with self._connect(INDEX_SHARD_NAME), self._connect(run_id):
                for event in events:
                    super().store_event(event)
            if any(event.dagster_event_type in _ENDS for event in events if event.is_dagster_event):
                self._keep_open(None)
        # The web UI watches the file, and an open database is mostly written beside it.
        os.utime(self.path_for_shard(run_id))

    def add_dynamic_partitions(
        self, partitions_def_name: str, partition_keys: Sequence[str]
    ) -> None:
        super().add_dynamic_partitions(partitions_def_name, partition_keys)
        with self._index.engine.connect() as connection:  # a film that was added, stays so
            connection.execute(text("PRAGMA wal_checkpoint"))

    def wipe(self) -> None:
        self._keep_open(None)
        super().wipe()

    @contextlib.contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            database = self._kept(shard)
            engine = database.engine if database else opened_anew(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with database.transaction() if database else engine.begin() as connection:
                yield connection

    def dispose(self) -> None:
        super().dispose()
        self._keep_open(None)
        self._index.close()

    def _kept(self, shard: str) -> EventDatabase | None:
        """Return the database of all events, or of a run's, if it is kept open."""
        if shard == INDEX_SHARD_NAME:
            return self._index
        if self._written is not None and self._written[0] == shard:
            return self._written[1]
        return None

    def _keep_open(self, run_id: str | None) -> None:
        """Keep a run's log open instead of the one that is; None: none."""
        with self._db_lock:
            if self._written is not None and self._written[0] != run_id:
                self._written[1].close()
                self._written = None
            if self._written is None and run_id is not None:
                self._written = run_id, EventDatabase(self.conn_string_for_shard(run_id))
