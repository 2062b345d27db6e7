"""timeline_track: the lines are laid on one track, and the film's real timing is known."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest, StoredFile
from sparkle_motion_dagster.assets.dialogue_wavs import cast_voices, line_id, speech_request
from sparkle_motion_dagster.assets.stage import TIMELINE, Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.sound.mixer import TrackMixer, TrackRequest
from sparkle_motion_dagster.engines.sound.stretcher import StretchRequest, TakeStretcher
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, Voice
from sparkle_motion_dagster.media.sound import line_samples
from sparkle_motion_dagster.plan.layout import Layout, Take, choose_tempos, lay_out
from sparkle_motion_dagster.plan.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.plan.speech_timings import SpeechTimings
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline, SpokenTake, measured_timeline
from sparkle_motion_dagster.plan.timing import shot_boundaries
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.stage import StageResult
from sparkle_motion_dagster.resources.engines import SpeechResource
from sparkle_motion_dagster.resources.film import FilmResource

TakeFiles = Mapping[str, StoredFile]
"""A take's files by output name: ``audio``, and ``timings`` where they are known."""


@film_asset(
    kinds={"wav", "json"},
    code_version="1",
    description="One WAV as long as the film, and the measured timeline that all else follows.",
)
def timeline_track(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    dialogue_wavs: StageManifest,
    film: FilmResource,
    speech: SpeechResource,
) -> dg.Output[StageManifest]:
    """Lay the lines out, speak again faster what does not fit, and mix the track."""
    with stage_of(context, film, movie_plan, dialogue_wavs) as stage:
        lines = planned_lines(stage.plan)
        natural = [_take_files(stage, dialogue_wavs, line) for line in lines]
        tempos = choose_tempos(
            _boundaries(stage),
            lines,
            [_samples(take) for take in natural],
            stage.format.frame_rate,
            stage.settings.max_tempo,
        )
        hurried = {item.item_id: item for item in _hurried(stage, speech, lines, natural, tempos)}
        heard = [
            hurried[line_id(line)].files if line_id(line) in hurried else take
            for line, take in zip(lines, natural, strict=True)
        ]
        timeline = _timeline(stage, lines, heard, tempos)
        request = TrackRequest(timeline=timeline, takes=tuple(take["audio"] for take in heard))
        mixer = TrackMixer(EngineSettings())
        track = stage.produce(mixer, [Item(TIMELINE, request)])
        return stage.output(
            mixer.identity(),
            StageResult.of([*hurried.values(), *track]),
            {"movie_plan": movie_plan, "dialogue_wavs": dialogue_wavs},
            _facts(timeline),
        )


def _take_files(stage: Stage, dialogue_wavs: StageManifest, line: PlannedLine) -> TakeFiles:
    return {
        artifact.name: stage.workbench.store.file(artifact.sha256)
        for artifact in dialogue_wavs.artifacts
        if artifact.id == line_id(line)
    }


def _samples(take: TakeFiles) -> int:
    return line_samples(take["audio"].path)


def _boundaries(stage: Stage) -> tuple[int, ...]:
    durations = [shot.duration_sec for shot in stage.plan.shots]
    return shot_boundaries(durations, stage.format.frame_rate)


def _hurried(
    stage: Stage,
    speech: SpeechResource,
    lines: Sequence[PlannedLine],
    takes: Sequence[TakeFiles],
    tempos: Sequence[float],
) -> tuple[Produced, ...]:
    """Return faster takes of the lines that need one, from whoever can make them."""
    late = [line for line in lines if tempos[line.index] > 1]
    engine = speech.answering()
    if engine.speaks_at_tempo:
        voices = cast_voices(stage.plan, speech.catalogue(), engine.name)
        return _spoken_again(stage, engine, voices, late, tempos)
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


def _spoken_again(
    stage: Stage,
    engine: SpeechEngine[Any],
    voices: Mapping[str, Voice],
    late: Sequence[PlannedLine],
    tempos: Sequence[float],
) -> tuple[Produced, ...]:
    return stage.produce(
        engine,
        [
            Item(
                line_id(line),
                speech_request(stage.plan, line, voices[line.character_id], tempos[line.index]),
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
    takes = [Take(_samples(take), tempo) for take, tempo in zip(heard, tempos, strict=True)]
    layout: Layout = lay_out(
        _boundaries(stage), lines, lambda line, _: takes[line.index], stage.format.frame_rate
    )
    return measured_timeline(
        [shot.id for shot in stage.plan.shots],
        [_spoken_take(take) for take in heard],
        layout,
        stage.format.frame_rate,
    )


def _spoken_take(take: TakeFiles) -> SpokenTake:
    timings = take.get("timings")
    if timings is None:
        return SpokenTake(wav_digest=take["audio"].sha256)
    return SpokenTake(
        wav_digest=take["audio"].sha256,
        timings_digest=timings.sha256,
        timings=SpeechTimings.model_validate_json(timings.path.read_bytes()),
    )


def _facts(timeline: MeasuredTimeline) -> Mapping[str, Any]:
    planned = sum(shot.planned_frames for shot in timeline.shots)
    return {
        "frames": timeline.frames,
        "seconds": float(timeline.frames / timeline.fps),
        "frames_added_for_speech": timeline.frames - planned,
        "lines": dg.MetadataValue.md(_table(timeline)),
    }


def _table(timeline: MeasuredTimeline) -> str:
    rows = ["| line | who | planned start | start | end | tempo | what was done |"]
    rows.append("|---|---|---|---|---|---|---|")
    for line in timeline.lines:
        planned = "-" if line.planned_start_s is None else f"{line.planned_start_s:.2f} s"
        start, end = (
            line.start_sample / timeline.sample_rate,
            line.end_sample / timeline.sample_rate,
        )
        rows.append(
            f"| {line.index + 1} | {line.character_id} | {planned} | {start:.2f} s | {end:.2f} s "
            f"| {line.tempo:.2f} | {line.action.value.replace('_', ' ')} |"
        )
    return "\n".join(rows)
