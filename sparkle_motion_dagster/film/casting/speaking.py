"""How lines get spoken: with patience where a provider is busy, by the next one where it is spent.

A provider that says that it is busy is asked again, after a while, for what is still missing. One
that stays busy, or whose quota is spent, is passed over: what it has spoken stays, and what is
missing goes to each line's next candidate. Every other error ends the stage at once.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sparkle_motion_dagster.engines.base import Engine, EngineError
from sparkle_motion_dagster.engines.speech.base import (
    ProviderBusyError,
    QuotaSpentError,
    SpeechEngine,
    SpeechRequest,
)
from sparkle_motion_dagster.film.casting.choice import Ledger
from sparkle_motion_dagster.film.casting.pacing import Pace, PacedEngine
from sparkle_motion_dagster.film.casting.speakers import Speaker
from sparkle_motion_dagster.production.loop import Item, Produced, fingerprint
from sparkle_motion_dagster.production.progress import Progress

_JITTER = 0.2
"""By how much of itself a wait is longer or shorter, so that many do not come back at once."""

_SLICE_S = 0.5
"""How often somebody who waits looks whether the run is to halt, in seconds."""


class NobodySpeaksError(EngineError):
    """All who may speak a line are busy, or have spent their quota, or have reached their caps."""


@dataclass(frozen=True)
class Bid:
    """Somebody who may speak a line, and what it would be asked for."""

    speaker: Speaker
    request: SpeechRequest

    @cached_property
    def fingerprint(self) -> str:
        """What the take is known by, if it is."""
        return fingerprint(self.speaker.engine, self.request)


@dataclass(frozen=True)
class Line:
    """A line to speak, and the bids for it, the first choice first."""

    id: str
    bids: tuple[Bid, ...]


@dataclass(frozen=True)
class Spoken:
    """A line that is there now, the bid that was taken, and who was passed over for it, and why."""

    produced: Produced
    bid: Bid
    passed_over: Mapping[str, str]


@dataclass(frozen=True)
class Clock:
    """What waiting needs: the time in seconds, sleeping for some, and chance between 0 and 1."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True)
class Booth:
    """Where lines are spoken.

    Attributes:
        produce: Makes items, or takes them from the store.
        is_known: Whether a fingerprint has been made.
        instead: For takes of the run's last manifest, by fingerprint, the providers passed over
            for them, and why. They are not asked again for that: a film keeps its takes.
        progress: Told when somebody waits.
        heed: Called while somebody waits, before what it names; ends the wait by raising.
        clock: The time.
    """

    produce: Callable[[Engine[Any, Any], Sequence[Item[SpeechRequest]]], tuple[Produced, ...]]
    is_known: Callable[[str], bool]
    instead: Mapping[str, Mapping[str, str]]
    progress: Progress
    heed: Callable[[str], None]
    clock: Clock = field(default_factory=Clock)

    def wait(self, seconds: float, why: str, before: str) -> None:
        """Wait, unless the run is to halt.

        Args:
            seconds: How long.
            why: What people are told.
            before: What comes next.

        Raises:
            SparkleError: As `heed` says.
        """
        end = self.clock.now() + seconds
        self.progress.waiting(why)
        while (left := end - self.clock.now()) > 0:
            self.heed(before)
            self.clock.sleep(min(left, _SLICE_S))


def speak(lines: Sequence[Line], booth: Booth) -> tuple[Spoken, ...]:
    """Return every line, in order, spoken by the first of its candidates that can.

    Raises:
        NobodySpeaksError: No candidate of a line is left; it is said of each why not.
        EngineError, EngineInputError: An engine refused or failed; what was spoken is kept.
        HaltedError: A person asked the run to pause or to stop; what was spoken is kept.
    """
    return _Session(booth, lines).speak()


class _Session:
    """The speaking of some lines: who is at which bid, and who is passed over."""

    def __init__(self, booth: Booth, lines: Sequence[Line]) -> None:
        self._booth = booth
        self._lines = lines
        self._passed_over: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._place = {line.id: self._first_place(line) for line in lines}
        self._ledger = Ledger()
        self._spent: dict[str, str] = {}
        self._paces: dict[str, Pace] = {}
        self._new: set[str] = set()
        for line in lines:
            self._enter(self._bid(line))

    def speak(self) -> tuple[Spoken, ...]:
        done: dict[str, Produced] = {}
        while waiting := [line for line in self._lines if line.id not in done]:
            name = self._bid(waiting[0]).speaker.name
            batch = [line for line in waiting if self._bid(line).speaker.name == name]
            done |= self._batch(batch)
        return tuple(self._spoken(line, done[line.id]) for line in self._lines)

    def _first_place(self, line: Line) -> int:
        """Return the bid to begin with: the first, unless a later one was taken in its stead."""
        instead = self._booth.instead
        if not instead:
            return 0
        for place, bid in enumerate(line.bids[1:], start=1):
            earlier = {one.speaker.name for one in line.bids[:place]}
            passed_over = instead.get(bid.fingerprint, {})
            if earlier <= passed_over.keys() and self._booth.is_known(bid.fingerprint):
                self._passed_over[line.id] |= passed_over
                return place
        return 0

    def _bid(self, line: Line) -> Bid:
        return line.bids[self._place[line.id]]

    def _enter(self, bid: Bid) -> None:
        """Write down that somebody is given a line, and whether it will be made."""
        self._ledger.enter(bid.speaker.name, [bid.request.text])
        if not self._booth.is_known(bid.fingerprint):
            self._new.add(bid.fingerprint)

    def _batch(self, batch: Sequence[Line]) -> dict[str, Produced]:
        """Have one provider speak lines; what it does not speak goes on to the next ones."""
        speaker = self._bid(batch[0]).speaker
        before = self._booth.progress.counts()
        try:
            produced = self._patiently(speaker, batch)
        except (ProviderBusyError, QuotaSpentError) as error:
            self._booth.progress.return_to(before)
            self._spent[speaker.name] = _told(error)
            batch, rest = self._parted(batch)
            for line in rest:
                self._pass_on(line, error)
            if not batch:
                return {}
            produced = self._booth.produce(speaker.engine, self._items(batch))
        return {item.item_id: item for item in produced}

    def _parted(self, batch: Sequence[Line]) -> tuple[list[Line], list[Line]]:
        """Return the lines that have been spoken, and those that have not."""
        spoken = [self._booth.is_known(self._bid(line).fingerprint) for line in batch]
        return (
            [line for line, is_known in zip(batch, spoken, strict=True) if is_known],
            [line for line, is_known in zip(batch, spoken, strict=True) if not is_known],
        )

    def _items(self, batch: Sequence[Line]) -> list[Item[SpeechRequest]]:
        return [Item(line.id, self._bid(line).request) for line in batch]

    def _pass_on(self, line: Line, error: EngineError) -> None:
        """Have the next candidate that can speak a line speak it."""
        passed_over = self._passed_over[line.id]
        passed_over[self._bid(line).speaker.name] = self._spent[self._bid(line).speaker.name]
        for place in range(self._place[line.id] + 1, len(line.bids)):
            bid = line.bids[place]
            name, provider = bid.speaker.name, bid.speaker.provider
            objection = self._spent.get(name) or self._ledger.objection(
                name, provider, [bid.request.text]
            )
            if objection is None:
                self._place[line.id] = place
                self._enter(bid)
                return
            passed_over[name] = objection
        if len(line.bids) == 1:
            raise error
        reasons = "; ".join(f"{name}: {why.rstrip('.')}" for name, why in passed_over.items())
        raise NobodySpeaksError(
            f"Nobody is left to speak {line.id}. {reasons}. What has been spoken is kept: render "
            "again when one of them can, or allow another provider in the profile "
            "(speech.settings.providers)."
        ) from error

    def _patiently(self, speaker: Speaker, batch: Sequence[Line]) -> tuple[Produced, ...]:
        """Have lines spoken by a provider that may be busy.

        Raises:
            ProviderBusyError: It stays busy.
        """
        engine, retries = self._paced(speaker), speaker.provider.retries
        before, missing = self._booth.progress.counts(), self._missing(batch)
        tries = 0
        while True:
            try:
                return self._booth.produce(engine, self._items(batch))
            except ProviderBusyError as busy:
                left = self._missing(batch)
                tries = tries + 1 if left == missing else 1
                missing = left
                if tries > retries.most:
                    raise
                seconds = self._wait_s(busy, retries.wait_s * tries)
                self._booth.progress.return_to(before)
                why = f"{speaker.name} is busy; it is asked again in {seconds:.0f} s"
                self._booth.wait(seconds, why, before=f"{speaker.name} was asked again")

    def _wait_s(self, busy: ProviderBusyError, usual_s: float) -> float:
        """Return how long to wait: never less than a provider asks for."""
        chance = self._booth.clock.chance()
        if busy.retry_after_s is not None:
            return busy.retry_after_s * (1 + _JITTER * chance)
        return usual_s * (1 + _JITTER * (2 * chance - 1))

    def _missing(self, batch: Sequence[Line]) -> set[str]:
        prints = {self._bid(line).fingerprint for line in batch}
        return {print_ for print_ in prints if not self._booth.is_known(print_)}

    def _paced(self, speaker: Speaker) -> SpeechEngine[Any]:
        """Return a provider's engine, which begins no more lines a minute than may be."""
        most = speaker.provider.caps.requests_per_minute
        if most is None:
            return speaker.engine
        if speaker.name not in self._paces:
            booth = self._booth
            self._paces[speaker.name] = Pace(speaker.name, most, booth.clock.now, booth.wait)
        return PacedEngine(speaker.engine, self._paces[speaker.name])

    def _spoken(self, line: Line, produced: Produced) -> Spoken:
        """Return a line; it was made if nobody knew it before, by the first line like it."""
        bid, print_ = self._bid(line), produced.record.fingerprint
        made = print_ in self._new
        self._new.discard(print_)
        return Spoken(replace(produced, made=made), bid, self._passed_over[line.id])


def _told(error: ProviderBusyError | QuotaSpentError) -> str:
    """Return why a provider is passed over."""
    why = "its quota is spent" if isinstance(error, QuotaSpentError) else "it stays busy"
    return f"{why} ({str(error).rstrip('.')})"
