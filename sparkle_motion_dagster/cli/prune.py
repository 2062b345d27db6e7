"""`sparkle prune`: what nobody needs goes, and what a person says may go."""

from datetime import UTC, datetime
from functools import partial

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors


@click.command()
@click.option("--older-than", metavar="AGE", help="Runs unchanged for longer go (30d, PT12H).")
@click.option("--max-store", metavar="SIZE", help="The oldest go, until the store is this small.")
@click.option("--min-free", metavar="SIZE", help="The oldest go, until so much disk is free.")
@click.option("--films", is_flag=True, help="That is about finished films, too.")
@click.option(
    "--records-older-than",
    metavar="AGE",
    default="7d",
    show_default=True,
    help="What no run needs any more stays until it is this old.",
)
@click.option("--yes", is_flag=True, help="Do it.")
@readable_errors
def prune(
    older_than: str | None,
    max_store: str | None,
    min_free: str | None,
    films: bool,  # noqa: FBT001 - a command line flag
    records_older_than: str,
    yes: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Say what may go, and why; with --yes, remove it.

    Without options, that is what no run needs any more: files of edited plans, of deleted runs.
    Finished films stay, unless --films is given. Running renders are safe, and so are those in the
    queue; what paused ones need stays, too.
    """
    from sparkle_motion_dagster.operations.prune.finished_films import FinishedFilms
    from sparkle_motion_dagster.operations.prune.options import PruneOptions, policy_of
    from sparkle_motion_dagster.operations.prune.pruning import carry_out, described, plan_prune

    options = PruneOptions(
        older_than=older_than,
        max_store=max_store,
        min_free=min_free,
        films=FinishedFilms.MAY_GO if films else FinishedFilms.STAY,
        records_older_than=records_older_than,
    )
    policy = policy_of(options)
    home = SparkleHome.from_environment()
    if not home.root.exists():
        click.echo(f"There is nothing in {home.root}.")
        return
    act = carry_out if yes else plan_prune
    plan = act(home, policy, datetime.now(UTC), partial(_films_with_runs, home))
    click.echo("\n".join(described(plan)))
    if not yes:
        click.echo("Nothing was removed. Add --yes to do it.")
        return
    _forget(home, [eviction.run_id for eviction in plan.evictions])
    click.echo("Removed.")


def _films_with_runs(home: SparkleHome) -> frozenset[str]:
    """Return the films that have a run that has not ended, be it in the queue."""
    if not home.dagster.exists():
        return frozenset()
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.queue import films_with_runs

    with open_instance(home) as instance:
        return films_with_runs(instance)


def _forget(home: SparkleHome, run_ids: list[str]) -> None:
    """Delete the partitions of runs that have gone."""
    if not run_ids or not home.dagster.exists():
        return
    from sparkle_motion_dagster.runs.films import forget_films
    from sparkle_motion_dagster.runs.instance import open_instance

    with open_instance(home) as instance:
        forget_films(instance, home, run_ids)
