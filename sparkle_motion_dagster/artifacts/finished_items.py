"""Which items a run has finished, one after the other: `state.json` is too small for that.

Whoever watches a film reads what was added since, however seldom it looks: no item is missed, and
none is told twice. A power cut may undo it; nobody would miss that.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.atomic import replace_at_once
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.units import Record

FINISHED = ".finished"
"""The file of a run folder that lists them, a line of JSON each, below one that names the run."""


class FinishedItem(Record):
    """An item that is there, before its stage has a manifest that lists it."""

    stage: str
    item: str
    fingerprint: Sha256 = Field(description="of the action record that says how it was made")
    made: bool = Field(description="an engine made it in this run; else it was in the store")
    done: int = Field(description="how many of its stage's items are done with it")
    total: int = Field(description="how many items its stage has asked for so far")
    files: dict[str, str] = Field(description="its outputs and previews: name to media type")


@dataclass(frozen=True)
class Place:
    """How far a list was read: ``run`` is the line that it begins with, ``offset`` is in bytes."""

    run: bytes = b""
    offset: int = 0


class FinishedItems:
    """The list of a film's finished items, in its run folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FINISHED

    def begin(self, run: str) -> None:
        """Begin an empty list for a run, unless it has one: runs may take a film up once more."""
        _, place = self.after(Place())
        if place.run != (line := f"{run}\n".encode()):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_at_once(self.path, line)

    def add(self, items: Iterable[FinishedItem]) -> None:
        """Add what the run at work has finished; only it does."""
        lines = "".join(f"{item.model_dump_json()}\n" for item in items)
        if not self.path.exists():
            self.begin(uuid.uuid4().hex)
        with self.path.open("ab") as file:
            file.write(lines.encode())

    def after(self, place: Place) -> tuple[tuple[FinishedItem, ...], Place]:
        """Return what was added after a place, and the place after that.

        Of another run than the place's, that is all of it.
        """
        try:
            with self.path.open("rb") as file:
                run = file.readline()
                if run == place.run:
                    file.seek(place.offset)
                offset, added = file.tell(), file.read()
        except FileNotFoundError:
            return (), Place()
        whole = added[: added.rfind(b"\n") + 1]  # the last line may be written right now
        return tuple(_parsed(whole)), Place(run, offset + len(whole))

    def all(self) -> tuple[FinishedItem, ...]:
        """Return what the run that works on the film has finished, or the one that did last."""
        items, _ = self.after(Place())
        return items


def _parsed(lines: bytes) -> Iterator[FinishedItem]:
    for line in lines.splitlines():
        try:
            yield FinishedItem.model_validate_json(line)
        except ValidationError:
            return  # from here on a power cut has undone it
