"""Rendering many films at once: how far they are, and a table of what became of them."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import click

from sparkle_motion_dagster.cli.limits import within_limits


def render_films(
    plans: Sequence[Path],
    run_id: str | None,
    profile: str,
    job: str,
    budget: Sequence[str],
    *,
    replace: bool,
    over_limits: bool,
) -> None:
    """Render the films of several plans in this process, and print a table of them.

    None is begun before all stay within their limits, or may exceed them. The command ends with
    the exit code of the worst film.
    """
    from sparkle_motion_dagster.api.batches import planned_batch, render_batch
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.recovery import recover

    batch = planned_batch(plans, profile=profile, job=job, replace=replace)
    allowed = (
        within_limits(batch.home, run, budget, over_limits=over_limits) for run in batch.runs
    )
    batch = dataclasses.replace(batch, runs=tuple(allowed))
    with open_instance(batch.home) as instance:
        for reason in recover(instance, batch.home):
            click.echo(f"  {reason}", err=True)
        result = render_batch(instance, batch, lambda turn: click.echo(str(turn), err=True))
    click.echo(result.model_dump_json(indent=1))
    raise SystemExit(result.exit_code)
