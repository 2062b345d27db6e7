"""timeline_track: the lines are laid on one track, and the film's real timing is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest, StoredFile
from sparkle_motion_dagster.assets.checks import error, reported
from sparkle_motion_dagster.assets.previews import table, track_waveform
from sparkle_motion_dagster.assets.speaking import (
    Cast,
    cast_of,
    faster_by_themselves,
    line_id,
    spoken_faster,
)
from sparkle_motion_dagster.assets.stage import TIMELINE, Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.take_stretcher import StretchRequest, TakeStretcher
from sparkle_motion_dagster.engines.builtin.track_mixer import TrackMixer, TrackRequest
from sparkle_motion_dagster.media.track_check import (
    AUDIBLE_DBFS,
    SILENT_DBFS,
    measure_levels,
)
from sparkle_motion_dagster.plan.layout import Layout, Take, choose_tempos, lay_out
from sparkle_motion_dagster.plan.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline, SpokenTake, measured_timeline
from sparkle_motion_dagster.plan.timing import shot_boundaries
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult
from sparkle_motion_dagster.resources.engines import SpeechResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource

LINES_AUDIBLE = error(
    "lines_audible", "Every line can be heard where the timeline puts it, and nothing elsewhere."
)

TakeFiles = Mapping[str, StoredFile]
"""A take's files by output name: ``audio``, and ``timings`` where they are known."""


@film_asset(
    kinds={"wav", "json"},
    code_version="1",
    description="One WAV as long as the film, and the measured timeline that all else follows.",
    check_specs=[LINES_AUDIBLE.spec("timeline_track")],
)
def timeline_track(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    dialogue_wavs: StageManifest,
    film: FilmResource,
    speech: SpeechResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Lay the lines out, speak again faster what does not fit, and mix the track."""
    with stage_of(context, film, gpu, movie_plan, dialogue_wavs) as stage:
        cast = cast_of(stage.plan, stage.frozen.files, speech.answering(stage.facilities))
        laid = laid_lines(stage, cast, dialogue_wavs)
        timeline = laid.track.timeline
        mixer = TrackMixer(EngineSettings())
        track = stage.produce(mixer, [Item(TIMELINE, laid.track)])
        audio = track[0].files["audio"].path
        yield from reported(stage.name, [_lines_audible(audio, timeline)])
        yield stage.output(
            mixer.identity(),
            StageResult.of([*laid.hurried, *track]),
            {"movie_plan": movie_plan, "dialogue_wavs": dialogue_wavs},
            _facts(audio, timeline),
        )


@dataclass(frozen=True)
class LaidLines:
    """The track that a film's lines make, and the lines that are spoken faster for it."""

    hurried: tuple[Produced, ...]
    track: TrackRequest


def laid_lines(stage: Stage, cast: Cast, dialogue_wavs: StageManifest) -> LaidLines:
    """Lay the lines out, and make faster what does not fit.

    Whoever spoke a line speaks it again, if that engine can speak faster, and its provider's caps
    allow for it; else it is stretched.
    """
    lines = planned_lines(stage.plan)
    natural = [_take_files(stage, dialogue_wavs, line) for line in lines]
    tempos = choose_tempos(
        _boundaries(stage),
        lines,
        [stage.take_samples(take["audio"]) for take in natural],
        stage.format.frame_rate,
        stage.settings.max_tempo,
    )
    late = [line for line in lines if tempos[line.index] > 1]
    again = faster_by_themselves(stage.plan, cast, late, dialogue_wavs)
    hurried = (
        *spoken_faster(stage, cast, {line: tempos[line.index] for line in again}, dialogue_wavs),
        *_stretched(stage, [line for line in late if line not in again], natural, tempos),
    )
    faster = {item.item_id: item.files for item in hurried}
    heard = [faster.get(line_id(line), natural[line.index]) for line in lines]
    timeline = _timeline(stage, lines, heard, tempos)
    return LaidLines(
        hurried, TrackRequest(timeline=timeline, takes=tuple(take["audio"] for take in heard))
    )


def _take_files(stage: Stage, dialogue_wavs: StageManifest, line: PlannedLine) -> TakeFiles:
    return {
        artifact.name: stage.workbench.store.file(artifact.sha256)
        for artifact in dialogue_wavs.artifacts
        if artifact.id == line_id(line)
    }


def _boundaries(stage: Stage) -> tuple[int, ...]:
    durations = [shot.duration_sec for shot in stage.plan.shots]
    return shot_boundaries(durations, stage.format.frame_rate)


def _stretched(
    stage: Stage,
    late: Sequence[PlannedLine],
    takes: Sequence[TakeFiles],
    tempos: Sequence[float],
) -> tuple[Produced, ...]:
    return stage.produce(
        TakeStretcher(EngineSettings()),
        [
            Item(
                line_id(line),
                StretchRequest(
                    audio=takes[line.index]["audio"],
                    timings=takes[line.index].get("timings"),
                    tempo=tempos[line.index],
                ),
            )
            for line in late
        ],
    )


def _timeline(
    stage: Stage,
    lines: Sequence[PlannedLine],
    heard: Sequence[TakeFiles],
    tempos: Sequence[float],
) -> MeasuredTimeline:
    takes = [
        Take(stage.take_samples(take["audio"]), tempo)
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


def _lines_audible(track: Path, timeline: MeasuredTimeline) -> dg.AssetCheckResult:
    levels = measure_levels(
        track, [(line.start_sample, line.end_sample) for line in timeline.lines]
    )
    quietest = min(levels.lines, default=None)
    measured = {
        "lines": len(levels.lines),
        "quietest_line": None if quietest is None else 1 + levels.lines.index(quietest),
        "quietest_line_dbfs": quietest,
        "audible_from_dbfs": AUDIBLE_DBFS,
        "loudest_silence_dbfs": max(levels.silences, default=None),
        "silent_up_to_dbfs": SILENT_DBFS,
    }
    return LINES_AUDIBLE.result(measured, kept=levels.as_promised)


def _facts(track: Path, timeline: MeasuredTimeline) -> Mapping[str, Any]:
    planned = sum(shot.planned_frames for shot in timeline.shots)
    return {
        "waveform": track_waveform(track, timeline),
        "lines": _lines_table(timeline),
        "seconds": float(timeline.frames / timeline.fps),
        "frames": timeline.frames,
        "frames_added_for_speech": timeline.frames - planned,
    }


def _lines_table(timeline: MeasuredTimeline) -> dg.MetadataValue[str]:
    rate = timeline.sample_rate
    return table(
        ["line", "who", "planned at s", "for s", "start s", "end s", "tempo", "done", "says"],
        [
            (
                line.index + 1,
                line.character_id,
                line.planned_start_s,
                line.planned_duration_s,
                line.start_sample / rate,
                line.end_sample / rate,
                line.tempo,
                line.action.value.replace("_", " "),
                line.text,
            )
            for line in timeline.lines
        ],
    )
