"""timeline_track: the lines are laid on one track, and the film's real timing is known."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.previews import stem_waveform, table, track_waveform
from sparkle_motion_dagster.assets.stage import output_of, stage_of
from sparkle_motion_dagster.film.checks import track as checks
from sparkle_motion_dagster.film.sound.soundtrack import Mix
from sparkle_motion_dagster.film.sound.track import make_track
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.resources.engine_resources import (
    AmbienceResource,
    HearingResource,
    SpeechResource,
)
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


def timeline_track(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    speech: SpeechResource,
    ambience: AmbienceResource,
    hearing: HearingResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Lay the lines out, speak again faster what does not fit, and mix the track."""
    with stage_of(context, film, gpu, inputs) as stage:
        track = make_track(
            stage,
            speech.answering(stage.facilities),
            ambience.answering(stage.facilities),
            hearing.answering(stage.facilities),
        )
        warnings = yield from reported(stage.name, checks.verdicts(stage, track))
        timeline = track.timeline
        yield output_of(
            stage,
            track.result,
            {
                "waveform": track_waveform(stage, track.audio, timeline),
                "lines": _lines_table(timeline),
                **({} if track.mix is None else _soundtrack(stage, track.mix, timeline)),
                "seconds": float(timeline.frames / timeline.fps),
                "frames": timeline.frames,
                "frames_added_for_speech": timeline.frames
                - sum(shot.planned_frames for shot in timeline.shots),
            },
            warnings,
        )


def _soundtrack(
    stage: Stage, mix: Mix, timeline: MeasuredTimeline
) -> dict[str, dg.MetadataValue[str]]:
    """Return what is shown of what sounds beside the lines: a table, and a wave a stem."""
    rate = timeline.sample_rate
    cues = table(
        ["cue", "plays", "start s", "end s", "gain dB", "its LUFS", "played with dB", "loops"],
        [
            (
                cue.field.removeprefix("soundtrack."),
                cue.source,
                cue.played.start_sample / rate,
                cue.played.end_sample / rate,
                cue.cue.gain_db,
                cue.played.file_lufs,
                cue.played.gain_db,
                "yes" if cue.cue.loop else "no",
            )
            for cue in mix.cues
        ],
    )
    waves = {
        f"{kind}_waveform": stem_waveform(
            stage,
            kind,
            stem.files["audio"],
            [cue for cue in mix.cues if cue.kind == kind],
            timeline,
        )
        for kind, stem in mix.stems.items()
    }
    return {"soundtrack": cues, **waves}


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
