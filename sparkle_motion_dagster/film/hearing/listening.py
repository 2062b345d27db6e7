"""Listening to lines: to takes, each by itself, and to the finished film, line after line.

What compares words is loaded where a profile has somebody who listens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.take_aligner import AlignRequest, TakeAligner
from sparkle_motion_dagster.engines.hearing.base import (
    HearingEngine,
    HearingRequest,
    Passage,
    Transcript,
    language_code,
)
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import FILM, heard_id, timings_id
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineLine
from sparkle_motion_dagster.production.loop import Item, Produced

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.hearing.comparing import Comparison

_AT_ONCE_S = 28.0
"""How much of a film is heard in one piece, in seconds, pauses between lines included: Whisper
listens to 30 seconds at a time."""

_PAUSE_S = 0.5
"""What is reckoned for a pause between two lines, in seconds."""


@dataclass(frozen=True)
class SpokenLine:
    """A line as it was spoken: the take's item id and sound, its text and language tag."""

    take: str
    audio: StoredFile
    text: str
    language: str


@dataclass(frozen=True)
class HeardLine:
    """What was heard of a line, against what is written.

    Attributes:
        text: The line as it is written.
        language: Its language tag.
        comparison: The two compared; None: whoever listens does not understand the language.
    """

    text: str
    language: str
    comparison: Comparison | None

    @property
    def error_rate(self) -> float:
        """The word error rate; 0 where nobody knows it."""
        return 0.0 if self.comparison is None else self.comparison.error_rate

    @property
    def unheard(self) -> str:
        """The written words that were not heard, or not as they are, in order."""
        if self.comparison is None:
            return ""
        words = self.text.split()
        return " ".join(words[number] for number in self.comparison.unheard)


@dataclass(frozen=True)
class Listener:
    """Somebody who listens in a stage."""

    stage: Stage
    engine: HearingEngine[Any]

    def takes(self, lines: Sequence[SpokenLine]) -> Mapping[str, Produced]:
        """Return what is heard in takes, by their item ids; without those in unknown languages."""
        understood = [line for line in lines if self.engine.knows(language_code(line.language))]
        items = [
            Item(
                heard_id(line.take),
                HearingRequest(audio=line.audio, language=language_code(line.language)),
            )
            for line in understood
        ]
        heard = self.stage.produce(self.engine, items)
        return {line.take: item for line, item in zip(understood, heard, strict=True)}

    def heard_line(self, line: SpokenLine, heard: Produced | None) -> HeardLine:
        """Return what was heard in a take, compared; None: its language is not understood."""
        from sparkle_motion_dagster.engines.hearing.comparing import compare

        if heard is None:
            return HeardLine(line.text, line.language, None)
        transcript = self.stage.transcript(heard.files["heard"], line.text)
        comparison = compare(line.text, transcript.text, line.language)
        return HeardLine(line.text, line.language, comparison)

    def timings(
        self, lines: Sequence[SpokenLine], heard: Mapping[str, Produced]
    ) -> Mapping[str, Produced]:
        """Return the timings of takes that were heard, by the takes' item ids."""
        timed = [line for line in lines if line.take in heard]
        items = [
            Item(
                timings_id(line.take),
                AlignRequest(
                    audio=line.audio,
                    heard=heard[line.take].files["heard"],
                    text=line.text,
                    language=line.language,
                ),
            )
            for line in timed
        ]
        made = self.stage.produce(TakeAligner(EngineSettings()), items)
        return {line.take: item for line, item in zip(timed, made, strict=True)}

    def film(
        self, sound: StoredFile, timeline: MeasuredTimeline, languages: Sequence[str]
    ) -> HeardFilm:
        """Return what is heard in a film, where its lines are.

        Args:
            sound: The film's sound as it is delivered.
            timeline: Where its lines are.
            languages: The language tag of each line.
        """
        groups = [
            group
            for group in _groups(timeline, languages)
            if self.engine.knows(language_code(group.language))
        ]
        items = [
            Item(heard_id(FILM, number), group.request(sound, timeline.sample_rate))
            for number, group in enumerate(groups, start=1)
        ]
        return HeardFilm(
            timeline, tuple(languages), tuple(groups), self.stage.produce(self.engine, items)
        )


@dataclass(frozen=True)
class LineGroup:
    """Lines of one language that follow each other, and are heard in one piece."""

    language: str
    lines: tuple[TimelineLine, ...]

    @property
    def text(self) -> str:
        """What is written of them."""
        return " ".join(line.text for line in self.lines)

    def request(self, sound: StoredFile, rate: int) -> HearingRequest:
        """Return the request to listen to them in a sound, by a timeline's samples a second."""
        return HearingRequest(
            audio=sound,
            language=language_code(self.language),
            passages=tuple(
                Passage(start_s=line.start_sample / rate, end_s=line.end_sample / rate)
                for line in self.lines
            ),
        )


@dataclass(frozen=True)
class HeardFilm:
    """A film as it was heard: groups of lines, and what was heard of each."""

    timeline: MeasuredTimeline
    languages: tuple[str, ...]
    groups: tuple[LineGroup, ...]
    heard: tuple[Produced, ...]

    def lines(self) -> tuple[HeardLine, ...]:
        """Return what was heard of each line, compared."""
        from sparkle_motion_dagster.engines.hearing.comparing import by_part, compare

        comparisons: dict[int, Comparison] = {}
        for group, item in zip(self.groups, self.heard, strict=True):
            transcript = Transcript.model_validate_json(item.files["heard"].path.read_bytes())
            whole = compare(group.text, transcript.text, group.language)
            parts = by_part(whole, [len(line.text.split()) for line in group.lines])
            comparisons |= {line.index: part for line, part in zip(group.lines, parts, strict=True)}
        return tuple(
            HeardLine(line.text, language, comparisons.get(line.index))
            for line, language in zip(self.timeline.lines, self.languages, strict=True)
        )


def _groups(timeline: MeasuredTimeline, languages: Sequence[str]) -> Iterator[LineGroup]:
    """Yield the lines of a film in groups: of one language, and as long as is heard at once."""
    told = zip(timeline.lines, languages, strict=True)
    for language, run in groupby(told, key=lambda pair: pair[1]):
        group: list[TimelineLine] = []
        seconds = 0.0
        for line, _ in run:
            length = (line.end_sample - line.start_sample) / timeline.sample_rate + _PAUSE_S
            if group and seconds + length > _AT_ONCE_S:
                yield LineGroup(language, tuple(group))
                group, seconds = [], 0.0
            group.append(line)
            seconds += length
        yield LineGroup(language, tuple(group))
