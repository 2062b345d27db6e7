"""Progress: what a run is doing now, in a small file that anybody may read."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from sparkle_motion_dagster.artifacts.models import Record
from sparkle_motion_dagster.artifacts.run_folder import RunFolder

_FILE = "progress.json"


class ProgressReport(Record):
    """Where a run is: the stage, and how many of its items are done.

    ``made`` of the ``done`` items were made by an engine, the others taken from the store;
    ``making`` is how many an engine has to make in this stage. An engine that runs a model says
    what it is ``doing``, and which ``step`` of how many ``steps`` it has done; without steps, it
    says for whom it waits. ``pace_s`` is how long each item took, on average, of those that the
    engine at work has made, the last one at ``made_at``.
    """

    pid: int
    stage: str
    item: str | None
    done: int
    total: int
    made: int
    making: int
    doing: str = ""
    step: int = 0
    steps: int = 0
    pace_s: float | None = None
    made_at: AwareDatetime | None = None
    started_at: AwareDatetime
    updated_at: AwareDatetime

    def remaining_s(self) -> float | None:
        """Return how long the engine at work will still take at its pace; None: not known yet."""
        if self.pace_s is None or self.made_at is None:
            return None
        since = (datetime.now(UTC) - self.made_at).total_seconds()
        return max(0.0, self.pace_s * (self.making - self.made) - since)


class Progress:
    """Writes the progress of one stage of a run; from the thread of a model, too."""

    def __init__(self, folder: RunFolder, stage: str) -> None:
        self._path = folder.path / _FILE
        self._stage = stage
        self._started_at = datetime.now(UTC)
        self._total = self._making = self._done = self._made = 0
        self._item: str | None = None
        self._doing, self._step, self._steps = "", 0, 0
        self._began_at, self._made_since = self._started_at, 0
        self._made_at: datetime | None = None
        self._writing = threading.Lock()

    def expect(self, total: int, making: int) -> None:
        """Say how many more items the stage has, and how many of them an engine must make now."""
        self._total += total
        self._making += making
        # Another engine has a pace of its own: footage takes minutes, conforming it seconds.
        self._began_at, self._made_since = datetime.now(UTC), 0

    def counts(self) -> tuple[int, int]:
        """Return how many items have been counted so far, for `return_to`."""
        return self._total, self._done

    def return_to(self, counts: tuple[int, int]) -> None:
        """Forget the items counted since, which are asked for again; what was made stays made."""
        self._total, self._done = counts
        self._making = self._made

    def working_on(self, item: str) -> None:
        """Say which item an engine is at."""
        self._item = item
        self._write()

    def stepped(self, step: int, of: int, doing: str) -> None:
        """Say which step of its model an engine has done, and what the steps make."""
        self._doing, self._step, self._steps = doing, step, of
        self._write()

    def waiting(self, message: str) -> None:
        """Say for whom an engine waits."""
        self.stepped(0, 0, message)

    def finished(self, items: int, made: int) -> None:
        """Say that items are done, and how many of them were made."""
        self._done += items
        self._made += made
        self._made_since += made
        if made:
            self._made_at = datetime.now(UTC)
        self._item = None
        if self._made >= self._making:
            self._doing, self._step, self._steps = "", 0, 0
        self._write()

    def _write(self) -> None:
        with self._writing:
            report = ProgressReport(
                pid=os.getpid(),
                stage=self._stage,
                item=self._item,
                done=self._done,
                total=self._total,
                made=self._made,
                making=self._making,
                doing=self._doing,
                step=self._step,
                steps=self._steps,
                pace_s=self._pace_s(),
                made_at=self._made_at,
                started_at=self._started_at,
                updated_at=datetime.now(UTC),
            )
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Renamed, not fsynced: it only has to be whole for whoever reads it now.
            temporary = self._path.with_name(f".{_FILE}.{os.getpid()}")
            temporary.write_text(report.model_dump_json(), encoding="utf-8")
            temporary.replace(self._path)

    def _pace_s(self) -> float | None:
        if self._made_at is None or not self._made_since:
            return None
        return (self._made_at - self._began_at).total_seconds() / self._made_since


def read_progress(folder: Path) -> ProgressReport | None:
    """Return what a run's folder says of its progress; None where it says nothing readable."""
    try:
        return ProgressReport.model_validate_json((folder / _FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        # A cut-short progress file loses nothing: the next item writes it anew.
        return None
