"""Rendering many films at once: how far they are, and a table of what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.cli.console import stdout, warn
from sparkle_motion_dagster.cli.progress_line import shown_turns

if TYPE_CHECKING:
    from sparkle_motion_dagster.api.batch_result import BatchResult
    from sparkle_motion_dagster.cli.render_order import RenderOrder

_WIDE = 5000
"""Characters of the table's lines at most: a path is there to be copied, and is never broken."""


def render_films(order: RenderOrder, *, as_json: bool) -> None:
    """Render the films of an order in this process, and print a table of them, or JSON.

    None is begun before all stay within their limits, or may exceed them. The command ends with the
    exit code of the worst film.
    """
    from sparkle_motion_dagster.api.batches import render_batch
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.recovery import recover

    batch = order.batch()
    with open_instance(batch.home) as instance:
        for reason in recover(instance, batch.home):
            click.echo(f"  {reason}", err=True)
        with shown_turns(batch.home) as shown:
            result = render_batch(instance, batch, shown.turned, shown.ended)
    if as_json:
        click.echo(result.model_dump_json(indent=1))
    else:
        _show(result)
    click.get_current_context().exit(result.exit_code)


def _show(result: BatchResult) -> None:
    """Print the table of films, then what there is to say of some of them."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table("film", "now", "made", "stored", "work", "length", "path", box=SIMPLE)
    for film in result.films:
        table.add_row(
            film.film,
            film.state,
            str(film.made),
            str(film.taken),
            f"{film.seconds:.1f} s",
            "-" if film.duration_s is None else f"{film.duration_s:.2f} s",
            str(film.path),
        )
    console = stdout()
    console.width = _WIDE
    console.print(table)
    for film in result.films:
        for warning in film.warnings:
            warn(f"{film.film}: {warning}")
        for line in film.mended:
            click.echo(f"  Mended: {film.film}: {line}", err=True)
        if film.message:
            click.echo(f"{film.film}: {film.message}", err=True)
