"""Review gates: a stage is made and shown, and nothing is made of it until a person approved it."""

from collections.abc import Collection

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.operations.drafts import where_it_lies
from sparkle_motion_dagster.operations.reviews import awaited
from sparkle_motion_dagster.resources.film import FilmResource


def shown_for_review(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    output: dg.Output[StageManifest],
    asked: Collection[str],
) -> dg.Output[StageManifest]:
    """Return a stage's output, which says if a person has to decide on it.

    Raises:
        RejectedError: A person rejected just this content.
    """
    manifest = output.value
    if manifest.stage not in asked:
        return output
    folder = film.workbench().run_folder(manifest.run_id)
    waits = awaited(folder, manifest)
    if waits is None:
        return output
    context.log.warning("%s %s", waits, where_it_lies(folder, manifest.stage))
    context.add_output_metadata({"review": waits}, output_name=output.output_name)
    return output


def made_in_this_run(context: dg.AssetExecutionContext, stage: str) -> bool:
    """Tell whether a stage is part of a run."""
    return dg.AssetKey(stage) in context.job_def.asset_layer.executable_asset_keys
