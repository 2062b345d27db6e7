"""Upkeep: removing what nobody needs any more, as a job."""

import dagster as dg
from pydantic import Field

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.operations.prune.finished_films import FinishedFilms


class PruneConfig(dg.Config):
    """What may go, as `sparkle prune` takes it. By default: what no run needs any more."""

    older_than: str = Field(default="", description="runs unchanged for longer go, e.g. 30d")
    max_store: str = Field(default="", description="the oldest go until the store is this small")
    min_free: str = Field(default="", description="the oldest go until so much disk is free")
    films: FinishedFilms = Field(
        default=FinishedFilms.STAY, description="whether that is about finished films, too"
    )
    records_older_than: str = Field(
        default="7d", description="what no run needs any more stays until it is this old"
    )


@dg.op
def prune(context: dg.OpExecutionContext, config: PruneConfig) -> None:
    """Remove what nobody needs any more, and what the options say may go."""
    from datetime import UTC, datetime
    from functools import partial

    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.operations.prune.options import PruneOptions, policy_of
    from sparkle_motion_dagster.operations.prune.pruning import carry_out, described
    from sparkle_motion_dagster.runs.films import forget_films
    from sparkle_motion_dagster.runs.queue import films_with_runs

    options = PruneOptions(
        older_than=config.older_than,
        max_store=config.max_store,
        min_free=config.min_free,
        films=config.films,
        records_older_than=config.records_older_than,
    )
    home = SparkleHome.from_environment()
    try:
        policy = policy_of(options)
        spared = partial(films_with_runs, context.instance)
        plan = carry_out(home, policy, datetime.now(UTC), spared)
    except SparkleError as error:
        raise dg.Failure(str(error), allow_retries=error.retryable) from error
    forget_films(context.instance, home, [eviction.run_id for eviction in plan.evictions])
    for line in described(plan):
        context.log.info(line)
    context.add_output_metadata(
        {
            "runs": dg.MetadataValue.json([eviction.run_id for eviction in plan.evictions]),
            "report": dg.MetadataValue.text("\n".join(described(plan))),
            "bytes_removed": plan.garbage.size_bytes,
            "store_bytes": plan.store_bytes,
            "bytes_missing": plan.bytes_missing,
        }
    )


@dg.job(description="Remove what no film needs any more, and runs that may go: `sparkle prune`.")
def prune_store() -> None:
    """Prune the store."""
    prune()
