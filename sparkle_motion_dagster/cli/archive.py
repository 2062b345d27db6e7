"""`sparkle archive` and `sparkle restore`: films that outlive the disk they were made on."""

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("destination", metavar="DEST")
@readable_errors
def archive(run_id: str, destination: str) -> None:
    """Copy RUN, and all that it was made from, to DEST, and read every file back.

    DEST is a folder or an address like s3://bucket/films; several films may share it.
    """
    from sparkle_motion_dagster.api.archiving import archive_film
    from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder

    home = SparkleHome.from_environment()
    click.echo(archive_film(home, run_id, RemoteFolder(destination)))


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("source", metavar="SOURCE")
@click.option("--replace", is_flag=True, help="Another film of this id here is lost.")
@readable_errors
def restore(run_id: str, source: str, replace: bool) -> None:  # noqa: FBT001 - a flag
    """Copy RUN back from SOURCE, where `sparkle archive` has put it."""
    from sparkle_motion_dagster.api.archiving import restore_film
    from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder
    from sparkle_motion_dagster.artifacts.archive.restoring import OtherRun

    other = OtherRun.IS_REPLACED if replace else OtherRun.STAYS
    home = SparkleHome.from_environment()
    click.echo(restore_film(home, run_id, RemoteFolder(source), other))
