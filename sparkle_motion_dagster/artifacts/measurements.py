"""Measurements: what making each item has taken on this machine, a line an item, in one file.

They are taken from action records, and read in place of them: the most recent ones, in one go,
however many records there are. Where the file is missing it is made anew from the records.
"""

import json
from collections.abc import Mapping
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
"""How much of the file's end is read: some 12,000 items, which takes 50 ms."""


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
            **record["making"],
        )
    except (KeyError, TypeError, AttributeError):
        return None


def _model(model_id: str | None, revision: str | None) -> str | None:
    return None if model_id is None else f"{model_id}@{revision}"


def _digest(settings: Mapping[str, JsonValue]) -> str:
    return digest_json(dict(settings))[:16]


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

    def recent(self) -> list[Measurement]:
        """Return the most recent ones, the last one last; nothing is written for it.

        A line that a crash has torn is passed over.
        """
        try:
            lines = _last_lines(self._file)
        except FileNotFoundError:
            return self._of_records()
        return [measured for line in lines if (measured := _read(line)) is not None]

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
