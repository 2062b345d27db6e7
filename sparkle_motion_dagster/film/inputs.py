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
    plan = inputs[MOVIE_PLAN]
    for manifest in inputs.values():
        stale = [
            stage
            for stage, digest in manifest.upstream.items()
            if stage in inputs and stage != MOVIE_PLAN and inputs[stage].content_digest != digest
        ]
        if (manifest.plan_digest, manifest.profile) != (plan.plan_digest, plan.profile):
            stale.append(MOVIE_PLAN)
        if stale:
            raise StaleStageError(
                f"{manifest.stage} of {manifest.run_id} was made before {' and '.join(stale)} "
                f"changed. Materialize {manifest.stage} first, or render the whole film: what did "
                "not change is taken from the store."
            )
