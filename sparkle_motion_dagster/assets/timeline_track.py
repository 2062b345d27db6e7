"""timeline_track: the lines are laid on one track, and the film's real timing is known."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.previews import table, track_waveform
from sparkle_motion_dagster.assets.stage import film_asset, output_of, stage_of
from sparkle_motion_dagster.film.checks import track as checks
from sparkle_motion_dagster.film.track import make_track
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline
from sparkle_motion_dagster.resources.engines import HearingResource, SpeechResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


@film_asset(
    {"wav", "json"},
    "One WAV as long as the film, and the measured timeline that all else follows.",
    checks.CHECKS,
)
def timeline_track(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    speech: SpeechResource,
    hearing: HearingResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Lay the lines out, speak again faster what does not fit, and mix the track."""
    with stage_of(context, film, gpu, inputs) as stage:
        track = make_track(
            stage, speech.answering(stage.facilities), hearing.answering(stage.facilities)
        )
        warnings = yield from reported(stage.name, checks.verdicts(track))
        timeline = track.timeline
        yield output_of(
            stage,
            track.result,
            {
                "waveform": track_waveform(track.audio.path, timeline),
                "lines": _lines_table(timeline),
                "seconds": float(timeline.frames / timeline.fps),
                "frames": timeline.frames,
                "frames_added_for_speech": timeline.frames
                - sum(shot.planned_frames for shot in timeline.shots),
            },
            warnings,
        )


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
