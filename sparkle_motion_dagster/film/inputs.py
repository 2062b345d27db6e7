"""Whether what a stage is made from still belongs together."""

from __future__ import annotations

from collections.abc import Mapping

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import MOVIE_PLAN


class StaleStageError(SparkleError):
    """A stage's inputs do not belong together any more."""

    retryable = False


def check_inputs(inputs: Mapping[str, StageManifest]) -> None:
    """Make sure that a stage's inputs belong together: the plan, and what was made from it.

    Raises:
        StaleStageError: One was made from another plan, or from another state of another one.
    """
    for manifest in inputs.values():
        if stale := _stale_inputs(manifest, inputs):
            raise StaleStageError(
                f"{manifest.stage} of {manifest.run_id} was made before {' and '.join(stale)} "
                f"changed. Materialize {manifest.stage} first, or render the whole film: what did "
                "not change is taken from the store."
            )


def inputs_agree(manifests: Mapping[str, StageManifest]) -> bool:
    """Tell whether stages belong together, the plan among them; see `check_inputs`."""
    return not any(_stale_inputs(manifest, manifests) for manifest in manifests.values())


def _stale_inputs(manifest: StageManifest, inputs: Mapping[str, StageManifest]) -> list[str]:
    """Return the stages that a stage was made from in another state, or of another plan."""
    plan = inputs[MOVIE_PLAN]
    stale = [
        stage
        for stage, digest in manifest.upstream.items()
        if stage in inputs and stage != MOVIE_PLAN and inputs[stage].content_digest != digest
    ]
    if (manifest.plan_digest, manifest.profile) != (plan.plan_digest, plan.profile):
        stale.append(MOVIE_PLAN)
    return stale
