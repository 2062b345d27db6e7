"""`sparkle index`: the index of all manifests, from which artifacts are listed."""

import time

import click

from sparkle_motion_dagster.cli.console import readable_errors


@click.group()
def index() -> None:
    """The index of what all films are made of: a cache, from which artifacts are listed."""


@index.command()
@readable_errors
def rebuild() -> None:
    """Make the index anew from all manifests, while whoever looks into it goes on."""
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.artifacts.index.looking import ArtifactIndex
    from sparkle_motion_dagster.artifacts.parts import check_there

    home = SparkleHome.from_environment()
    check_there(home)
    started = time.monotonic()
    size = ArtifactIndex(home).rebuild()
    click.echo(
        f"{home.index}: {size.artifacts} artifacts of {size.manifests} stages of {size.runs} "
        f"films, read in {time.monotonic() - started:.1f} s."
    )
