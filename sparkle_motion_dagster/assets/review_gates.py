"""Review gates: a stage is made and shown, and nothing is made of it until a person approved it."""

import functools
from collections.abc import Callable, Collection, Iterator
from typing import Any

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.operations.drafts import where_it_lies
from sparkle_motion_dagster.operations.reviews import NotReviewedError, awaited
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


def ending_at_reviews(make: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Have a stage that must not go on from another one yet end without output, and green.

    Dagster skips what is downstream of it. The stage under review cannot stop them itself: Dagster
    hands on what is materialized, and materializes only what is handed on.
    """

    @functools.wraps(make)
    def made(context: dg.AssetExecutionContext, **inputs: Any) -> Iterator[Any]:
        try:
            yield from make(context, **inputs)
        except NotReviewedError as waits:
            context.log.warning("Nothing is made here yet: %s", waits)
            # Dagster demands an output of every check; without a result, none is recorded.
            for check in context.op_def.output_defs:
                if check.is_required:
                    yield dg.Output(None, output_name=check.name)

    return made


def made_in_this_run(context: dg.AssetExecutionContext, stage: str) -> bool:
    """Tell whether a stage is part of a run."""
    return dg.AssetKey(stage) in context.job_def.asset_layer.executable_asset_keys
