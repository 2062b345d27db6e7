"""The one feed of events of a server: what is watched once is told to all who listen."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import aclosing, asynccontextmanager

from sparkle_motion_dagster.api.waiting import OpenQueue
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.server.events.films import NOTHING, Films, Sight
from sparkle_motion_dagster.server.events.listening import Listener
from sparkle_motion_dagster.server.events.messages import Message, heard_until
from sparkle_motion_dagster.server.events.recent import Recent
from sparkle_motion_dagster.server.events.watching import changed_below

_logger = logging.getLogger(__name__)


class Feed:
    """Watches a home's films as long as somebody listens, and tells what happens.

    Events are numbered, and the last ones are kept: a client that was away hears what it missed.
    What happened while nobody listened is found when somebody does again.
    """

    def __init__(
        self, home: SparkleHome, queue: OpenQueue, *, look_every_s: float, tell_every_s: float
    ) -> None:
        """Watch nothing yet.

        Args:
            home: Whose films it tells of.
            queue: What waits to be rendered.
            look_every_s: How often it looks for what no file tells at once, in seconds.
            tell_every_s: How often it tells what has changed meanwhile, in seconds.
        """
        self._home, self._queue = home, queue
        self._look_every_s, self._tell_every_s = look_every_s, tell_every_s
        self._sights: dict[str, Sight] = {}
        self._recent = Recent()
        self._listeners: set[Listener] = set()
        self._looking = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self._ended = False

    @property
    def is_watching(self) -> bool:
        """Whether anything is watched."""
        return self._watching is not None

    @asynccontextmanager
    async def listening(self, run_id: str | None, after: str | None) -> AsyncIterator[Listener]:
        """Give somebody who listens.

        Args:
            run_id: The film; None: all of them.
            after: The id of the last event that it has heard. Without one, and where what came
                after that is not known any more, it hears first how each film stands.
        """
        await self._look_around(None if run_id is None else {run_id})
        # Nothing happens from here until it listens: it misses nothing, and hears nothing twice.
        listener = self._listener(run_id, after)
        self._listeners.add(listener)
        if self._ended:
            listener.end()
        elif self._watching is None:
            self._watching = asyncio.create_task(self._watch())
            self._watching.add_done_callback(self._ended_watching)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                self._stop_watching()

    def end(self) -> None:
        """End all streams, and those that are asked for from now on."""
        self._ended = True
        self._end_streams()
        self._stop_watching()

    async def _watch(self) -> None:
        looked = time.monotonic()
        watched = changed_below(self._home.runs, self._look_every_s, self._tell_every_s)
        async with aclosing(watched) as changes:
            async for changed in changes:
                followed = self._followed()
                if time.monotonic() - looked >= self._look_every_s:
                    await self._look_around(followed, changed)
                    looked = time.monotonic()
                elif changed := changed if followed is None else changed & followed:
                    await self._look_around(changed, changed)

    def _followed(self) -> set[str] | None:
        """Return the films of which somebody hears; None: all of them."""
        followed = {listener.run_id for listener in self._listeners}
        return None if None in followed else {one for one in followed if one is not None}

    async def _look_around(self, run_ids: set[str] | None, changed: Collection[str] = ()) -> None:
        """Look at films that may have changed, and tell what has.

        Args:
            run_ids: The films; None: all of them.
            changed: Those of which it is known that something has.
        """
        async with self._looking:
            # Files are read elsewhere, so that whoever asks the server for something need not wait.
            for run_id, sight, messages in await asyncio.to_thread(self._looks, run_ids, changed):
                self._tell(messages)
                self._sights[run_id] = sight
                if sight == NOTHING:
                    del self._sights[run_id]

    def _looks(
        self, run_ids: set[str] | None, changed: Collection[str]
    ) -> list[tuple[str, Sight, list[Message]]]:
        films, looks = Films(self._home, self._queue.now()), []
        written = films.written_at(run_ids)
        if run_ids is None:
            written = dict.fromkeys(self._sights, 0) | written
        for run_id in sorted(written):
            before = self._sights.get(run_id, NOTHING)
            if run_id in changed or films.may_differ(run_id, written[run_id], before):
                looks.append((run_id, *films.look(run_id, before)))
        return looks

    def _tell(self, messages: list[Message]) -> None:
        for message in messages:
            self._recent.add(message)
        for listener in self._listeners:
            listener.wake()

    def _listener(self, run_id: str | None, after: str | None) -> Listener:
        if after is not None and (number := self._recent.number_of(after)) is not None:
            return Listener(self._recent, run_id, number)
        return Listener(self._recent, run_id, self._recent.last, self._standings(run_id))

    def _standings(self, run_id: str | None) -> Iterator[bytes]:
        """Yield how films stand, and last of all the id of the event after which that is so."""
        shown = sorted(self._sights) if run_id is None else [run_id]
        for one in shown:
            now = self._sights.get(one, NOTHING).standing
            if now is not None:
                yield now.wire
        yield heard_until(self._recent.last_id) + b"\n"

    def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def _ended_watching(self, task: asyncio.Task[None]) -> None:
        if task is not self._watching:
            return  # it was told to end, and perhaps another one watches by now
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.error("Films cannot be watched; whoever listens comes back.", exc_info=error)
            self._watching = None
            self._end_streams()

    def _end_streams(self) -> None:
        for listener in self._listeners:
            listener.end()
