"""Action records: the memory of what has been made, one small JSON file a fingerprint."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.listing import shelves
from sparkle_motion_dagster.artifacts.models import ActionRecord, OutputFile


class ActionLog:
    """The action records below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, fingerprint: str) -> Path:
        """Return where the record of a fingerprint lies, or would lie."""
        return self.root / fingerprint[:2] / f"{fingerprint}.json"

    def paths(self) -> Iterator[Path]:
        """Yield the files of all records, sorted; what is none of ours is passed over."""
        for fingerprint in sorted(shelves(self.root, ".json").files):
            yield self.path_of(fingerprint)

    def glances(self) -> Iterator[dict[str, Any]]:
        """Yield all records as JSON, for whoever looks through all of them: nothing is checked.

        What cannot be read, or names another fingerprint, is passed over: who needs it says so.
        """
        for path in self.paths():
            try:
                record = json.loads(path.read_bytes())
            except (ValueError, OSError):
                continue
            if isinstance(record, dict) and record.get("fingerprint") == path.stem:
                yield record

    def find(self, fingerprint: str) -> ActionRecord | None:
        """Return the record of a fingerprint, or None if nothing was made under it.

        Raises:
            UnreadableRecordError: There is a record, but it cannot be read.
        """
        path = self.path_of(fingerprint)
        return read_action(path) if path.exists() else None

    def write(self, record: ActionRecord) -> None:
        """Write a record; every file that it names must be in the store already."""
        text = record.model_dump_json(indent=1)
        write_atomically(self.path_of(record.fingerprint), text.encode())


def read_action(path: Path) -> ActionRecord:
    """Return the record in a file.

    Raises:
        UnreadableRecordError: It is truncated, is no record, or names another fingerprint.
    """
    try:
        record = ActionRecord.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        raise UnreadableRecordError(
            f"Action record {path} cannot be read: it is truncated or damaged. Run `sparkle "
            "verify --repair`, then render again."
        ) from error
    if record.fingerprint != path.stem:
        raise UnreadableRecordError(
            f"Action record {path} names another fingerprint, {record.fingerprint}. Run `sparkle "
            "verify --repair`, then render again."
        )
    return record


def files_of(record: ActionRecord) -> tuple[OutputFile, ...]:
    """Return all files that a record names, previews included."""
    return (*record.outputs.values(), *record.previews.values())
