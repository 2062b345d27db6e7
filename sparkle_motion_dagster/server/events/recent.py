"""The last events of a feed, numbered: what somebody can hear who was away, or is slow."""

from __future__ import annotations

import secrets
from collections import deque
from itertools import islice

from sparkle_motion_dagster.server.events.messages import Event, Message

_KEPT = 2000
"""How many events are kept: some megabytes, and minutes of a film that is being rendered."""


class Recent:
    """The last events, the oldest one first.

    Ids begin with a name that no other server's events have, and end in the event's number.
    """

    def __init__(self) -> None:
        self._name = secrets.token_hex(4)
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self.last = 0

    @property
    def last_id(self) -> str:
        """The id of the last event."""
        return f"{self._name}-{self.last}"

    def add(self, message: Message) -> None:
        """Make a message the last event."""
        self.last += 1
        self._events.append(Event.of(message, self.last_id))

    def number_of(self, event_id: str) -> int | None:
        """Return the number of an event; None: it is none of these, or forgotten by now."""
        name, _, digits = event_id.rpartition("-")
        if name != self._name or not (digits.isascii() and digits.isdecimal()):
            return None
        number = int(digits)
        return number if self.has_all_after(number) else None

    def has_all_after(self, number: int) -> bool:
        """Tell whether all that came after an event is kept."""
        return self.last - len(self._events) <= number <= self.last

    def after(self, number: int, most: int) -> list[Event]:
        """Return what came after an event, but no more than some."""
        begin = len(self._events) - (self.last - number)
        return list(islice(self._events, begin, begin + most))
