"""`sparkle archive` and `sparkle restore`: films that outlive the disk they were made on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.plan.run_ids import check_run_id

if TYPE_CHECKING:
    from sparkle_motion_dagster.artifacts.archive.index import Transfer


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("destination", metavar="DEST")
@readable_errors
def archive(run_id: str, destination: str) -> None:
    """Copy RUN, and all that it was made from, to DEST, and read every file back.

    DEST is a folder or an address like s3://bucket/films; several films may share it.
    """
    from sparkle_motion_dagster.artifacts.archive.archiving import archive_run
    from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder

    home = SparkleHome.from_environment()
    film = home.existing_run(run_id)
    root = RemoteFolder(destination)
    click.echo(f"Archived {film} in {root}: {_amount(archive_run(home, film, root))}.")


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("source", metavar="SOURCE")
@click.option("--replace", is_flag=True, help="Another film of this id here is lost.")
@readable_errors
def restore(run_id: str, source: str, replace: bool) -> None:  # noqa: FBT001 - a flag
    """Copy RUN back from SOURCE, where `sparkle archive` has put it."""
    from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder
    from sparkle_motion_dagster.artifacts.archive.restoring import OtherRun, restore_run
    from sparkle_motion_dagster.runs.films import register_film
    from sparkle_motion_dagster.runs.instance import open_instance

    film = check_run_id(run_id)
    home = SparkleHome.from_environment()
    root = RemoteFolder(source)
    other = OtherRun.IS_REPLACED if replace else OtherRun.STAYS
    transfer = restore_run(home, film, root, VIDEO_FINAL, other)
    with open_instance(home) as instance:
        register_film(instance, film)
    click.echo(f"Restored {film} from {root}: {_amount(transfer)}.")


def _amount(transfer: Transfer) -> str:
    from sparkle_motion_dagster.operations.prune.pruning import size_text

    return (
        f"{transfer.files} files, {size_text(transfer.size_bytes)}; copied were "
        f"{transfer.files_copied} of them, {size_text(transfer.bytes_copied)}"
    )
