"""The Dagster instance below ``$SPARKLE_HOME``."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.errors import StorageError, StoreBusyError, full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import locked
from sparkle_motion_dagster.artifacts.parts import check_parts
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.errors import InputError

if TYPE_CHECKING:
    from dagster import DagsterInstance

_OPENING_S = 60.0
"""Making the database's tables takes a second or two."""


def prepare_instance(home: SparkleHome) -> None:
    """Make the instance's folder, with the settings that come with the project.

    Raises:
        InputError: Its path has characters that database addresses give a meaning to.
        UnusableHomeError: A folder of the home will not do, see `check_parts`.
        StorageFullError: A disk is full.
    """
    if set("?%") & set(str(home.root)):
        raise InputError(
            f"$SPARKLE_HOME is {home.root}: Dagster's database cannot lie in a folder with '?' or "
            "'%' in its path. Choose another folder."
        )
    check_parts(home)
    settings = (CONFIGS / "dagster.yaml").read_bytes()
    target = home.dagster / "dagster.yaml"
    if not target.exists() or target.read_bytes() != settings:
        write_atomically(target, settings)


def shows_success(home: SparkleHome, dagster_run: str) -> bool:
    """Tell whether the web UI shows a run that ended well, and its log; Dagster is not loaded.

    Where the settings name another storage than Dagster's own, nobody can tell: it does not.
    """
    history = home.dagster / "history"
    if not (history / "runs" / f"{dagster_run}.db").is_file():
        return False
    runs = f"{(history / 'runs.db').absolute().as_uri()}?mode=rw"  # makes none; leaves no -wal
    ended_well = "SELECT 1 FROM runs WHERE run_id = ? AND status = 'SUCCESS'"
    try:
        with contextlib.closing(sqlite3.connect(runs, uri=True)) as database:
            return database.execute(ended_well, [dagster_run]).fetchone() is not None
    except sqlite3.Error:  # which whoever opens the instance meets, and says
        return False


@contextlib.contextmanager
def open_instance(home: SparkleHome) -> Iterator[DagsterInstance]:
    """Give the persistent instance, and close it afterwards.

    Raises:
        InputError, UnusableHomeError: As `prepare_instance` says.
        StorageError: Its database fails.
        StorageFullError: A disk is full.
        StoreBusyError: Another process has been opening it for a minute.
    """
    from dagster import DagsterInstance

    prepare_instance(home)
    with explained_database(home.dagster):
        # Whoever comes first makes the database's tables; two who do it at once fail.
        with locked(home.dagster / ".opening", _OPENING_S, partial(_busy, home)):
            instance = DagsterInstance.from_config(str(home.dagster))
        with instance:
            yield instance


def _busy(home: SparkleHome) -> StoreBusyError:
    return StoreBusyError(
        f"Another process has been opening Dagster's database in {home.dagster} for "
        f"{_OPENING_S:.0f} s. Wait for it to end, or end it, then try again."
    )


@contextlib.contextmanager
def explained_database(folder: Path) -> Iterator[None]:
    """Turn what goes wrong with Dagster's database into errors that say what to do.

    Raises:
        StorageFullError: The disk that holds it is full.
        StoreBusyError: Another process has kept it locked for too long.
        StorageError: It cannot be used.
    """
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        # What the database says, without the statement that it was given.
        said = str(error.orig if isinstance(error, DBAPIError) else error)
        if "disk is full" in said or "disk I/O error" in said:
            raise full_disk(folder) from error
        if "database is locked" in said:
            raise StoreBusyError(
                f"Another process does not stop writing into Dagster's database in {folder}. Wait "
                "for it to end, or end it, then try again."
            ) from error
        raise StorageError(
            f"Dagster's database cannot be used: {said}. Unless configs/dagster.yaml names "
            f"another, it lies below {folder}. If it is damaged, move that folder away, and "
            "inbox.json beside it: films and their manifests do not lie in it."
        ) from error
