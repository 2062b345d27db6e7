"""Lines spoken, mixed and mastered as in a film, and what a recogniser hears of them."""

from __future__ import annotations

import functools
import itertools
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, cast

from benchmarks.films import write
from benchmarks.plain import PlainFilm, facilities
from sparkle_motion_dagster.engines.hearing.base import HearingEngine, Transcript, language_code
from sparkle_motion_dagster.engines.hearing.comparing import compare
from sparkle_motion_dagster.engines.registry import engine_of
from sparkle_motion_dagster.film.hearing.listening import (
    HeardFilm,
    HeardLine,
    LineGroup,
    Listener,
    SpokenLine,
)
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.sound.dialogue import language_of
from sparkle_motion_dagster.film.stages import (
    DIALOGUE_WAVS,
    TIMELINE,
    TIMELINE_TRACK,
    VIDEO_FINAL,
    line_id,
)
from sparkle_motion_dagster.media.sound.mastering import master_track
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.plan.timeline.speech_timings import SpokenWord
from sparkle_motion_dagster.resources.engines import voice_catalogue

_ROOM_S, _ROOM_A_LETTER_S = 2.0, 0.2
"""How long a line's shot is: so long that none is spoken faster to fit."""


@dataclass(frozen=True)
class Mistake:
    """A line that was not understood as it is written: who spoke it, what was written, and heard.

    ``heard`` holds, beside the words of the line, those that were heard instead or added.
    """

    voice: str
    written: str
    heard: str
    errors: int


@dataclass(frozen=True)
class Offsets:
    """How far the times of words are from others: medians, in seconds.

    ``distance_s`` is the median of the distances, ``later_s`` of the differences.
    """

    words: int
    distance_s: float
    later_s: float

    @classmethod
    def of(cls, differences_s: Iterable[float]) -> Offsets | None:
        """Return them for times of which each is so much later than its other one."""
        found = list(differences_s)
        if not found:
            return None
        return cls(len(found), round(median(map(abs, found)), 3), round(median(found), 3))


@dataclass(frozen=True)
class Understood:
    """What was heard of lines.

    Attributes:
        lines: How many lines were spoken.
        words: How many words they have, as they are compared.
        mistakes: The lines of which something was misheard.
        captions: How far words were heard from where the timeline has them; None: none was.
        takes: How far words of takes begin by what was heard from where their engine says; None:
            nobody asked.
    """

    lines: int
    words: int
    mistakes: tuple[Mistake, ...]
    captions: Offsets | None
    takes: Offsets | None

    @property
    def errors(self) -> int:
        """How many words were missing, added, or others."""
        return sum(mistake.errors for mistake in self.mistakes)


def plan_of(lines: Sequence[str], language: str, first_voice: int = 0) -> dict[str, Any]:
    """Return a plan in which the catalogue's voices of a language speak lines in turn.

    Args:
        lines: The lines.
        language: The language tag of the voices.
        first_voice: Which of the voices speaks the first line.
    """
    catalogue = voice_catalogue().voices
    voices = [voice_id for voice_id, voice in catalogue.items() if voice.language == language]
    turns = itertools.islice(itertools.cycle(voices), first_voice, None)
    spoken = list(zip(lines, turns, strict=False))
    return {
        "title": f"Lines in {language}",
        "characters": [
            {"id": one, "name": one, "voice_profile": {"voice_id": one}}
            for one in dict.fromkeys(voice for _, voice in spoken)
        ],
        "base_images": [{"id": f"frame_{n}", "prompt": "fog"} for n in range(len(lines) + 1)],
        "shots": [
            {
                "id": f"shot_{number}",
                "duration_sec": round(_ROOM_S + _ROOM_A_LETTER_S * len(text), 1),
                "visual_description": "fog",
                "start_base_image_id": f"frame_{number}",
                "end_base_image_id": f"frame_{number + 1}",
                "dialogue": [{"character_id": voice, "text": text}],
            }
            for number, (text, voice) in enumerate(spoken)
        ],
        "render_profile": {"video": {"model_id": "wan-2.1", "max_fps": 24}},
        "metadata": {"seed": 7},
    }


def understood(plan: Path | Mapping[str, Any], engine: str, *, aligned: bool) -> Understood:
    """Speak the lines of a plan, mix and master them, and return what is heard of them.

    English is listened to by tiny.en, everything else by base.

    Args:
        plan: The plan, or its file.
        engine: The engine that speaks.
        aligned: Whether to time the takes by what is heard in them, too.
    """
    with tempfile.TemporaryDirectory(prefix="hear-") as folder:
        path = plan if isinstance(plan, Path) else write(dict(plan), Path(folder, "film.yaml"))
        film = PlainFilm(Path(folder, "home"), engine)
        film.make(path, last=TIMELINE_TRACK)
        return _heard(film.stage(VIDEO_FINAL), aligned=aligned)


def _heard(stage: MakingStage, *, aligned: bool) -> Understood:
    timeline = stage.timeline()
    languages = [language_of(stage, line) for line in timeline.lines]
    english = {language_code(language) for language in languages} == {"en"}
    listener = Listener(stage, _recogniser("tiny.en" if english else "base"))
    with stage.workbench.work_folder() as folder:
        sound = folder / "sound.m4a"
        track = stage.file(TIMELINE_TRACK, TIMELINE, "audio").path
        master_track(track, sound, stage.settings.mastering)
        heard = listener.film(stage.workbench.store.take_in(sound), timeline, languages)
    lines = heard.lines()
    compared = [line.comparison for line in lines if line.comparison is not None]
    return Understood(
        lines=len(lines),
        words=sum(one.words for one in compared),
        mistakes=tuple(_mistakes(timeline, lines)),
        captions=Offsets.of(_caption_offsets(heard)),
        takes=Offsets.of(_take_offsets(listener, timeline, languages) if aligned else ()),
    )


@functools.cache
def _recogniser(model: str) -> HearingEngine[Any]:
    """Return one of Whisper's models, which is loaded once."""
    engine = engine_of("hearing", "whisper", {"model": model}, facilities())
    return cast(HearingEngine[Any], engine)


def _mistakes(timeline: MeasuredTimeline, lines: Sequence[HeardLine]) -> Iterator[Mistake]:
    for line, heard in zip(timeline.lines, lines, strict=True):
        if heard.comparison is not None and heard.comparison.errors:
            words = (token.text for pair in heard.comparison.pairs for token in pair.heard)
            yield Mistake(line.character_id, line.text, " ".join(words), heard.comparison.errors)


def _caption_offsets(film: HeardFilm) -> Iterator[float]:
    """Yield how much later words were heard than the timeline says, by which captions go."""
    for group, heard in zip(film.groups, film.heard, strict=True):
        transcript = Transcript.model_validate_json(heard.files["heard"].path.read_bytes())
        starts = _starts(group, film.timeline.sample_rate)
        written: set[int] = set()
        taken: set[int] = set()
        for pair in compare(group.text, transcript.text, group.language).pairs:
            if pair.written and pair.heard:
                word, other = pair.written[0].word, pair.heard[0].word
                firsts = word not in written and other not in taken
                if not pair.errors and firsts and word in starts:
                    yield transcript.words[other].start_s - starts[word]
            written |= {token.word for token in pair.written}
            taken |= {token.word for token in pair.heard}


def _starts(group: LineGroup, rate: int) -> Mapping[int, float]:
    """Return when words of lines begin in their film, in seconds, by their number in the lines."""
    starts: dict[int, float] = {}
    before = 0
    for line in group.lines:
        begin_s = line.start_sample / rate
        own = _word_starts(line.text, line.words)
        starts |= {before + number: begin_s + start_s for number, start_s in own.items()}
        before += len(line.text.split())
    return starts


def _word_starts(text: str, timed: Sequence[SpokenWord]) -> Mapping[int, float]:
    """Return when words of a line begin, in seconds, by their number in it.

    Those that are not spoken, such as a dash, have no time, nor those that espeak-ng joins to the
    one before ("of the").
    """
    written, number, starts = text.split(), 0, {}
    for one in timed:
        first, *joined = one.text.split()
        number = written.index(first, number)
        starts[number] = one.start_s
        number += 1 + len(joined)
    return starts


def _take_offsets(
    listener: Listener, timeline: MeasuredTimeline, languages: Sequence[str]
) -> Iterator[float]:
    """Yield how much later words of takes begin by what was heard than by their engine."""
    stage = listener.stage
    lines = [
        SpokenLine(
            line_id(line), stage.file(DIALOGUE_WAVS, line_id(line), "audio"), line.text, language
        )
        for line, language in zip(timeline.lines, languages, strict=True)
    ]
    timed = listener.timings(lines, listener.takes(lines))
    for line in lines:
        own, found = (
            _word_starts(line.text, stage.take_timings(timings).words)
            for timings in (
                stage.file(DIALOGUE_WAVS, line.take, "timings"),
                timed[line.take].files["timings"],
            )
        )
        yield from (found[number] - own[number] for number in own.keys() & found.keys())
