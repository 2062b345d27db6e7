"""Notes of what happens to manifests: so that the index follows, whatever becomes of who does it.

Whoever changes a run's manifests leaves a note first, and takes it away once the index has
followed. A note that is left is that of somebody who works on it, was killed, or found the index
busy or damaged: whoever looks into the index next has it follow that run.
"""

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.database import connected, is_current, writing
from sparkle_motion_dagster.artifacts.index.rows import follow
from sparkle_motion_dagster.artifacts.listing import entries
from sparkle_motion_dagster.artifacts.locks import is_locked

_PATIENCE_S = 1.0
"""Nobody who renders waits longer for the index."""


@dataclass(frozen=True)
class Note:
    """A note that a run's manifests are being changed, or were by somebody who is done by now."""

    path: Path
    run_id: str
    is_done: bool


@contextlib.contextmanager
def indexed(home: SparkleHome, run_id: str) -> Iterator[None]:
    """Change a run's manifests, and have the index follow; whoever does it holds the run.

    Nothing that is wrong with the index keeps anybody from publishing.
    """
    note = home.unindexed / f"{uuid.uuid4().hex}.{run_id}"
    with contextlib.suppress(OSError):  # of a full disk, the manifest itself tells
        home.unindexed.mkdir(parents=True, exist_ok=True)
        note.touch()
    try:
        yield
    finally:
        if _has_followed(home, run_id):
            note.unlink(missing_ok=True)


def notes_left(home: SparkleHome) -> tuple[Note, ...]:
    """Return the notes that are there."""
    found = []
    for entry in entries(home.unindexed):
        run_id = entry.name.partition(".")[2]
        found.append(Note(Path(entry.path), run_id, is_done=not is_locked(home.held(run_id))))
    return tuple(found)


def take_away(note: Note) -> None:
    """Take away a note whose run the index has followed since it was found.

    That of somebody who was not done then stays, though he may be by now: the index may have
    followed too early.
    """
    if note.is_done:
        note.path.unlink(missing_ok=True)


def _has_followed(home: SparkleHome, run_id: str) -> bool:
    """Have the index follow a run; where there is none yet, whoever makes one reads everything."""
    if not home.index.exists():
        return True
    try:
        with connected(home.index, "rw", _PATIENCE_S) as connection, writing(connection):
            if is_current(connection):
                follow(connection, home, run_id)
    except (sqlite3.Error, OSError):
        return False
    return True
