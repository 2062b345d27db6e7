"""What is known under a fingerprint: what was made, or why the record of that is of no use."""

from dataclasses import dataclass

from sparkle_motion_dagster.artifacts.actions import files_of
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.keeping import set_aside_file
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.production.workbench import Workbench


@dataclass(frozen=True)
class Known:
    """What is known under a fingerprint: its record, or else why that is of no use."""

    record: ActionRecord | None = None
    fault: str | None = None


def made_again(stage: str, item: str, fault: str) -> str:
    """Return in words that an item is made again that was known, and why."""
    return f"{stage}: {item} is to be made again: {fault}."


def look_up(fingerprint: str, workbench: Workbench) -> Known:
    """Return what there is to be taken for a fingerprint, every byte of it checked."""
    try:
        record = workbench.actions.find(fingerprint)
    except UnreadableRecordError:
        return Known(fault="its action record is damaged")
    if record is None:
        return Known()
    for name, file in (*record.outputs.items(), *record.previews.items()):
        if not workbench.store.is_sound(file.sha256):
            return Known(fault=f"its stored {name} is missing or damaged")
    return Known(record=record)


def discard(fingerprint: str, workbench: Workbench) -> None:
    """Set aside a record that is of no use, and what is damaged of its files."""
    path = workbench.actions.path_of(fingerprint)
    try:
        record = workbench.actions.find(fingerprint)
    except UnreadableRecordError:
        record = None
    for file in files_of(record) if record else ():
        stored = workbench.store.path_of(file.sha256)
        if stored.exists() and not workbench.store.is_sound(file.sha256):
            set_aside_file(workbench.home, stored)
    set_aside_file(workbench.home, path)
