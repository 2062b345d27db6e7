"""What is told of films, and how it looks on its way (server-sent events)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from sparkle_motion_dagster.artifacts.finished_items import FinishedItem
from sparkle_motion_dagster.units import Record


class Kind(StrEnum):
    """What a message tells: the ``event:`` of a server-sent event."""

    STANDING = "standing"
    ITEM = "item"
    COMMENTS = "comments"
    TAKES = "takes"
    GONE = "gone"


_PREVIEWS = ("thumbnail", "strip")
"""What shows an item at a glance, where it has one: a picture's thumbnail, a clip's filmstrip."""


class ItemOfFilm(FinishedItem):
    """An item of a film that is there now; its files are at ``/actions/FINGERPRINT/NAME``."""

    run_id: str
    preview: str | None = Field(description="the address of a picture that shows it")

    @classmethod
    def of(cls, run_id: str, item: FinishedItem) -> ItemOfFilm:
        """Return an item of a film."""
        name = next((one for one in _PREVIEWS if one in item.files), None)
        preview = None if name is None else f"/actions/{item.fingerprint}/{name}"
        return cls(run_id=run_id, preview=preview, **item.model_dump())


class OfFilm(Record):
    """The film that a message is about, which tells no more than that."""

    run_id: str


@dataclass(frozen=True)
class Message:
    """Something that is told of a film; ``data`` is JSON in one line."""

    kind: Kind
    run_id: str
    data: str

    @classmethod
    def of(cls, kind: Kind, run_id: str, data: Record) -> Message:
        """Return what a record tells of a film."""
        return cls(kind, run_id, data.model_dump_json())

    @property
    def wire(self) -> bytes:
        """Return it as it is sent."""
        return f"event: {self.kind}\ndata: {self.data}\n\n".encode()


@dataclass(frozen=True)
class Event:
    """A message in the order in which messages were told; ``wire`` is how it is sent."""

    run_id: str
    wire: bytes

    @classmethod
    def of(cls, message: Message, event_id: str) -> Event:
        """Return a message as the event of an id."""
        return cls(message.run_id, heard_until(event_id) + message.wire)


def heard_until(event_id: str) -> bytes:
    """Return what has a client keep the id of the last event that it has heard."""
    return f"id: {event_id}\n".encode()
