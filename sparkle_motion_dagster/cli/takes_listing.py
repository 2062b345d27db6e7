"""`sparkle takes`: the takes of a film's items, what was measured of each, and what was chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors, stdout
from sparkle_motion_dagster.film.takes.listing import ItemTakes


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("item", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print them for programs.")
@readable_errors
def takes(run_id: str, item: str | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """List the takes of RUN, or of its ITEM: how each differs, what was measured, which is in it.

    `sparkle redo RUN ITEM` makes further ones, `sparkle take RUN ITEM K` chooses.
    """
    from sparkle_motion_dagster.api.taking import takes_of

    home = SparkleHome.from_environment()
    folder = RunFolder(home, home.existing_run(run_id))
    listed = takes_of(home, folder, item)
    if as_json:
        said = [one.model_dump(mode="json") for one in listed]
        click.echo(json.dumps({"run_id": run_id, "items": said}, indent=1, ensure_ascii=False))
        return
    if not listed:
        click.echo(f"{run_id} has one take of everything. `sparkle redo {run_id} ITEM` makes more.")
    for one in listed:
        _show(one)


def _show(item: ItemTakes) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    title = " ".join([item.called, f"({item.kind})", *_standing(item)])
    table = Table("take", "", "differs by", "measured", box=SIMPLE, title=title)
    table.title_justify = "left"
    for take in item.takes:
        table.add_row(
            str(take.number),
            ", ".join(item.marks(take)),
            take.differs,
            "\n".join(take.measured),
        )
    stdout().print(table)


def _standing(item: ItemTakes) -> Iterator[str]:
    if item.is_pinned:
        stale = f", and stale: it would be made with another {', '.join(item.stale)} now"
        yield f"- pinned{stale if item.stale else ''}"
    if item.why:
        yield f"- {item.why}"
