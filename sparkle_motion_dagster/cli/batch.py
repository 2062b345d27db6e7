"""Rendering many films at once: how far they are, and a table of what became of them."""

from collections.abc import Sequence
from pathlib import Path

import click


def render_films(
    plans: Sequence[Path], run_id: str | None, profile: str, job: str, *, replace: bool
) -> None:
    """Render the films of several plans in this process, and print a table of them.

    The command ends with the exit code of the worst film.
    """
    from sparkle_motion_dagster.api.batches import planned_batch, render_batch
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.recovery import recover

    batch = planned_batch(plans, profile=profile, job=job, replace=replace)
    with open_instance(batch.home) as instance:
        for reason in recover(instance, batch.home):
            click.echo(f"  {reason}", err=True)
        result = render_batch(instance, batch, lambda turn: click.echo(str(turn), err=True))
    click.echo(result.model_dump_json(indent=1))
    raise SystemExit(result.exit_code)
