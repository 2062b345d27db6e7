"""Dagster's databases are made, and known to be of today, from migrations that are read once."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.runs.instance import open_instance


def versions(home: SparkleHome) -> dict[str, list[tuple[str]]]:
    """Return the version of each database of a home, by its path there."""
    found = {}
    for path in sorted(home.dagster.rglob("*.db")):
        with sqlite3.connect(path) as database:
            found[str(path.relative_to(home.dagster))] = database.execute(
                "SELECT version_num FROM alembic_version"
            ).fetchall()
    return found


class Executed:
    """Counts the files of migrations that are run while it listens: hooks stay for ever."""

    def __init__(self) -> None:
        self.files = 0
        self.listens = True
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.listens and event == "exec":
            self.files += "/alembic/versions/" in getattr(arguments[0], "co_filename", "")


def test_migrations_are_read_once_and_every_home_is_of_their_version(tmp_path: Path) -> None:
    homes = [SparkleHome(tmp_path / name) for name in ("one", "other")]
    with open_instance(homes[0]):
        pass
    executed = Executed()
    for home in homes:
        with open_instance(home):
            pass
    executed.listens = False
    assert executed.files == 0
    first, second = map(versions, homes)
    assert first == second
    assert len(first) >= 3
    assert all(len(rows) == 1 for rows in first.values())
