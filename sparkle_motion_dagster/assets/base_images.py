"""base_images: the keyframes on which the shots start and end."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.previews import keyframe_sheet
from sparkle_motion_dagster.assets.review_gates import shown_for_review
from sparkle_motion_dagster.assets.stage import output_of, stage_of
from sparkle_motion_dagster.film.checks import keyframes as checks
from sparkle_motion_dagster.film.keyframes import make_keyframes
from sparkle_motion_dagster.operations.reviews import reviews_asked
from sparkle_motion_dagster.resources.engine_resources import ImagesResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


def base_images(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    images: ImagesResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Draw the keyframes; fit those that the user brings."""
    with stage_of(context, film, gpu, inputs) as stage:
        keyframes = make_keyframes(stage, images.answering(stage.facilities))
        warnings = yield from reported(stage.name, checks.verdicts(stage, keyframes))
        sheets = {"keyframes": keyframe_sheet(stage, keyframes.pictures)}
        if keyframes.portraits:
            sheets["portraits"] = keyframe_sheet(stage, keyframes.portraits, "portraits")
        reused = {item: str(reuse) for item, reuse in keyframes.reused.items()}
        shown = {**sheets, **({"reused": reused} if reused else {})}
        output = output_of(stage, keyframes.result, shown, warnings)
        yield shown_for_review(context, film, output, reviews_asked(stage.plan, stage.settings))
