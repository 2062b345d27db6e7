"""Whoever listens to events, and what it is to hear next."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from sparkle_motion_dagster.server.events.recent import Recent

_AT_ONCE = 64
"""Events that are sent in one piece, where so many wait."""

_HEARTBEAT_S = 15.0
"""Programs between server and client end connections on which nothing is sent for a minute."""

_HEARTBEAT = b":\n\n"


class Listener:
    """A client that hears the events of one film, or of all; ``run_id`` is the film, if it is one.

    Nothing piles up for it: it hears what is kept for all. One that is too slow for that is cut
    off, and comes back.
    """

    def __init__(
        self, recent: Recent, run_id: str | None, after: int, first: Iterable[bytes] = ()
    ) -> None:
        """Prepare it.

        Args:
            recent: The events.
            run_id: The film; None: all of them.
            after: The number of the event after which it hears all.
            first: What it is sent before.
        """
        self.run_id = run_id
        self._recent, self._number, self._first = recent, after, deque(first)
        self._something = asyncio.Event()
        self._something.set()
        self._ended = False

    def wake(self) -> None:
        """Say that something has happened."""
        self._something.set()

    def end(self) -> None:
        """End its stream: it hears no more."""
        self._ended = True
        self._something.set()

    async def heard(self) -> bytes | None:
        """Wait for what it is to be sent next, and return it; None: no more.

        Where nothing happens for a while, it is a heartbeat.
        """
        try:
            async with asyncio.timeout(_HEARTBEAT_S):
                while not self._ended:
                    if sent := self._next():
                        return sent
                    await self._something.wait()
        except TimeoutError:
            return _HEARTBEAT
        return None

    def _next(self) -> bytes:
        if self._first:
            return b"".join(self._first.popleft() for _ in range(min(_AT_ONCE, len(self._first))))
        if not self._recent.has_all_after(self._number):
            self.end()
            return b""
        events = self._recent.after(self._number, _AT_ONCE)
        self._number += len(events)
        if self._number == self._recent.last:
            self._something.clear()
        return b"".join(one.wire for one in events if self.run_id in (None, one.run_id))
