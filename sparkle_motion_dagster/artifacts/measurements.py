"""Measurements: what making each item has taken on this machine, a line an item, in one file.

They are taken from action records, and read in place of them: the most recent ones, in one go,
however many records there are. Where the file is missing it is made anew from the records.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import ActionRecord, EngineIdentity

_MOST_BYTES = 4 * 2**20
"""How much of the file's end is read: some 16,000 items."""

_MOST_ITEMS = 500
"""How many of an engine count at most, the last ones."""

_BEFORE_ENGINE = b'{"engine":"'


@dataclass(frozen=True)
class Measurement:
    """What making one item took.

    Attributes:
        engine: Who made it: name and version.
        model: Which model ran, and its revision; None: none.
        settings: The digest of all settings that change the result.
        device, size, work, called_at, starts, loading_s, held_s: As ``Making`` has them.
        seconds: Wall time, in seconds, loading included.
        size_bytes: How many bytes it laid down in the store, previews included.
        batch: How many items were made together, as the engine says: the first waits for all.
    """

    engine: str
    model: str | None
    settings: str
    device: str
    size: str | None
    work: float
    called_at: str
    starts: bool
    seconds: float
    loading_s: float
    held_s: float
    size_bytes: int
    batch: int = 1


def settings_digest(engine: EngineIdentity) -> str:
    """Return what is the same for equal settings of an engine."""
    return _digest(engine.settings)


def model_of(engine: EngineIdentity) -> str | None:
    """Return the model that an engine runs, and its revision, as one name."""
    return _model(engine.model_id, engine.revision)


def measurement_of(record: ActionRecord) -> Measurement | None:
    """Return what a record says of its making; None: it is an older one, and does not."""
    return _measured(record.model_dump(mode="json"))


def _measured(record: Mapping[str, Any]) -> Measurement | None:
    """Return what a record as JSON says of its making; None: nothing, or nothing to be read."""
    if "making" not in record:
        return None
    try:
        engine = record["engine"]
        files = (*record["outputs"].values(), *record["previews"].values())
        return Measurement(
            engine=f"{engine['name']} v{engine['version']}",
            model=_model(engine["model_id"], engine["revision"]),
            settings=_digest(engine["settings"]),
            seconds=record["seconds"],
            size_bytes=sum(file["size_bytes"] for file in files),
            batch=record["metadata"].get("batch", 1),
            **record["making"],
        )
    except (KeyError, TypeError, AttributeError):
        return None


def _model(model_id: str | None, revision: str | None) -> str | None:
    return None if model_id is None else f"{model_id}@{revision}"


def _digest(settings: Mapping[str, JsonValue]) -> str:
    return digest_json(dict(settings))[:16]


class RecentMeasurements:
    """The most recent measurements, each read when its engine is asked for."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines: dict[bytes, list[bytes]] = defaultdict(list)
        for line in lines:
            self._lines[line[len(_BEFORE_ENGINE) :].partition(b'"')[0]].append(line)

    def of(self, engine: str) -> list[Measurement]:
        """Return those of an engine, by its name and version, the last one last.

        A line that a crash has torn is passed over.
        """
        found = map(_read, self._lines.get(engine.encode(), ())[-_MOST_ITEMS:])
        return [measured for measured in found if measured is not None]


class Measurements:
    """The measurements of a home."""

    def __init__(self, home: SparkleHome) -> None:
        self._file = home.measurements
        self._actions = ActionLog(home.actions)

    def add(self, record: ActionRecord) -> None:
        """Take down what a record says that was just written."""
        if (measured := measurement_of(record)) is None:
            return
        if not self._file.exists():
            # The record is among those of which the file is made.
            self.ensure()
            return
        with self._file.open("a", encoding="utf-8") as file:
            # In one piece: others may write meanwhile. What a crash has torn ends before it.
            file.write(f"\n{_line(measured)}")

    def ensure(self) -> None:
        """Make the file from the action records, if it is missing."""
        if not self._file.exists():
            write_atomically(self._file, "".join(map(_line, self._of_records())).encode())

    def recent(self) -> RecentMeasurements:
        """Return the most recent ones; nothing is written for it."""
        try:
            lines = _last_lines(self._file)
        except FileNotFoundError:
            lines = [_line(one).encode() for one in self._of_records()]
        return RecentMeasurements(lines)

    def _of_records(self) -> list[Measurement]:
        found = [
            (str(record.get("made_at")), measured)
            for record in self._actions.glances()
            if (measured := _measured(record)) is not None
        ]
        return [measured for _, measured in sorted(found, key=lambda pair: pair[0])]


def _line(measured: Measurement) -> str:
    return f"{json.dumps(asdict(measured), separators=(',', ':'))}\n"


def _read(line: bytes) -> Measurement | None:
    try:
        return Measurement(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _last_lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _MOST_BYTES))
        lines = file.read().splitlines()
    return lines if size <= _MOST_BYTES else lines[1:]
