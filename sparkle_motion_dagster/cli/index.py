"""`sparkle index`: the indexes of a home: of all manifests, and of what pictures look like."""

import time

import click

from sparkle_motion_dagster.cli.console import readable_errors


@click.group()
def index() -> None:
    """The indexes of what all films are made of: caches, for listing and for `sparkle similar`."""


@index.command()
@readable_errors
def rebuild() -> None:
    """Make the indexes anew from all manifests and pictures; who looks into them goes on."""
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.artifacts.index.looking import ArtifactIndex
    from sparkle_motion_dagster.artifacts.parts import check_there
    from sparkle_motion_dagster.similar.index import CLIPS, PICTURES, SimilarIndex

    home = SparkleHome.from_environment()
    check_there(home)
    started = time.monotonic()
    size = ArtifactIndex(home).rebuild()
    click.echo(
        f"{home.index}: {size.artifacts} artifacts of {size.manifests} stages of {size.runs} "
        f"films, read in {time.monotonic() - started:.1f} s."
    )
    started = time.monotonic()
    similar = SimilarIndex(home)
    similar.rebuild()
    followed = similar.follow((*PICTURES, *CLIPS))
    click.echo(
        f"{home.similar}: {followed.hashed} pictures and clips, hashed in "
        f"{time.monotonic() - started:.1f} s."
    )
