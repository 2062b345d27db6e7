"""What waits, in words: films in the queue, drafts for a person, and files in the inbox."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import is_locked
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.intake import draft_file, plans_folder
from sparkle_motion_dagster.film.stages import PLAN_DRAFT
from sparkle_motion_dagster.operations.drafts import drafts_that_wait
from sparkle_motion_dagster.operations.inbox.folder import REJECTED, InboxFolderError
from sparkle_motion_dagster.operations.inbox.memory import InboxMemory
from sparkle_motion_dagster.operations.inbox.overview import overview

if TYPE_CHECKING:
    from dagster import DagsterInstance

_MOST_NAMES = 10
"""Names in a line; of a thousand plans, nobody reads more."""


DAEMON = "(of `sparkle serve` or `sparkle ui`)"
"""Whose daemon it is that works the queue off."""

NOBODY = "nobody works it off now: start `sparkle serve` or `sparkle ui`."
"""What is to be done where there is no daemon."""


@dataclass(frozen=True)
class Queue:
    """The films that wait for the daemon, the next one first; or why that cannot be told.

    ``begun`` are those that have left the queue, each with the Dagster run that works for it.
    ``worked_off`` says whether there is a daemon.
    """

    films: tuple[str, ...] = ()
    begun: Mapping[str, str] = field(default_factory=dict)
    worked_off: bool = True
    obstacle: str | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """All films that something is about to be made of, or just being made."""
        return (*self.films, *(film for film in self.begun if film not in self.films))

    @classmethod
    def of(cls, home: SparkleHome) -> Queue:
        """Return a home's queue. Films can be looked at where Dagster's database cannot."""
        with contextlib.closing(OpenQueue(home)) as queue:
            return queue.now()

    @classmethod
    def in_instance(cls, instance: DagsterInstance, home: SparkleHome) -> Queue:
        """Return what waits in the instance of a home, and whether somebody works that off."""
        from sparkle_motion_dagster.runs.queue import begun_films, is_worked_off, queued_films

        # In this order: whatever leaves the queue meanwhile is among those that have begun.
        waiting, begun = tuple(queued_films(instance)), begun_films(instance)
        return cls(waiting, begun, is_locked(home.serving) or is_worked_off(instance))

    def described(self) -> Iterator[str]:
        """Yield what waits; nothing, where nothing does."""
        if self.obstacle is not None:
            yield self.obstacle
        elif self.films:
            yield f"In the queue, the next one first: {_listed(self.films)}."

    def place_of(self, run_id: str) -> str:
        """Return where a film waits that is in the queue."""
        before = self.films.index(run_id)
        place = (
            f"behind {before} other film{'s' if before > 1 else ''}" if before else "as the next"
        )
        who = f"the daemon {DAEMON} works it off." if self.worked_off else NOBODY
        return f"It waits in the queue, {place}; {who}"


class OpenQueue:
    """A home's queue for whoever asks often: Dagster's database stays open from the first time on.

    Any thread may ask. It only ever reads.
    """

    def __init__(self, home: SparkleHome) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._opened = contextlib.ExitStack()
        self._instance: DagsterInstance | None = None
        self._folder = 0

    def now(self) -> Queue:
        """Return the queue as it is now. Films can be looked at where the database cannot."""
        with self._lock:
            try:
                folder = self._home.dagster.stat().st_ino
            except FileNotFoundError:
                self._close()
                return Queue(worked_off=is_locked(self._home.serving))
            try:
                return self._read(folder)
            except (SparkleError, OSError) as error:
                self._close()
                return Queue(obstacle=f"What waits in the queue cannot be told. {error}")

    def close(self) -> None:
        """Close the database, if it is open."""
        with self._lock:
            self._close()

    def _read(self, folder: int) -> Queue:
        """Return what waits in the database of a folder, which is known by its inode."""
        from sparkle_motion_dagster.runs.instance import explained_database, open_instance

        if folder != self._folder:
            # Somebody moved a damaged one away, as our errors advise.
            self._close()
        if self._instance is None:
            self._instance = self._opened.enter_context(open_instance(self._home))
            self._folder = self._home.dagster.stat().st_ino
        with explained_database(self._home.dagster):
            return Queue.in_instance(self._instance, self._home)

    def _close(self) -> None:
        self._opened.close()
        self._instance, self._folder = None, 0


def described_drafts(home: SparkleHome) -> Iterator[str]:
    """Yield which drafts wait for a person to approve them; nothing, where none does."""
    if waiting := drafts_that_wait(home):
        yield (
            f"Drafts to be read, in {draft_file(waiting[0]).parent}: {_listed(waiting)}. "
            f"`sparkle approve RUN {PLAN_DRAFT}` has one rendered."
        )


def described_inbox(home: SparkleHome) -> Iterator[str]:
    """Yield what lies in the inbox and has not been taken; nothing, where there is no inbox."""
    folder = plans_folder()
    if not (home.inbox_memory.exists() or "SPARKLE_PLANS" in os.environ):
        return
    try:
        found = overview(folder, InboxMemory.read(home.inbox_memory))
    except (InboxFolderError, UnreadableRecordError) as error:
        yield str(error)
        return
    if found.waiting:
        yield f"In the inbox {folder}, to be taken: {_listed(found.waiting)}."
    if found.rejected:
        yield f"Rejected: {_listed(found.rejected)}. The reasons lie in {folder / REJECTED}."
    if found.left_alone:
        yield f"Left alone in {folder}: {_listed(found.left_alone, '; ')}."


def _listed(names: Sequence[str], separator: str = ", ") -> str:
    shown = separator.join(name.rstrip(".") for name in names[:_MOST_NAMES])
    further = len(names) - _MOST_NAMES
    return f"{shown} and {further} more" if further > 0 else shown
