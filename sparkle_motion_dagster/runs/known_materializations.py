"""What Dagster asked last of an asset's materializations, known for as long as it stays true.

It looks twice for each check of an asset which materialization is the newest one of its partition:
some eighty times in a film's run, with the same answer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from dagster import EventRecordsResult
from sqlalchemy import Engine

Question: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class _State:
    """What a database holds, as one of its connections sees it; equal ones hold the same.

    Attributes:
        connection: Which connection.
        by_others: Changes when another one has written, in this process or not; see "data_version"
            in https://sqlite.org/pragma.html.
        by_itself: How many rows it has written.
    """

    connection: int
    by_others: int
    by_itself: int


@dataclass(frozen=True)
class _Known:
    question: Question
    state: _State
    answer: EventRecordsResult


class KnownMaterializations:
    """The last question, and its answer.

    Args:
        index: The database that all materializations are in.
    """

    def __init__(self, index: Engine) -> None:
        self._index = index
        self._known: _Known | None = None

    def answer(
        self, question: Question, look: Callable[[], EventRecordsResult]
    ) -> EventRecordsResult:
        """Return the answer to a question; whoever looks is asked if anything was written since."""
        state = self._state()
        known = self._known
        if known is None or (known.question, known.state) != (question, state):
            known = _Known(question, state, look())
            self._known = known
        return known.answer

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Say that no materialization is written in the block by whoever runs it."""
        known = self._known
        if known is None:
            yield
            return
        before = self._state()
        yield
        after = self._state()
        if known.state == before and after == replace(before, by_itself=after.by_itself):
            self._known = replace(known, state=after)

    def _state(self) -> _State:
        with self._index.connect() as connection:
            database: Any = connection.connection.driver_connection
            (by_others,) = database.execute("PRAGMA data_version").fetchone()
            return _State(id(database), by_others, database.total_changes)
