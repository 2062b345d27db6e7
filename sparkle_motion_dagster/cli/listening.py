"""The options that say where a server listens, and under which names."""

from collections.abc import Callable

import click


def listening(port: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add ``--host``, ``--port``, by default `port`, and ``--allow-host`` to a command."""
    options = (
        click.option(
            "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
        ),
        click.option("--port", default=port, show_default=True, type=click.IntRange(1, 65535)),
        click.option(
            "--allow-host",
            "allowed",
            metavar="NAME",
            multiple=True,
            envvar="SPARKLE_ALLOW_HOSTS",
            help="A further name by which browsers reach it: a proxy's. May be repeated.",
        ),
    )

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add
