"""`sparkle ui`: the Dagster web UI on the right instance; its parts: `prepare`, `webserver`."""

import os
import shutil
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from sparkle_motion_dagster.api.going_on import queue_old_requests
from sparkle_motion_dagster.artifacts.errors import full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import take_for_life, users_of
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.errors import BusyError, InputError

_LEAST_ROOM = 8 * 2**20
"""Bytes on the disk of Dagster's database without which its daemon does not start."""


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


def _listening(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where the web server listens, and under which names."""
    options = (
        click.option(
            "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
        ),
        click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535)),
        click.option(
            "--allow-host",
            "allowed",
            metavar="NAME",
            multiple=True,
            envvar="SPARKLE_ALLOW_HOSTS",
            help="A further name by which browsers reach it: a proxy's. May be repeated.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_listening
@readable_errors
def ui(host: str, port: int, allowed: Sequence[str]) -> None:
    """Start the web UI and its daemon; Ctrl-C ends both."""
    from sparkle_motion_dagster.serving.parts import Service

    home = SparkleHome.from_environment()
    lock = _become_the_only_one(home, host, port)
    _check_free(host, port)
    _prepare(home)
    _check_room(home)
    os.environ |= {"SPARKLE_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster)}
    click.echo(f"The web UI will be at http://{_in_address(host)}:{port}", err=True)
    options = ["--host", host, "--port", str(port)]
    for name in allowed:
        options += ["--allow-host", name]
    Service(lock, options).run()


@click.command()
@click.option(
    "-w",
    "--workspace",
    required=True,
    type=click.Path(path_type=Path, exists=True),
    help="The workspace.yaml that says where the code server is.",
)
@_listening
@readable_errors
def webserver(workspace: Path, host: str, port: int, allowed: Sequence[str]) -> None:
    """Start the web UI alone, where the daemon and the code server are services of their own."""
    from sparkle_motion_dagster.serving.webserver import serve_web_ui

    _check_free(host, port)
    serve_web_ui(SparkleHome.from_environment(), workspace, host, port, allowed)


def _become_the_only_one(home: SparkleHome, host: str, port: int) -> int:
    """Make sure that a home has one daemon: two would start the same runs.

    Returns:
        The descriptor of the lock that says so.

    Raises:
        AlreadyServedError: Another process serves it.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    since = f"{datetime.now().astimezone():%d %b %H:%M}"
    note = f"process {os.getpid()} at http://{_in_address(host)}:{port}, since {since}"
    return take_for_life(home.serving, note, partial(_already_served, home))


def _already_served(home: SparkleHome, note: str) -> AlreadyServedError:
    left = {process.pid: process for process in users_of(home.serving)}
    if not note or not left or any(note.startswith(f"process {pid} ") for pid in left):
        return AlreadyServedError(
            f"`sparkle ui` runs already for {home.root}: {note or 'it is just starting'}. A home "
            "has one daemon: use that one, or end it first."
        )
    pids = " ".join(map(str, left))
    return AlreadyServedError(
        f"`sparkle ui` was killed for {home.root} ({note}), but its daemon still runs: process "
        f"{pids}. A home has one daemon: end that (`kill {pids}`), then try again."
    )


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


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


def _check_room(home: SparkleHome) -> None:
    """Make sure that the daemon can write down what it does.

    Raises:
        StorageFullError: It could not for long.
    """
    if shutil.disk_usage(home.dagster).free < _LEAST_ROOM:
        raise full_disk(home.dagster)


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
