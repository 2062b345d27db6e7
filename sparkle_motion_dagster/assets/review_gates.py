"""Review gates: a stage is shown, and the run ends green there until a person approved it."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.operations.reviews import check_approved, review_of, waits_for_review
from sparkle_motion_dagster.operations.state import FilmState, State
from sparkle_motion_dagster.plan.parts import ReviewedStage
from sparkle_motion_dagster.resources.film import FilmResource


def reviewed(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    output: dg.Output[StageManifest],
    asked: frozenset[ReviewedStage],
) -> Iterator[dg.Output[StageManifest]]:
    """Hand a stage on if nobody asked for its review, or if a person approved just this content.

    Where a decision is missing, the stage is published and shown, but not handed on: Dagster skips
    what is downstream, and the run ends green. The asset needs ``output_required=False``.

    Raises:
        RejectedError: A person rejected it.
    """
    manifest, workbench = output.value, film.workbench()
    folder = workbench.run_folder(manifest.run_id)
    stage = next((stage for stage in asked if stage == manifest.stage), None)
    if stage is None:
        yield output
        return
    if review_of(folder, manifest) is not None:
        check_approved(folder, stage, manifest)
        yield output
        return
    folder.publish(manifest, workbench.store)
    waits = waits_for_review(manifest)
    context.log_event(
        dg.AssetMaterialization(
            asset_key=context.asset_key,
            partition=manifest.run_id,
            description=waits,
            metadata={"review": waits, **output.metadata},
        )
    )
    context.log.warning(waits)
    film.conclude(
        FilmState(
            state=State.WAITING,
            message=waits,
            dagster_run=context.run.run_id,
            waits_for=stage,
        )
    )
