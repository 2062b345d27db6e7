"""Takes that say something else than is written: they are spoken again, where that can help."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sparkle_motion_dagster.artifacts.choices import Choices
from sparkle_motion_dagster.engines.base import ProviderBusyError, QuotaSpentError
from sparkle_motion_dagster.film.casting.cast import SpeakerRequest
from sparkle_motion_dagster.film.casting.chosen_takes import is_decided
from sparkle_motion_dagster.film.casting.failover import DialogueTake, LineRequest, speak
from sparkle_motion_dagster.film.casting.usage import Usage
from sparkle_motion_dagster.film.hearing.listening import HeardLine, Listener, SpokenLine
from sparkle_motion_dagster.film.pinned_lines import PinnedTake
from sparkle_motion_dagster.film.recordings import RecordedTake
from sparkle_motion_dagster.film.stages import take_id
from sparkle_motion_dagster.film.takes.choosing import TAKE_WHY
from sparkle_motion_dagster.plan.seeds import derive_seed
from sparkle_motion_dagster.production.loop import Produced

_VARIATION = "variation"
"""The feature of a provider whose takes of one line differ."""

_MOST_WRONG = 0.5
"""Word error rate of a take beyond which it says something else: a small recogniser mistakes names,
and a word or two of what was said well."""

_MOST_TAKES = 3
"""How often a line is spoken at most."""


LineTake: TypeAlias = DialogueTake | RecordedTake | PinnedTake
"""A line that is there: spoken, recorded, or as it was pinned."""


@dataclass(frozen=True)
class HeardTake:
    """A take, and what was heard in it; ``heard`` is None where its language is not understood."""

    take: LineTake
    line: HeardLine
    heard: Produced | None


@dataclass(frozen=True)
class LineTakes:
    """All takes of a line, in the order in which they were spoken."""

    takes: tuple[HeardTake, ...]

    @property
    def kept(self) -> HeardTake:
        """The best one: of which the most was heard as it is written; of equals, the first."""
        return min(self.takes, key=lambda take: take.line.error_rate)

    @property
    def says_something_else(self) -> bool:
        """Whether even the best take says something else than is written."""
        return self.kept.line.error_rate > _MOST_WRONG


def heard_takes(listener: Listener, takes: Sequence[LineTake]) -> tuple[LineTakes, ...]:
    """Return the takes of a film's lines as they were heard, with those that were spoken again.

    A line whose take says something else is spoken again with another seed, by whoever spoke it,
    where that provider's takes vary and its caps allow for it: three times at most. A provider
    that is busy by then, or spent, is not waited for a second time: the best take is kept. What
    is recorded, or was chosen or pinned by a person, stays as it is; so does the best of several
    takes that a rule has chosen.

    Args:
        listener: Who listens.
        takes: The first take of each line, in order.

    Raises:
        EngineError, EngineInputError, HaltedError: As `speak` says.
    """
    lines = [LineTakes((one,)) for one in _heard(listener, takes)]
    usage = Usage()
    for take in takes:
        if isinstance(take, DialogueTake):
            beside = sum("audio" in one.files for one in take.produced.beside)
            usage.add(take.chosen.speaker.name, [take.chosen.said] * (1 + beside))
    for number in range(2, _MOST_TAKES + 1):
        again = {
            index: LineRequest(take_id(takes[index].produced.item_id, number), (request,))
            for index, request in _requests(lines, usage, number, listener.stage.choices)
        }
        if not again:
            break
        try:
            spoken = speak(list(again.values()), listener.stage, {})
        except (ProviderBusyError, QuotaSpentError):
            break
        for index, one in zip(again, _heard(listener, spoken), strict=True):
            lines[index] = LineTakes((*lines[index].takes, one))
    return tuple(lines)


def spoken_line(take: LineTake) -> SpokenLine:
    """Return a take as it is listened to."""
    produced = take.produced
    return SpokenLine(produced.item_id, produced.files["audio"], take.text, take.language)


def _heard(listener: Listener, takes: Sequence[LineTake]) -> Iterator[HeardTake]:
    lines = [spoken_line(take) for take in takes]
    heard: Mapping[str, Produced] = listener.takes(lines)
    for take, line in zip(takes, lines, strict=True):
        found = heard.get(line.take)
        yield HeardTake(take, listener.heard_line(line, found), found)


def _requests(
    lines: Sequence[LineTakes], usage: Usage, number: int, choices: Choices
) -> Iterator[tuple[int, SpeakerRequest]]:
    """Yield which lines are spoken again, and what their speakers are asked for."""
    for index, line in enumerate(lines):
        first = line.takes[0].take
        if not line.says_something_else or not isinstance(first, DialogueTake):
            continue
        if is_decided(choices, first.produced.item_id) or TAKE_WHY in first.produced.told:
            continue
        chosen = first.chosen
        speaker, text = chosen.speaker, chosen.said
        if _VARIATION not in speaker.provider.features:
            continue
        if usage.objection(speaker.name, speaker.provider, [text]) is None:
            usage.add(speaker.name, [text])
            seed = derive_seed(chosen.request.seed, number)
            request = chosen.request.model_copy(update={"seed": seed})
            yield index, replace(chosen, request=request)
