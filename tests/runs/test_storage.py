"""Dagster's databases stay open: what is written is what Dagster's own classes read."""

from __future__ import annotations

import contextlib
import itertools
import json
import signal
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from dagster import (
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    Definitions,
    EventLogEntry,
    asset,
    define_asset_job,
    job,
    op,
)
from dagster._check import CheckError
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from sparkle_motion_dagster.artifacts.errors import StorageError, StorageFullError, StoreBusyError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.storage import OpenInstance


@op
def nothing() -> None:
    """Do nothing."""


@job
def small_job() -> None:
    """Run one op."""
    nothing()


_PLANNED = str(uuid.UUID(int=1))


@asset
def one() -> None:
    """Do nothing."""


@asset
def another() -> None:
    """Do nothing."""


def plan_run(instance: DagsterInstance) -> None:
    """Create a run that is to make two assets."""
    making = Definitions([one, another], jobs=[define_asset_job("making")])
    instance.create_run_for_job(making.resolve_job_def("making"), run_id=_PLANNED)


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


@pytest.fixture
def instance(home: SparkleHome) -> Iterator[DagsterInstance]:
    with open_instance(home) as opened:
        yield opened


def open_databases(home: SparkleHome) -> set[str]:
    """Return which databases below a home this process has open, by their names."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = descriptor.readlink()
        except FileNotFoundError:
            continue  # the one that lists the folder
        if target.is_relative_to(home.root) and target.suffix == ".db":
            found.add(target.stem)
    return found


@pytest.mark.parametrize(
    ("said", "kind", "advice"),
    [
        ("database or disk is full", StorageFullError, "free some space and run the same command"),
        ("database is locked", StoreBusyError, "Wait for it to end, or end it"),
        ("no such table: runs", StorageError, "move that folder away"),
    ],
)
def test_what_is_wrong_with_the_database_is_said_without_its_statements(
    home: SparkleHome, said: str, kind: type[SparkleError], advice: str
) -> None:
    with pytest.raises(kind) as caught, open_instance(home):
        raise OperationalError("INSERT INTO runs VALUES (?)", {}, sqlite3.OperationalError(said))
    assert str(home.dagster) in str(caught.value)
    assert advice in str(caught.value)
    assert "INSERT" not in str(caught.value)


def test_a_new_daemon_reads_no_event_again_and_warns_of_none(instance: DagsterInstance) -> None:
    small_job.execute_in_process(instance=instance)
    key = "EVENT_LOG_CONSUMER_CURSOR-PIPELINE_FAILURE"
    newest = instance.event_log_storage.get_maximum_record_id()
    assert instance.daemon_cursor_storage.get_cursor_values({key, "other"}) == {key: str(newest)}


def test_what_all_runs_share_stays_open_and_a_runs_own_log_until_it_ends(
    instance: DagsterInstance, home: SparkleHome
) -> None:
    found = list[set[str]]()

    @op
    def look() -> None:
        found.append(open_databases(home))

    @job
    def looking() -> None:
        look()

    runs = [looking.execute_in_process(instance=instance).run_id for _ in range(2)]
    assert isinstance(instance, OpenInstance)
    assert found == [{"runs", "index", run} for run in runs]
    assert open_databases(home) == {"runs", "index"}


def test_of_runs_that_take_turns_one_log_is_open(
    instance: DagsterInstance, home: SparkleHome
) -> None:
    runs = [instance.create_run_for_job(small_job) for _ in range(2)]
    for turn in range(4):
        instance.report_engine_event(f"turn {turn}", runs[turn % 2])
        assert open_databases(home) - {"runs", "index"} == {runs[turn % 2].run_id}
    told = [
        [record.event_log_entry.message for record in instance.get_records_for_run(one).records]
        for one in (runs[0].run_id, runs[1].run_id)
    ]
    assert told == [["turn 0", "turn 2"], ["turn 1", "turn 3"]]


def test_a_process_that_is_killed_loses_no_event(home: SparkleHome) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from dagster import DagsterRun\n"
        "from sparkle_motion_dagster.artifacts.home import SparkleHome\n"
        "from sparkle_motion_dagster.runs.instance import open_instance\n"
        "with open_instance(SparkleHome(Path(sys.argv[1]))) as instance:\n"
        "    run = instance.add_run(DagsterRun('small_job', run_id='run'))\n"
        "    instance.add_dynamic_partitions('films', ['lighthouse'])\n"
        "    instance.report_engine_event('the last word', run)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = subprocess.run([sys.executable, "-c", code, str(home.root)], check=False)
    assert process.returncode == -signal.SIGKILL
    with open_instance(home) as instance:
        (record,) = instance.get_records_for_run("run").records
        assert record.event_log_entry.message == "the last word"
        assert instance.get_dynamic_partitions("films") == ["lighthouse"]


def test_events_that_are_stored_together_are_all_there_or_none(instance: DagsterInstance) -> None:
    run = instance.create_run_for_job(small_job)
    instance.report_engine_event("the first", run)
    (first,) = (one.event_log_entry for one in instance.get_records_for_run(run.run_id).records)
    log = instance.event_log_storage
    with pytest.raises(CheckError):
        log.store_event_batch([first, "no event"])  # type: ignore[list-item]
    assert len(instance.get_records_for_run(run.run_id).records) == 1
    log.store_event_batch([first, first])
    assert len(instance.get_records_for_run(run.run_id).records) == 3


def test_what_a_run_plans_is_there_and_told_to_who_listens(instance: DagsterInstance) -> None:
    heard = list[EventLogEntry]()
    instance.add_event_listener(_PLANNED, heard.append)
    plan_run(instance)
    planned = DagsterEventType.ASSET_MATERIALIZATION_PLANNED
    of_run = [entry for entry in heard if entry.dagster_event_type is planned]
    assert {entry.get_dagster_event().asset_key for entry in of_run} == {one.key, another.key}
    assert [*instance.all_logs(_PLANNED, planned)] == of_run


def test_of_a_plan_that_cannot_be_stored_nothing_is_there_and_the_error_alone_is_told(
    instance: DagsterInstance, home: SparkleHome, capfd: pytest.CaptureFixture[str]
) -> None:
    index = home.dagster / "history" / "runs" / "index.db"
    with contextlib.closing(sqlite3.connect(index)) as database:
        database.execute("DROP TABLE event_logs")
    with pytest.raises(OperationalError, match="no such table: event_logs"):
        plan_run(instance)
    assert capfd.readouterr().err == ""
    assert not instance.get_records_for_run(_PLANNED).records


def test_a_wipe_leaves_no_log_open_that_is_gone(
    instance: DagsterInstance, home: SparkleHome
) -> None:
    run = instance.create_run_for_job(small_job)
    instance.report_engine_event("before", run)
    instance.wipe()
    instance.report_engine_event("after", run)
    with open_instance(home) as elsewhere:
        records = elsewhere.get_records_for_run(run.run_id).records
    assert [record.event_log_entry.message for record in records] == ["after"]


def test_an_instance_that_ends_leaves_nothing_open(home: SparkleHome) -> None:
    with open_instance(home) as instance:
        small_job.execute_in_process(instance=instance)
    assert open_databases(home) == set()


def is_interrupted(asks: Callable[[], object], after_lines: int) -> bool:
    """Interrupt what asks something after so many lines; tell whether it had come so far."""
    left, before = after_lines, sys.gettrace()

    def count(_: FrameType, event: str, __: object) -> Callable[..., Any]:
        nonlocal left
        left -= event == "line"
        if left == 0:
            raise KeyboardInterrupt
        return count

    def counted() -> None:
        sys.settrace(count)
        try:
            asks()
        finally:
            sys.settrace(before)

    # Libraries that are interrupted while they make an object may come to errors of their own.
    with contextlib.suppress(KeyboardInterrupt, Exception):
        counted()
    return left <= 0


def test_an_interrupt_at_any_moment_leaves_no_transaction_open(
    instance: DagsterInstance, home: SparkleHome
) -> None:
    add = text("INSERT INTO dynamic_partitions (partitions_def_name, partition) VALUES ('', :one)")
    log = instance.event_log_storage
    assert isinstance(log, SqliteEventLogStorage)
    index = home.dagster / "history" / "runs" / "index.db"
    with contextlib.closing(sqlite3.connect(index)) as elsewhere:
        for lines in itertools.count(1):
            if not is_interrupted(lambda: log.has_dynamic_partition("films", "film"), lines):
                break
            with log.index_connection() as connection:
                connection.execute(add, {"one": str(lines)})
            assert elsewhere.execute("SELECT count(*) FROM dynamic_partitions").fetchone() == (
                lines,
            )
    assert lines > 100


def test_dagsters_own_classes_read_what_lies_there(
    instance: DagsterInstance, home: SparkleHome, tmp_path: Path
) -> None:
    run_id = small_job.execute_in_process(instance=instance).run_id
    storage = {"module": "dagster._core.storage.sqlite_storage", "class": "DagsterSqliteStorage"}
    settings = {"storage": {"custom": {**storage, "config": {"base_dir": str(home.dagster)}}}}
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "dagster.yaml").write_text(json.dumps(settings), encoding="utf-8")
    with DagsterInstance.from_config(str(tmp_path / "plain")) as plain:
        run = plain.get_run_by_id(run_id)
        events = [record.event_log_entry for record in plain.get_records_for_run(run_id).records]
    assert not isinstance(plain, OpenInstance)
    assert run is not None
    assert run.status is DagsterRunStatus.SUCCESS
    assert events == [
        record.event_log_entry for record in instance.get_records_for_run(run_id).records
    ]


def test_who_watches_a_run_from_elsewhere_is_told_of_its_events(
    instance: DagsterInstance, home: SparkleHome
) -> None:
    run = instance.create_run_for_job(small_job)
    instance.report_engine_event("its log is there", run)  # making its database is seen by anybody
    told: list[str] = []
    happened = threading.Event()

    def hear(entry: EventLogEntry, _: str) -> None:
        told.append(entry.message)
        if "something happened" in entry.message:
            happened.set()

    with open_instance(home) as elsewhere:
        elsewhere.event_log_storage.watch(run.run_id, None, hear)
        instance.report_engine_event("something happened", run)
        assert happened.wait(60), f"it was not heard of in a minute, but {told}"


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path / "🎬 films, été")
    with open_instance(home) as instance:
        small_job.execute_in_process(instance=instance)
    assert {path.parents[2] for path in home.root.glob("dagster/history/runs/*.db")} == {
        home.dagster
    }


@pytest.mark.parametrize("by", ["a wipe", "the deletion of the newest run"])
def test_the_daemon_hears_of_events_that_are_numbered_anew(
    instance: DagsterInstance, by: str
) -> None:
    """Else no crashed run would be started again until there are as many events as there were."""
    small_job.execute_in_process(instance=instance)
    newest = small_job.execute_in_process(instance=instance)
    events, cursors = instance.event_log_storage, instance.daemon_cursor_storage
    key = "EVENT_LOG_CONSUMER_CURSOR-PIPELINE_FAILURE"
    cursors.set_cursor_values({key: str(events.get_maximum_record_id()), "another": "9999"})
    before = cursors.get_cursor_values({key, "another"})
    assert before == {key: str(events.get_maximum_record_id()), "another": "9999"}
    if by == "a wipe":
        instance.wipe()
    else:
        instance.delete_run(newest.run_id)

    after = cursors.get_cursor_values({key, "another"})
    assert after == {key: str(events.get_maximum_record_id() or 0), "another": "9999"}
    assert int(after[key]) < int(before[key])
