"""Failover between providers of speech: again where one is busy, to the next where one is spent.

A provider that says that it is busy is asked again, after a while, for what is still missing. One
that stays busy, whose quota is spent, or that may not be asked, is passed over: what it has spoken
stays, and what is missing goes to each line's next candidate. Every other error ends the stage at
once.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineError, ProviderBusyError, QuotaSpentError
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.film.casting.cast import SpeakerRequest
from sparkle_motion_dagster.film.casting.speakers import Speaker
from sparkle_motion_dagster.film.casting.usage import Usage
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.rate_limits.errors import RateLimitError

_JITTER = 0.2
"""By how much of itself a wait is longer or shorter, so that many do not come back at once."""

_SLICE_S = 0.5
"""How often somebody who waits looks whether the run is to halt, in seconds."""


class NobodySpeaksError(EngineError):
    """All who may speak a line are busy, have spent their quota, or have reached their caps."""


class NobodySpeaksNowError(NobodySpeaksError, BusyError):
    """One of them at least is only busy, or capped for a while: trying again later will help."""


@dataclass(frozen=True)
class LineRequest:
    """A line to speak, and who may be asked for it, the first choice first."""

    id: str
    choices: tuple[SpeakerRequest, ...]


@dataclass(frozen=True)
class DialogueTake:
    """A line that is there now, who spoke it, and who was passed over for it, and why."""

    produced: Produced
    chosen: SpeakerRequest
    passed_over: Mapping[str, str]

    @property
    def provider(self) -> str:
        """Who spoke it."""
        return self.chosen.speaker.name

    @property
    def voice(self) -> Mapping[str, JsonValue]:
        """The voice that it was spoken in, as it was asked for."""
        voice: dict[str, JsonValue] = self.chosen.request.voice.model_dump(mode="json")
        return voice

    @property
    def text(self) -> str:
        """The line as it is written."""
        return self.chosen.request.text

    @property
    def language(self) -> str:
        """Its language tag."""
        return self.chosen.request.voice.language


@dataclass(frozen=True)
class Clock:
    """What waiting needs: the time in seconds, sleeping for some, and chance between 0 and 1."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


_CLOCK = Clock()


def speak(
    lines: Sequence[LineRequest],
    stage: Stage,
    passed_over: Mapping[str, Mapping[str, str]],
    clock: Clock = _CLOCK,
) -> tuple[DialogueTake, ...]:
    """Return every line, in order, spoken by the first of its candidates that can.

    Args:
        lines: What to speak.
        stage: The stage in which it is spoken.
        passed_over: For takes that the film has, by fingerprint, the providers passed over for
            them, and why. They are not asked again for those: a film keeps its takes.
        clock: The time.

    Raises:
        NobodySpeaksError: No candidate of a line is left; it is said of each why not.
        NobodySpeaksNowError: None is left, and trying again later will help.
        EngineError, EngineInputError: An engine refused or failed; what was spoken is kept.
        HaltedError: A person asked the run to pause or to stop; what was spoken is kept.
    """
    return _Session(lines, stage, passed_over, clock).speak()


class _Session:
    """The speaking of some lines: who is asked for each, and who is passed over."""

    def __init__(
        self,
        lines: Sequence[LineRequest],
        stage: Stage,
        passed_over: Mapping[str, Mapping[str, str]],
        clock: Clock,
    ) -> None:
        self._lines = lines
        self._stage = stage
        self._clock = clock
        self._passed_over: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._place = {line.id: self._first_place(line, passed_over) for line in lines}
        self._usage = Usage()
        self._spent: dict[str, EngineError] = {}
        self._new: set[str] = set()
        for line in lines:
            self._enter(self._chosen(line))

    def speak(self) -> tuple[DialogueTake, ...]:
        done: dict[str, Produced] = {}
        while waiting := [line for line in self._lines if line.id not in done]:
            # Of one provider, lines whose takes have settings of their own are asked of another
            # engine.
            engine = self._chosen(waiting[0]).speaker.engine
            batch = [line for line in waiting if self._chosen(line).speaker.engine is engine]
            done |= self._batch(batch)
        return tuple(self._spoken(line, done[line.id]) for line in self._lines)

    def _first_place(self, line: LineRequest, passed_over: Mapping[str, Mapping[str, str]]) -> int:
        """Return the choice to begin with: the first, unless a later one spoke in its stead."""
        if not passed_over:
            return 0
        for place, choice in enumerate(line.choices[1:], start=1):
            earlier = {one.speaker.name for one in line.choices[:place]}
            before = passed_over.get(choice.fingerprint, {})
            if earlier <= before.keys() and self._stage.is_known(choice.fingerprint):
                self._passed_over[line.id] |= before
                return place
        return 0

    def _chosen(self, line: LineRequest) -> SpeakerRequest:
        return line.choices[self._place[line.id]]

    def _enter(self, choice: SpeakerRequest) -> None:
        """Write down that somebody is given a line, and whether it will be made."""
        self._usage.add(choice.speaker.name, [choice.said])
        if not self._stage.is_known(choice.fingerprint):
            self._new.add(choice.fingerprint)

    def _batch(self, batch: Sequence[LineRequest]) -> dict[str, Produced]:
        """Have one provider speak lines; what it does not speak goes on to the next ones."""
        speaker = self._chosen(batch[0]).speaker
        try:
            produced = self._patiently(speaker, batch)
        except (ProviderBusyError, QuotaSpentError, RateLimitError) as error:
            self._spent[speaker.name] = error
            batch, rest = self._parted(batch)
            for line in rest:
                self._pass_on(line, error)
            if not batch:
                return {}
            produced = self._stage.answered(speaker.engine, self._items(batch))
        return {item.item_id: item for item in produced}

    def _parted(self, batch: Sequence[LineRequest]) -> tuple[list[LineRequest], list[LineRequest]]:
        """Return the lines that have been spoken, and those that have not."""
        missing = self._missing(batch)
        return (
            [line for line in batch if self._chosen(line).fingerprint not in missing],
            [line for line in batch if self._chosen(line).fingerprint in missing],
        )

    def _items(self, batch: Sequence[LineRequest]) -> list[Item[SpeechRequest]]:
        return [self._chosen(line).item(line.id) for line in batch]

    def _pass_on(self, line: LineRequest, error: EngineError) -> None:
        """Have the next candidate that can speak a line speak it."""
        passed_over = self._passed_over[line.id]
        name = self._chosen(line).speaker.name
        passed_over[name] = _told(self._spent[name])
        for place in range(self._place[line.id] + 1, len(line.choices)):
            choice = line.choices[place]
            name, provider = choice.speaker.name, choice.speaker.provider
            spent = self._spent.get(name)
            objection = (
                self._usage.objection(name, provider, [choice.said])
                if spent is None
                else _told(spent)
            )
            if objection is None:
                self._place[line.id] = place
                self._enter(choice)
                return
            passed_over[name] = objection
        if len(line.choices) == 1:
            raise error
        reasons = "; ".join(f"{name}: {why.rstrip('.')}" for name, why in passed_over.items())
        soon = any(isinstance(self._spent.get(name), BusyError) for name in passed_over)
        raise (NobodySpeaksNowError if soon else NobodySpeaksError)(
            f"Nobody is left to speak {line.id}. {reasons}. What has been spoken is kept: render "
            "again when one of them can, or allow another provider in the profile "
            "(speech.settings.providers)."
        ) from error

    def _patiently(self, speaker: Speaker, batch: Sequence[LineRequest]) -> tuple[Produced, ...]:
        """Have lines spoken by a provider that may be busy.

        Raises:
            ProviderBusyError: It stays busy.
        """
        retries = speaker.provider.retries
        missing, tries = self._missing(batch), 0
        while True:
            try:
                return self._stage.best(speaker.engine, self._items(batch))
            except ProviderBusyError as busy:
                left = self._missing(batch)
                tries = tries + 1 if left == missing else 1
                missing = left
                if tries > retries.most:
                    raise
                seconds = self._wait_s(busy, retries.wait_s * tries)
                why = f"{speaker.name} is busy; it is asked again in {seconds:.0f} s"
                self._wait(seconds, why, f"{speaker.name} was asked again")

    def _wait_s(self, busy: ProviderBusyError, usual_s: float) -> float:
        """Return how long to wait: never less than a provider asks for."""
        chance = self._clock.chance()
        if busy.retry_after_s is not None:
            return busy.retry_after_s * (1 + _JITTER * chance)
        return usual_s * (1 + _JITTER * (2 * chance - 1))

    def _wait(self, seconds: float, why: str, before: str) -> None:
        """Wait, unless the run is to halt.

        Args:
            seconds: How long.
            why: What people are told.
            before: What comes next.

        Raises:
            HaltedError: A person asked the run to pause or to stop.
        """
        end = self._clock.now() + seconds
        while (left := end - self._clock.now()) > 0:
            self._stage.waiting(why, before)
            self._clock.sleep(min(left, _SLICE_S))

    def _missing(self, batch: Sequence[LineRequest]) -> set[str]:
        prints = {self._chosen(line).fingerprint for line in batch}
        return {print_ for print_ in prints if not self._stage.is_known(print_)}

    def _spoken(self, line: LineRequest, produced: Produced) -> DialogueTake:
        """Return a line; it was made if nobody knew it before, by the first line like it."""
        chosen, print_ = self._chosen(line), produced.record.fingerprint
        made = produced.made or print_ in self._new
        self._new.discard(print_)
        return DialogueTake(replace(produced, made=made), chosen, self._passed_over[line.id])


def _told(error: EngineError) -> str:
    """Return why a provider is passed over."""
    why = "it stays busy"
    if isinstance(error, QuotaSpentError):
        why = "its quota is spent"
    elif isinstance(error, RateLimitError):
        why = "it may not be asked"
    return f"{why} ({str(error).rstrip('.')})"
