"""What happens to films, heard from the server as it happens (server-sent events)."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TypeAlias

import httpx2

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.notebook.problems import (
    ServerError,
    ServerUnreachableError,
    error_of,
)

Hear: TypeAlias = "Callable[[httpx2.ServerSentEvent], None]"
"""Is told of each event."""

Fail: TypeAlias = "Callable[[BaseException], None]"
"""Is told why nothing is heard."""

_SILENCE_S = 60.0
"""The server says something at least every 15 s; one that is silent for so long is gone."""

_AGAIN_S = (0.5, 1.0, 2.0, 5.0)
"""Waits between two attempts to connect, in seconds; the last one is repeated."""

_TOLD_AT = 2
"""After so many further attempts that failed, it is said that nothing is heard."""


class Listening:
    """A thread that hears of events until it is cancelled.

    Where the connection breaks, it connects again and hears what it has missed: the server is told
    which event was the last one.
    """

    def __init__(
        self, address: str, headers: Mapping[str, str], hear: Hear, lose: Fail, fail: Fail
    ) -> None:
        """Begin to listen.

        Args:
            address: The server's.
            headers: What says who listens.
            hear: Is told of each event, in this thread.
            lose: Is told why nothing is heard for now: once, until events are heard again.
            fail: Is told why it ends, unless it is cancelled: the server refuses to tell, or
                ``hear`` raised something.
        """
        self._address, self._headers = address, headers
        self._hear, self._lose, self._fail = hear, lose, fail
        self._last_event_id = ""
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(self._listen())
        self._thread = threading.Thread(target=self._run, name="sparkle events", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Hear no more; whoever is being told of an event is told of it to its end."""
        with contextlib.suppress(RuntimeError):  # it has ended, and its loop is closed
            self._loop.call_soon_threadsafe(self._task.cancel)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    @property
    def is_listening(self) -> bool:
        """Whether it still listens, or tries to."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(asyncio.wait({self._task}))
        finally:
            self._loop.close()
        if not self._task.cancelled() and (error := self._task.exception()) is not None:
            self._fail(error)

    async def _listen(self) -> None:
        timeout = httpx2.Timeout(_SILENCE_S)
        async with httpx2.AsyncClient(
            base_url=self._address, headers=self._headers, timeout=timeout
        ) as client:
            failures = 0
            while True:
                try:
                    async for event in self._events(client):
                        failures = 0
                        self._last_event_id = event.id
                        self._hear(event)
                except (httpx2.TransportError, ServerError) as error:
                    # The server may be gone, to come back: one that ends breaks off, too.
                    if failures == _TOLD_AT:
                        self._lose(_explained(self._address, error))
                await asyncio.sleep(_AGAIN_S[min(failures, len(_AGAIN_S) - 1)])
                failures += 1

    async def _events(self, client: httpx2.AsyncClient) -> AsyncIterator[httpx2.ServerSentEvent]:
        resumed = {"Last-Event-ID": self._last_event_id} if self._last_event_id else {}
        async with client.stream("GET", "/events", headers=resumed) as answer:
            if not answer.is_success:
                await answer.aread()
                raise error_of(answer)
            async for event in httpx2.EventSource(answer):
                yield event


def _explained(address: str, error: httpx2.TransportError | ServerError) -> SparkleError:
    return error if isinstance(error, ServerError) else ServerUnreachableError(address, error)
