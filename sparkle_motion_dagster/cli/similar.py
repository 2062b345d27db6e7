"""`sparkle similar`: what else, in all films of a home, shows the same as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors, stdout, warn

if TYPE_CHECKING:
    from sparkle_motion_dagster.operations.similar import SimilarItems

_WIDEST = 1000
"""Columns; no path is broken."""

_MANY = 100
"""Hashing so many new pictures takes a second or more."""


@click.command()
@click.argument("picture_or_run", metavar="PICTURE | RUN")
@click.argument("item", required=False)
@click.option(
    "--threshold",
    type=click.IntRange(0, 32),
    default=6,
    show_default=True,
    help="In how many of 64 bits the hashes of what shows the same may differ.",
)
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print them for programs.")
@readable_errors
def similar(
    picture_or_run: str,
    item: str | None,
    threshold: int,
    most: int,
    as_json: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """List what shows the same as PICTURE, a file, or as ITEM of RUN: near-duplicates.

    ITEM is a keyframe, a portrait or a shot; a take of it, such as ship@take2; or STAGE/ITEM. Other
    sizes, crops and codings of the same picture are found. The nearest come first.
    """
    from sparkle_motion_dagster.api.similar import similar_to_item, similar_to_picture

    home = SparkleHome.from_environment()
    if item is None:
        found = similar_to_picture(home, Path(picture_or_run), threshold, _tell)
    else:
        found = similar_to_item(home, picture_or_run, item, threshold, _tell)
    shown = found.model_copy(update={"items": found.items[:most]})
    if found.unreadable:
        warn(
            f"{len(found.unreadable)} stored files could not be read, such as "
            f"{found.unreadable[0]}: `sparkle verify` says of whom."
        )
    if as_json:
        click.echo(shown.model_dump_json(indent=1))
    elif not found.items:
        click.echo("Nothing shows the same.")
    else:
        _show(shown)
        if (more := len(found.items) - most) > 0:
            click.echo(f"And {more} more: --most {len(found.items)}.")


def _show(found: SimilarItems) -> None:
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("distance", "film", "item", "size", "file"):
        table.add_column(column, justify="right" if column == "distance" else "left")
    for one in found.items:
        frame = "" if one.frame is None else f", frame {one.frame}"
        table.add_row(
            str(one.distance),
            one.run_id,
            f"{one.stage}/{one.item}{frame}",
            f"{one.width}x{one.height}",
            one.file,
        )
    console = stdout()
    console.width = _WIDEST
    console.print(table)


def _tell(done: int, of: int) -> None:
    if of >= _MANY:
        click.echo(f"\rHashing new pictures and clips: {done} of {of} ...", err=True, nl=done == of)
