"""`sparkle serve`: the server of films, and what renders them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.listening import listening
from sparkle_motion_dagster.operations.film_servers import given_address, is_served
from sparkle_motion_dagster.server.tokens import VARIABLE, server_token

if TYPE_CHECKING:
    from sparkle_motion_dagster.server.settings import ServerSettings
    from sparkle_motion_dagster.serving.addresses import Listening


@click.command()
@listening(7077)
@click.option(
    "--no-daemon",
    "alone",
    is_flag=True,
    help="Serve films alone, where the daemon is a service of its own.",
)
@readable_errors
def serve(
    host: str,
    port: int,
    allowed: Sequence[str],
    alone: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Serve films, their pages and their artifacts over HTTP, and render; Ctrl-C ends both.

    Where another process renders for $SPARKLE_HOME already, such as `sparkle ui`, films are served
    alone.
    """
    from sparkle_motion_dagster.serving.addresses import Listening
    from sparkle_motion_dagster.serving.alone import AlreadyServedError

    home = SparkleHome.from_environment()
    listens = Listening(host, port, tuple(allowed))
    listens.check_free("film server", "`--port NUMBER`, `--host ADDRESS`")
    if alone:
        _serve_films(home, listens)
        return
    try:
        _serve_and_render(home, listens)
    except AlreadyServedError as served:
        if not is_served(home):
            raise  # a daemon that somebody left behind: it renders nothing
        click.echo(f"Films are rendered by {served.holder}; here they are served.", err=True)
        _serve_films(home, listens)


def _serve_and_render(home: SparkleHome, listens: Listening) -> None:
    from sparkle_motion_dagster.serving import parts
    from sparkle_motion_dagster.serving.alone import become_the_only_one_in_turn
    from sparkle_motion_dagster.serving.preparing import prepare_parts
    from sparkle_motion_dagster.serving.service import Service

    lock = become_the_only_one_in_turn(home, "sparkle serve", listens.address, _say_waiting)
    prepare_parts(home, listens)
    with parts.workspace() as workspace:
        Service(
            [
                parts.film_server(listens.options()),
                parts.code_server(workspace),
                parts.daemon(workspace, lock),
            ]
        ).run()


def _say_waiting(holder: str) -> None:
    click.echo(f"Waiting for {holder}: it is about to end, or has just begun.", err=True)


def _serve_films(home: SparkleHome, listens: Listening) -> None:
    from sparkle_motion_dagster.server.settings import ServerSettings, largest_upload
    from sparkle_motion_dagster.serving.films import serve_films

    settings = ServerSettings(
        home=home,
        host=listens.host,
        port=listens.port,
        token=server_token(home),
        allowed=listens.allowed,
        largest_upload=largest_upload(),
    )
    address = given_address() or listens.address
    click.echo(f"Films will be at {_with_token(address, settings)}", err=True)
    if not settings.is_local:
        click.echo("Others may reach it: whoever reads there needs its token, too.", err=True)
    serve_films(settings, listens.authority, address)


def _with_token(address: str, settings: ServerSettings) -> str:
    """Return an address that signs one in; where no terminal shows it, where its token is."""
    if sys.stderr.isatty():
        return f"{address}/#token={settings.token}"
    given = f"${VARIABLE}" if os.environ.get(VARIABLE) else str(settings.home.server_token)
    return f"{address} (its token: {given})"
