"""lipsync_clips: talking close-ups get moving mouths; all other clips pass through untouched."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.previews import filmstrip
from sparkle_motion_dagster.assets.stage import output_of, stage_of
from sparkle_motion_dagster.film.checks import mouths as checks
from sparkle_motion_dagster.film.mouths import move_mouths
from sparkle_motion_dagster.resources.engine_resources import LipsyncResource, VideoResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


def lipsync_clips(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    lipsync: LipsyncResource,
    video: VideoResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Move the mouths of talking close-ups."""
    with stage_of(context, film, gpu, inputs) as stage:
        facilities = stage.facilities
        mouths = move_mouths(stage, lipsync.answering(facilities), video.answering(facilities))
        warnings = yield from reported(stage.name, checks.verdicts(stage, mouths))
        speaking = [item.item_id for item in mouths.moved]
        yield output_of(
            stage,
            mouths.result,
            {
                "filmstrip": filmstrip(stage, [c for c in mouths.clips if c.id in speaking]),
                "speaking": ", ".join(speaking) or "none",
                "passed_through": len(mouths.clips) - len(speaking),
            },
            warnings,
        )
