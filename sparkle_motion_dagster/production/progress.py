"""Progress: what a run is doing now, in a small file that anybody may read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from sparkle_motion_dagster.artifacts.models import Record
from sparkle_motion_dagster.artifacts.run_folder import RunFolder

_FILE = "progress.json"


class ProgressReport(Record):
    """Where a run is: the stage, and how many of its items are done.

    ``made`` of the ``done`` items were made by an engine, the others taken from the store;
    ``making`` is how many an engine has to make in this stage.
    """

    pid: int
    stage: str
    item: str | None
    done: int
    total: int
    made: int
    making: int
    started_at: AwareDatetime
    updated_at: AwareDatetime

    def elapsed_s(self) -> float:
        """Return how long the stage has been going, in seconds."""
        return (datetime.now(UTC) - self.started_at).total_seconds()

    def remaining_s(self) -> float | None:
        """Return how long the stage will still take at the pace so far; None: not known yet."""
        if not self.made:
            return None
        pace = (self.updated_at - self.started_at).total_seconds() / self.made
        return max(0.0, pace * self.making - self.elapsed_s())


class Progress:
    """Writes the progress of one stage of a run."""

    def __init__(self, folder: RunFolder, stage: str) -> None:
        self._path = folder.path / _FILE
        self._stage = stage
        self._started_at = datetime.now(UTC)
        self._total = self._making = self._done = self._made = 0

    def expect(self, total: int, making: int) -> None:
        """Say how many more items the stage has, and how many of them an engine must make."""
        self._total += total
        self._making += making

    def working_on(self, item: str) -> None:
        """Say which item an engine is at."""
        self._write(item)

    def finished(self, items: int, made: int) -> None:
        """Say that items are done, and how many of them were made."""
        self._done += items
        self._made += made
        self._write(None)

    def _write(self, item: str | None) -> None:
        report = ProgressReport(
            pid=os.getpid(),
            stage=self._stage,
            item=item,
            done=self._done,
            total=self._total,
            made=self._made,
            making=self._making,
            started_at=self._started_at,
            updated_at=datetime.now(UTC),
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Renamed, not fsynced: it only has to be whole for whoever reads it now.
        temporary = self._path.with_name(f".{_FILE}.{os.getpid()}")
        temporary.write_text(report.model_dump_json(), encoding="utf-8")
        temporary.replace(self._path)


def read_progress(folder: Path) -> ProgressReport | None:
    """Return what a run's folder says of its progress; None where it says nothing readable."""
    try:
        return ProgressReport.model_validate_json((folder / _FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        # A cut-short progress file loses nothing: the next item writes it anew.
        return None
