"""What a film's page shows of its sound: the lines that are spoken, and what sounds beside them."""

from __future__ import annotations

from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.engines.builtin.stem_mixer import PlayedCue, StemReport
from sparkle_motion_dagster.film.stages import (
    DIALOGUE_WAVS,
    TIMELINE_TRACK,
    line_id,
    stem_id,
)
from sparkle_motion_dagster.pages.film_records import FilmRecords, Making, ShownFile
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.soundtrack import AmbienceCue, Cue, SoundKind
from sparkle_motion_dagster.plan.timeline.layout import Action
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineLine
from sparkle_motion_dagster.units import SAMPLE_RATE, Record


class CharacterView(Record):
    """Somebody who is seen or heard."""

    id: str
    name: str
    description: str | None


class WordView(Record):
    """A spoken word; times are seconds from the film's start."""

    text: str
    start_s: float
    end_s: float


class LineView(Record):
    """A spoken line. Times are seconds from the film's start; None: not measured yet."""

    id: str
    number: int = Field(description="its place among the lines, counted from 1")
    character: str
    text: str
    start_s: float | None
    end_s: float | None
    words: tuple[WordView, ...] = Field(description="none: nobody knows when they sound")
    off_screen: bool
    effect: str | None = Field(description="through what it is heard, such as radio")
    action: Action | None = Field(description="what it needed to fit into the film")
    tempo: float | None = Field(description="1: as it was spoken")
    wav: ShownFile | None
    voice: str | None
    provider: str | None
    language: str | None
    cost_usd: float | None
    recorded: str | None = Field(description="the recording that it is, as the plan names it")
    making: Making | None


class CueView(Record):
    """Music, ambience or an effect; times are seconds from the film's start."""

    kind: SoundKind
    source: str = Field(description="its file or its mood, as the plan names it")
    start_s: float
    end_s: float
    gain_db: float = Field(description="with which its sound plays, in decibels")


def character_views(plan: MoviePlan | None) -> tuple[CharacterView, ...]:
    """Return who is in a film, in the plan's order."""
    if plan is None:
        return ()
    return tuple(
        CharacterView(id=one.id, name=one.name, description=one.description)
        for one in plan.characters
    )


def line_views(records: FilmRecords) -> tuple[LineView, ...]:
    """Return the lines of a film's plan, in order."""
    if records.plan is None:
        return ()
    timeline = records.timeline
    laid = {} if timeline is None else {line.index: line for line in timeline.lines}
    return tuple(
        _line(records, line, timeline, laid.get(line.index)) for line in planned_lines(records.plan)
    )


def cue_views(records: FilmRecords) -> tuple[CueView, ...]:
    """Return what is heard beside speech, by kind, in the plan's order."""
    if records.plan is None or (soundtrack := records.plan.soundtrack) is None:
        return ()
    return tuple(
        _cue(kind, cue, played)
        for kind in soundtrack.kinds
        for cue, played in zip(soundtrack.of(kind), _played(records, kind), strict=False)
        if played.start_sample < played.end_sample
    )


def _line(
    records: FilmRecords,
    planned: PlannedLine,
    timeline: MeasuredTimeline | None,
    laid: TimelineLine | None,
) -> LineView:
    stage, take = _take(records, planned, laid)
    said = {} if take is None else take.metadata
    cost = said.get("cost_usd")
    start_s, end_s = _span(timeline, laid)
    return LineView(
        id=line_id(planned),
        number=planned.index + 1,
        character=planned.character_id,
        text=planned.text,
        start_s=start_s,
        end_s=end_s,
        words=() if laid is None or start_s is None else _words(laid, start_s),
        off_screen=planned.off_screen,
        effect=planned.effect,
        action=None if laid is None else laid.action,
        tempo=None if laid is None else laid.tempo,
        wav=records.file(stage, take),
        voice=_text(take, "voice"),
        provider=_text(take, "provider"),
        language=_text(take, "language"),
        cost_usd=cost if isinstance(cost, float) else None,
        recorded=planned.audio,
        making=None if take is None else records.making(stage, take),
    )


def _take(
    records: FilmRecords, planned: PlannedLine, laid: TimelineLine | None
) -> tuple[str, Artifact | None]:
    """Return the take of a line that is in the film, else its first one, and the stage it is of."""
    if laid is not None:
        stages = (TIMELINE_TRACK, DIALOGUE_WAVS)
        found = records.found(stages, "audio", laid.wav_digest)
        if found is not None:
            return found
    return DIALOGUE_WAVS, records.artifact(DIALOGUE_WAVS, line_id(planned), "audio")


def _span(
    timeline: MeasuredTimeline | None, laid: TimelineLine | None
) -> tuple[float, float] | tuple[None, None]:
    if timeline is None or laid is None:
        return None, None
    return laid.start_sample / timeline.sample_rate, laid.end_sample / timeline.sample_rate


def _words(line: TimelineLine, start_s: float) -> tuple[WordView, ...]:
    return tuple(
        WordView(text=word.text, start_s=start_s + word.start_s, end_s=start_s + word.end_s)
        for word in line.words
    )


def _text(take: Artifact | None, name: str) -> str | None:
    found = None if take is None else take.metadata.get(name)
    return found if isinstance(found, str) else None


def _played(records: FilmRecords, kind: SoundKind) -> tuple[PlayedCue, ...]:
    """Return how the cues of a kind play; none where their stem has not been made."""
    stem = records.artifact(TIMELINE_TRACK, stem_id(kind), "audio")
    if stem is None:
        return ()
    try:
        return StemReport.model_validate(stem.metadata).cues
    except ValidationError:
        # A stem of an earlier version, which did not say it.
        return ()


def _cue(kind: SoundKind, cue: Cue, played: PlayedCue) -> CueView:
    mood = cue.mood if isinstance(cue, AmbienceCue) else None
    return CueView(
        kind=kind,
        source=mood or str(cue.file),
        start_s=played.start_sample / SAMPLE_RATE,
        end_s=played.end_sample / SAMPLE_RATE,
        gain_db=played.gain_db,
    )
