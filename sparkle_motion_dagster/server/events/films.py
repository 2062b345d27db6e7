"""What there is to tell of a film: what differs between two looks at it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sparkle_motion_dagster.api.standing import last_touched, standing
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.choices import (
    NOTHING_CHOSEN,
    Choices,
    UnreadableChoicesError,
)
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import Comment
from sparkle_motion_dagster.artifacts.finished_items import FinishedItem, Place
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.server.events.messages import (
    ItemOfFilm,
    Kind,
    Message,
    OfFilm,
)


@dataclass(frozen=True)
class Sight:
    """What was seen of a film when it was looked at.

    Attributes:
        standing: What tells how it stands; None: there is no such film.
        finished: How far its finished items were read.
        comments: What people have said about it.
        choices: Which takes there are, and what people have chosen of them.
        held: Whether a process worked on it.
        waits: Where it waited in the queue, and the Dagster run for which it had left that.
        written_at: When its folder had been written, in nanoseconds.
    """

    standing: Message | None = None
    finished: Place = field(default_factory=Place)
    comments: tuple[Comment, ...] = ()
    choices: Choices = NOTHING_CHOSEN
    held: bool = False
    waits: tuple[int | None, str | None] = (None, None)
    written_at: int | None = None


NOTHING = Sight()
"""What there is to see of a film that is not there."""


@dataclass(frozen=True)
class Films:
    """The films of a home, and what waited when the queue was looked at."""

    home: SparkleHome
    queue: Queue

    def written_at(self, run_ids: Iterable[str] | None) -> dict[str, int]:
        """Return when each film's folder was written last, in nanoseconds; 0: it has none.

        Whatever is written of a film's state gives its folder another time, too.

        Args:
            run_ids: The films; None: all that have a folder, or wait in the queue.
        """
        if run_ids is not None:
            return {run_id: last_touched(self.home, run_id) for run_id in run_ids}
        found = dict.fromkeys(self.queue.known, 0)
        with contextlib.suppress(FileNotFoundError), os.scandir(self.home.runs) as entries:
            for entry in entries:
                # What is called so that no text can say it, nobody can ask for.
                if entry.name[0] != "." and entry.name.isprintable():
                    with contextlib.suppress(FileNotFoundError):  # it is removed at this moment
                        found[entry.name] = entry.stat().st_mtime_ns
        return found

    def may_differ(self, run_id: str, written_at: int, before: Sight) -> bool:
        """Tell whether a film should be looked at again."""
        return (
            before.written_at != written_at
            or before.waits != self._waits(run_id)
            # A process that is killed writes nothing any more.
            or (before.held and not RunFolder(self.home, run_id).is_held())
        )

    def look(self, run_id: str, before: Sight) -> tuple[Sight, list[Message]]:
        """Return what there is to see of a film now, and what there is to tell since a look."""
        folder = RunFolder(self.home, run_id)
        # First of all: what is written while it is being read is read again.
        written_at = last_touched(self.home, run_id)
        waits = self._waits(run_id)
        if waits == NOTHING.waits and not folder.shows_anything():
            gone = Message.of(Kind.GONE, run_id, OfFilm(run_id=run_id))
            return NOTHING, [gone] if before.standing is not None else []
        held = folder.is_held()
        now = Message.of(Kind.STANDING, run_id, standing(self.home, run_id, self.queue))
        # After that: where the film is told to be finished, all of its items are told before.
        finished, place = folder.finished.after(before.finished)
        sight = Sight(now, place, _comments(folder), _choices(folder), held, waits, written_at)
        return sight, list(_told(run_id, before, sight, finished))

    def _waits(self, run_id: str) -> tuple[int | None, str | None]:
        queue = self.queue
        place = queue.films.index(run_id) if run_id in queue.films else None
        return place, queue.begun.get(run_id)


def _told(
    run_id: str, before: Sight, now: Sight, finished: tuple[FinishedItem, ...]
) -> Iterator[Message]:
    for item in finished:
        yield Message.of(Kind.ITEM, run_id, ItemOfFilm.of(run_id, item))
    if now.comments != before.comments:
        yield Message.of(Kind.COMMENTS, run_id, OfFilm(run_id=run_id))
    if now.choices != before.choices:
        yield Message.of(Kind.TAKES, run_id, OfFilm(run_id=run_id))
    if now.standing != before.standing and now.standing is not None:
        yield now.standing


def _comments(folder: RunFolder) -> tuple[Comment, ...]:
    try:
        return folder.state.read().comments
    except UnreadableRecordError:
        return ()  # how the film stands tells of the damage


def _choices(folder: RunFolder) -> Choices:
    try:
        return folder.choices.read()
    except UnreadableChoicesError:
        return NOTHING_CHOSEN  # who asks for the takes is told of the damage
