"""Whoever listens to events, and what it still has to hear."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

_MOST_PENDING = 500
"""Events that wait for a client; one that takes none of them for so long is cut off."""

_AT_ONCE = 64
"""Events that are sent in one piece, where so many wait."""

_HEARTBEAT_S = 15.0
"""Programs between server and client end connections on which nothing is sent for a minute."""

_HEARTBEAT = b":\n\n"


class Listener:
    """A client that hears the events of one film, or of all; ``run_id`` is the film, if it is one.

    Nothing piles up for it: a client that is too slow is cut off, and comes back for what it has
    missed.
    """

    def __init__(self, run_id: str | None, first: Iterable[bytes]) -> None:
        """Prepare it.

        Args:
            run_id: The film; None: all of them.
            first: What it hears before anything else happens.
        """
        self.run_id = run_id
        self._first, self._pending = deque(first), deque[bytes]()
        self._something = asyncio.Event()
        self._ended = False

    def tell(self, wire: bytes) -> None:
        """Have it hear an event."""
        if len(self._pending) >= _MOST_PENDING:
            self.end()
        if not self._ended:
            self._pending.append(wire)
            self._something.set()

    def end(self) -> None:
        """End its stream: it hears no more."""
        self._ended = True
        self._first.clear()
        self._pending.clear()
        self._something.set()

    async def heard(self) -> bytes | None:
        """Wait for what it is to be sent next, and return it; None: no more.

        Where nothing happens for a while, it is a heartbeat.
        """
        if not self._first:
            try:
                async with asyncio.timeout(_HEARTBEAT_S):
                    await self._something.wait()
            except TimeoutError:
                return _HEARTBEAT
        if self._ended:
            return None
        waiting = self._first or self._pending
        sent = b"".join(waiting.popleft() for _ in range(min(_AT_ONCE, len(waiting))))
        if not self._pending:
            self._something.clear()
        return sent
