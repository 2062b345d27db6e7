"""`sparkle serve`: the server of films."""

from __future__ import annotations

from collections.abc import Sequence

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=7077, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--allow-host",
    "allowed",
    metavar="NAME",
    multiple=True,
    envvar="SPARKLE_ALLOW_HOSTS",
    help="A further name by which it is reached: a proxy's. May be repeated.",
)
@readable_errors
def serve(host: str, port: int, allowed: Sequence[str]) -> None:
    """Serve films, their pages and their artifacts over HTTP; Ctrl-C ends it."""
    from sparkle_motion_dagster.server.settings import ServerSettings
    from sparkle_motion_dagster.server.tokens import server_token
    from sparkle_motion_dagster.serving.films import serve_films

    home = SparkleHome.from_environment()
    token = server_token(home)
    click.echo(f"Films will be at http://{host}:{port}/#token={token}", err=True)
    serve_films(ServerSettings(home, host, port, token, tuple(allowed)))
