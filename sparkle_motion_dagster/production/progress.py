"""Progress: what a run is doing now, in the state of its film, which anybody may read."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sparkle_motion_dagster.artifacts.film_state import ProgressReport
from sparkle_motion_dagster.artifacts.finished_items import FinishedItem
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.production.known import made_again


def _unheard(*_: object) -> None:
    """Hear nothing."""


class Progress:
    """Writes the progress of one stage of a run; from the thread of a model, too.

    Args:
        folder: The run's.
        stage: The stage's name.
        say: Hears a line for each item that was made.
        there: Hears of each item, by its id, the moment it is there, and how it was made.
    """

    def __init__(
        self,
        folder: RunFolder,
        stage: str,
        say: Callable[[str], None] = _unheard,
        there: Callable[[str, ActionRecord], None] = _unheard,
    ) -> None:
        self._film, self._finished = folder.state, folder.finished
        self._stage = stage
        self._say = say
        self._there = there
        self._started_at = datetime.now(UTC)
        self._total = self._making = self._done = self._made = 0
        self._in_work: dict[str, float] = {}
        self._doing, self._step, self._steps = "", 0, 0
        self._hangs = ""
        self._began_at, self._made_since = self._started_at, 0
        self._made_at: datetime | None = None
        self._told: set[tuple[str, str]] = set()
        self._writing = threading.Lock()

    def say(self, line: str) -> None:
        """Have whoever listens hear a line."""
        self._say(line)

    def expect(self, total: int, making: int) -> None:
        """Say how many more items the stage has, and how many of them an engine must make now."""
        self._total += total
        self._making += making
        # Another engine has a pace of its own: footage takes minutes, conforming it seconds.
        self._began_at, self._made_since = datetime.now(UTC), 0

    def counts(self) -> tuple[int, int]:
        """Return how many items have been counted so far, for `return_to`."""
        return self._total, self._done

    def return_to(self, counts: tuple[int, int]) -> None:
        """Forget the items counted since, which are asked for again; what was made stays made."""
        self._total, self._done = counts
        self._making = self._made
        self._in_work.clear()

    def working_on(self, item: str) -> None:
        """Say which item an engine begins with; those that it is at already go on."""
        self._in_work = {**self._in_work, item: time.monotonic()}
        self._write()

    def stepped(self, step: int, of: int, doing: str) -> None:
        """Say which step of its model an engine has done, and what the steps make."""
        self._doing, self._step, self._steps = doing, step, of
        self._hangs = ""
        self._write()

    def waiting(self, message: str) -> None:
        """Say for whom an engine waits."""
        self.stepped(0, 0, message)

    def hanging(self, message: str) -> None:
        """Say that an engine's model makes no step any more."""
        self._hangs = message
        self._write()

    def made(self, record: ActionRecord, items: Sequence[str]) -> None:
        """Say that an engine has made an item, and with it all that look like it."""
        self._made += 1
        self._made_since += 1
        self._made_at = datetime.now(UTC)
        self._tell((item, record, number == 0) for number, item in enumerate(items))
        self._say(self._in_words(items[0]))
        self._go_on(items[0])

    def taken(self, records: Mapping[str, ActionRecord]) -> None:
        """Say that items are there from the store, by their ids."""
        self._tell((item, record, False) for item, record in records.items())
        if records:
            self._say(f"{self._done} of {self._total} items are there, from the store.")
        self._go_on()

    def instead(self, item: str, record: ActionRecord) -> None:
        """Say that an item is there as something else than what was counted for it."""
        if news := self._news(item, record, made=False):
            self._finished.add(news)
        self._go_on()

    def _tell(self, items: Iterable[tuple[str, ActionRecord, bool]]) -> None:
        """Count items that are done, and list those that were not told yet.

        Where an engine has failed, whoever asks again is given what that had made.
        """
        news = []
        for item, record, made in items:
            self._done += 1
            news += self._news(item, record, made=made)
        if news:
            self._finished.add(news)

    def _news(self, item: str, record: ActionRecord, *, made: bool) -> list[FinishedItem]:
        """Return what is to be listed of an item that is there; nothing, if it was before."""
        self._there(item, record)
        if (told := (item, record.fingerprint)) in self._told:
            return []
        self._told.add(told)
        return [self._finished_item(item, record, made=made)]

    def _finished_item(self, item: str, record: ActionRecord, *, made: bool) -> FinishedItem:
        files = {**record.outputs, **record.previews}
        return FinishedItem(
            stage=self._stage,
            item=item,
            fingerprint=record.fingerprint,
            made=made,
            done=self._done,
            total=self._total,
            files={name: file.media_type for name, file in files.items()},
        )

    def _go_on(self, made: str | None = None) -> None:
        """Say that no engine is at an item any more that was made."""
        self._in_work = {item: at for item, at in self._in_work.items() if item != made}
        self._hangs = ""
        if self._made >= self._making:
            self._doing, self._step, self._steps = "", 0, 0
        self._write()

    def mended(self, item: str, fault: str) -> None:
        """Say that an item that was known has to be made again, and why."""
        line = made_again(self._stage, item, fault)
        self._say(line)
        self._film.change(lambda state: state.with_mended([line]))

    def _in_words(self, item: str) -> str:
        """Return what was just made, in how many seconds, and what is left in the stage."""
        now = time.monotonic()
        seconds = now - self._in_work.get(item, now)
        made = f"{item}: made in {seconds:.1f} s, {self._made} of {self._making}"
        left, pace_s = self._making - self._made, self._pace_s()
        return f"{made}; about {left * pace_s:.0f} s left" if left and pace_s is not None else made

    def _write(self) -> None:
        in_work = [*self._in_work]
        with self._writing:
            report = ProgressReport(
                pid=os.getpid(),
                stage=self._stage,
                item=in_work[-1] if in_work else None,
                beside=tuple(in_work[:-1]),
                done=self._done,
                total=self._total,
                made=self._made,
                making=self._making,
                doing=self._doing,
                step=self._step,
                steps=self._steps,
                hangs=self._hangs,
                pace_s=self._pace_s(),
                made_at=self._made_at,
                started_at=self._started_at,
                updated_at=datetime.now(UTC),
            )
            self._film.report(report)

    def _pace_s(self) -> float | None:
        if self._made_at is None or not self._made_since:
            return None
        return (self._made_at - self._began_at).total_seconds() / self._made_since
