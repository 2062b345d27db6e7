"""shot_clips: one silent clip a shot, as long as the measured timeline says."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.previews import filmstrip, table
from sparkle_motion_dagster.assets.stage import output_of, stage_of
from sparkle_motion_dagster.film.checks import shots as checks
from sparkle_motion_dagster.film.shots import make_shots
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.resources.engine_resources import LipsyncResource, VideoResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


def shot_clips(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    video: VideoResource,
    lipsync: LipsyncResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Move from keyframe to keyframe, or over one."""
    with stage_of(context, film, gpu, inputs) as stage:
        facilities = stage.facilities
        shots = make_shots(stage, video.answering(facilities), lipsync.answering(facilities))
        warnings = yield from reported(stage.name, checks.verdicts(stage, shots))
        yield output_of(
            stage,
            shots.result,
            {
                "filmstrip": filmstrip(stage, shots.shown),
                "shots": _shots_table(stage.plan, shots.timeline),
            },
            warnings,
        )


def _shots_table(plan: MoviePlan, timeline: MeasuredTimeline) -> dg.MetadataValue[str]:
    return table(
        ["shot", "starts at s", "planned frames", "frames", "camera", "ends with"],
        [
            (
                shot.id,
                float(place.start_frame / timeline.fps),
                place.planned_frames,
                place.frames,
                shot.motion_prompt,
                shot.transition,
            )
            for shot, place in zip(plan.shots, timeline.shots, strict=True)
        ],
    )
