"""What was asked of an asset's materializations is known until any may have changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import (
    AssetCheckEvaluation,
    AssetKey,
    AssetMaterialization,
    AssetRecordsFilter,
    DagsterInstance,
    EventRecordsResult,
)
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.event import listen, remove

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.known_materializations import KnownMaterializations

FILM = AssetKey("film")


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


@pytest.fixture
def instance(home: SparkleHome) -> Iterator[DagsterInstance]:
    with open_instance(home) as opened:
        yield opened


@pytest.fixture
def looks() -> Iterator[list[str]]:
    """Give the statements by which any database is asked for materializations, as they come."""
    statements = list[str]()

    def note(*told: object) -> None:
        statement = str(told[2])
        if statement.startswith("SELECT event_logs.id"):
            statements.append(statement)

    listen(Engine, "before_cursor_execute", note)
    yield statements
    remove(Engine, "before_cursor_execute", note)


def materialize(instance: DagsterInstance, partition: str) -> None:
    instance.report_runless_asset_event(AssetMaterialization(FILM, partition=partition))


def check(instance: DagsterInstance) -> None:
    instance.report_runless_asset_event(
        AssetCheckEvaluation(asset_key=FILM, check_name="is_whole", passed=True)
    )


def newest(instance: DagsterInstance, partition: str) -> int | None:
    """Return the newest materialization of a film, asked for as Dagster's checks do it."""
    asked = AssetRecordsFilter(asset_key=FILM, asset_partitions=[partition])
    records = instance.fetch_materializations(asked, limit=1).records
    return records[0].storage_id if records else None


def test_the_same_question_is_looked_up_once_whatever_checks_say_meanwhile(
    instance: DagsterInstance, looks: list[str]
) -> None:
    materialize(instance, "harbour")
    first = newest(instance, "harbour")
    looks.clear()
    for _ in range(3):
        check(instance)
        assert newest(instance, "harbour") == first is not None
    assert not looks
    assert newest(instance, "lighthouse") is None
    assert newest(instance, "harbour") == first
    assert len(looks) == 2, "another question takes its place"


def test_whoever_materializes_is_noticed(home: SparkleHome, instance: DagsterInstance) -> None:
    with open_instance(home) as elsewhere:
        found = [newest(instance, "harbour")]
        for who in (instance, elsewhere, instance, elsewhere, elsewhere):
            check(instance)
            materialize(who, "harbour")
            check(instance)
            found.append(newest(instance, "harbour"))
    first, *others = found
    assert first is None
    assert others == sorted({one for one in others if one is not None}), "each is a newer one"


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_wipe_is_noticed(
    home: SparkleHome, instance: DagsterInstance, *, by_itself: bool
) -> None:
    materialize(instance, "harbour")
    assert newest(instance, "harbour") is not None
    with open_instance(home) as elsewhere:
        (instance if by_itself else elsewhere).wipe_assets([FILM])
    check(instance)
    assert newest(instance, "harbour") is None


def test_what_another_writes_meanwhile_is_noticed(tmp_path: Path) -> None:
    before, after = (EventRecordsResult([], cursor, has_more=False) for cursor in "12")
    address = f"sqlite:///{tmp_path / 'index.db'}"
    index, other = create_engine(address), create_engine(address)
    known = KnownMaterializations(index)
    assert known.answer(("?",), lambda: before) is before
    with known.unchanged():
        pass
    assert known.answer(("?",), lambda: after) is before
    with known.unchanged(), other.begin() as connection:
        connection.execute(text("CREATE TABLE something (one INTEGER)"))
    assert known.answer(("?",), lambda: after) is after
