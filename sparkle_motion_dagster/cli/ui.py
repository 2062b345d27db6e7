"""`sparkle ui`: the Dagster web UI on the right instance; `sparkle prepare`: what it does first."""

import os
import signal
import socket
import sys
from datetime import datetime

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import take_for_life
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.going_on import queue_old_requests
from sparkle_motion_dagster.errors import BusyError, InputError
from sparkle_motion_dagster.runs.starting import CODE_LOCATION


class AlreadyServedError(BusyError):
    """Another process serves the home."""


class AddressError(InputError):
    """The web server cannot listen where it was told to."""


@click.command()
@readable_errors
def prepare() -> None:
    """Prepare $SPARKLE_HOME for the web UI and the daemon, where `sparkle ui` does not start them.

    Do it before the first start, and after an update.
    """
    _prepare(SparkleHome.from_environment())


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
@readable_errors
def ui(host: str, port: int) -> None:
    """Start the web UI and its daemon; Ctrl-C ends both."""
    home = SparkleHome.from_environment()
    _become_the_only_one(home, host, port)
    _check_free(host, port)
    _prepare(home)
    os.environ |= {"SPARKLE_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster)}
    # It is announced as superseded by `dg dev`, which needs to be run in a project folder.
    os.environ.setdefault("PYTHONWARNINGS", "ignore::FutureWarning")
    arguments = [sys.executable, "-m", "dagster", "dev"]
    arguments += ["-m", CODE_LOCATION, "-h", host, "-p", str(port)]
    # A shell that starts it in the background has it ignore SIGINT, and so would its children,
    # which Dagster ends with just that signal.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    click.echo(f"The web UI will be at http://{host}:{port}", err=True)
    os.execv(sys.executable, arguments)  # noqa: S606 - replaced, so that signals reach it


def _become_the_only_one(home: SparkleHome, host: str, port: int) -> None:
    """Make sure that a home has one daemon: two would start the same runs.

    Raises:
        AlreadyServedError: Another process serves it.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    since = f"{datetime.now().astimezone():%d %b %H:%M}"
    note = f"process {os.getpid()} at http://{host}:{port}, since {since}"
    if (holder := take_for_life(home.serving, note)) is not None:
        raise AlreadyServedError(
            f"`sparkle ui` runs already for {home.root}: {holder or 'it is just starting'}. A home "
            "has one daemon: use that one, or end it first."
        )


def _check_free(host: str, port: int) -> None:
    """Make sure that the web server gets its address, before a daemon is started beside it.

    Raises:
        AddressError: It would not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise AddressError(
            f"The web UI cannot listen on {host}, port {port}: {error.strerror}. Choose another "
            "address: `sparkle ui --port NUMBER`, `--host ADDRESS`."
        ) from error


def _prepare(home: SparkleHome) -> None:
    """Write the instance's settings, make its tables, register films, queue what was left.

    Several processes are going to open the instance at once, and only one may make its tables.
    """
    from sparkle_motion_dagster.runs.films import register_films_on_disk
    from sparkle_motion_dagster.runs.instance import open_instance

    with open_instance(home) as instance:
        register_films_on_disk(instance, home)
    for obstacle in queue_old_requests(home):
        click.echo(obstacle, err=True)
