"""The track: lines are laid out, made faster where they must be, and mixed; all else follows it.

What sounds beside them is mixed in where it is known where they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.ambience.base import AmbienceEngine
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.take_stretcher import StretchRequest, TakeStretcher
from sparkle_motion_dagster.engines.builtin.track_mixer import TrackMixer, TrackRequest
from sparkle_motion_dagster.engines.builtin.treatment.effects import ringing_samples
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.film.casting.cast import cast_of
from sparkle_motion_dagster.film.casting.retakes import retakes
from sparkle_motion_dagster.film.casting.speakers import Speakers
from sparkle_motion_dagster.film.hearing.listening import Listener, SpokenLine
from sparkle_motion_dagster.film.sound.dialogue import kept_take, language_of
from sparkle_motion_dagster.film.sound.soundtrack import Mix, Speech, mix_sounds
from sparkle_motion_dagster.film.sound.treatment import treated
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import TIMELINE, line_id
from sparkle_motion_dagster.plan.timeline.layout import Layout, TakeLength, choose_tempos, lay_out
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.plan.timeline.measured import (
    MeasuredTimeline,
    SpokenTake,
    measured_timeline,
)
from sparkle_motion_dagster.plan.timing import shot_boundaries
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult

TakeFiles = Mapping[str, StoredFile]
"""A take's files by output name: ``audio``, and ``timings`` where they are known."""


@dataclass(frozen=True)
class Track:
    """The film's sound and its timeline.

    Attributes:
        result: What the stage leaves.
        speech: The track of the lines.
        timeline: Where every line and every shot lies.
        faster: The lines that had to be made so.
        rings: How many samples each line may be heard after it has ended.
        mix: The film's sound, where the plan has a soundtrack.
    """

    result: StageResult
    speech: StoredFile
    timeline: MeasuredTimeline
    faster: tuple[Produced, ...]
    rings: tuple[int, ...]
    mix: Mix | None = None

    @property
    def audio(self) -> StoredFile:
        """The film's sound."""
        return self.speech if self.mix is None else self.mix.audio


def make_track(
    stage: Stage,
    speakers: Speakers,
    ambience: AmbienceEngine[Any],
    hearing: HearingEngine[Any] | None = None,
) -> Track:
    """Return the track of a film, and where every line and every shot lies.

    Where somebody listens, lines that were made faster get timings if their engine gives none.

    Raises:
        StaleStageError: Whoever spoke a line that is too long may not speak it any more.
        CastingError, EngineError, EngineInputError, HaltedError: As `speak_lines` says.
    """
    lines = planned_lines(stage.plan)
    natural = [kept_take(stage, line) for line in lines]
    tempos = _tempos(stage, lines, natural)
    faster = _faster(stage, speakers, natural, tempos)
    timed = _Timings() if hearing is None else _timings(Listener(stage, hearing), lines, faster)
    hurried = {item.item_id: {**item.files, **timed.of(item)} for item in faster}
    spoken = [hurried.get(line_id(line), natural[line.index]) for line in lines]
    timeline = _timeline(stage, lines, spoken, tempos)
    voices = [take["audio"] for take in spoken]
    through = treated(stage, lines, voices)
    heard = [
        through[line].files["audio"] if line in through else voice
        for line, voice in zip(lines, voices, strict=True)
    ]
    mixer = TrackMixer(EngineSettings())
    takes = tuple(heard)
    request = TrackRequest(timeline=timeline, takes=takes)
    (mixed,) = stage.produce(mixer, [Item(TIMELINE, request)])
    speech = mixed.files["audio"]
    mix = mix_sounds(stage, ambience, Speech(speech, takes, timeline))
    beside = () if mix is None else mix.items
    items = [*faster, *timed.items, *through.values(), mixed, *beside]
    rings = tuple(ringing_samples(line.effect) for line in lines)
    return Track(StageResult.of(mixer.identity(), items), speech, timeline, faster, rings, mix)


@dataclass(frozen=True)
class _Timings:
    """Timings of takes whose engine gives none, by item id; ``items`` is all that they took."""

    items: tuple[Produced, ...] = ()
    by_take: Mapping[str, Produced] = field(default_factory=dict)

    def of(self, take: Produced) -> TakeFiles:
        """Return a take's timings, if it got some."""
        timings = self.by_take.get(take.item_id)
        return {} if timings is None else timings.files


def _timings(
    listener: Listener, lines: Sequence[PlannedLine], faster: Sequence[Produced]
) -> _Timings:
    """Return the timings of lines that were spoken faster by an engine that gives none."""
    by_id = {line_id(line): line for line in lines}
    untimed = [
        SpokenLine(item.item_id, item.files["audio"], line.text, language_of(listener.stage, line))
        for item in faster
        if "timings" not in item.files
        for line in [by_id[item.item_id]]
    ]
    if not untimed:
        return _Timings()
    heard = listener.takes(untimed)
    timings = listener.timings(untimed, heard)
    return _Timings((*heard.values(), *timings.values()), timings)


def _tempos(
    stage: Stage, lines: Sequence[PlannedLine], takes: Sequence[TakeFiles]
) -> tuple[float, ...]:
    """Return how many times as fast each line has to be."""
    samples = [stage.take_samples(take["audio"]) for take in takes]
    rate, most = stage.format.frame_rate, stage.settings.max_tempo
    return choose_tempos(_boundaries(stage), lines, samples, rate, most)


def _boundaries(stage: Stage) -> tuple[int, ...]:
    durations = [shot.duration_sec for shot in stage.plan.shots]
    return shot_boundaries(durations, stage.format.frame_rate)


def _faster(
    stage: Stage, speakers: Speakers, takes: Sequence[TakeFiles], tempos: Sequence[float]
) -> tuple[Produced, ...]:
    """Return the lines that have to be faster.

    Whoever spoke a line speaks it again, if that engine can speak faster, and its provider's caps
    allow for it; else it is stretched.
    """
    late = {
        line: tempos[line.index] for line in planned_lines(stage.plan) if tempos[line.index] > 1
    }
    cast = cast_of(stage.plan, stage.frozen.files, speakers)
    again = retakes(
        stage, cast, {line: tempo for line, tempo in late.items() if line.audio is None}
    )
    stretched = [
        Item(line_id(line), _stretch_request(takes[line.index], tempo))
        for line, tempo in late.items()
        if line not in again
    ]
    return (*again.values(), *stage.produce(TakeStretcher(EngineSettings()), stretched))


def _stretch_request(take: TakeFiles, tempo: float) -> StretchRequest:
    return StretchRequest(audio=take["audio"], timings=take.get("timings"), tempo=tempo)


def _timeline(
    stage: Stage, lines: Sequence[PlannedLine], heard: Sequence[TakeFiles], tempos: Sequence[float]
) -> MeasuredTimeline:
    takes = [
        TakeLength(stage.take_samples(take["audio"]), tempo)
        for take, tempo in zip(heard, tempos, strict=True)
    ]
    layout: Layout = lay_out(
        _boundaries(stage), lines, lambda line, _: takes[line.index], stage.format.frame_rate
    )
    return measured_timeline(
        [shot.id for shot in stage.plan.shots],
        [_spoken_take(stage, take) for take in heard],
        layout,
        stage.format.frame_rate,
    )


def _spoken_take(stage: Stage, take: TakeFiles) -> SpokenTake:
    timings = take.get("timings")
    if timings is None:
        return SpokenTake(wav_digest=take["audio"].sha256)
    return SpokenTake(
        wav_digest=take["audio"].sha256,
        timings_digest=timings.sha256,
        timings=stage.take_timings(timings),
    )
