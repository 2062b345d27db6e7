"""`sparkle ui`: the Dagster web UI on the right instance; `sparkle prepare`: what it does first."""

import os
import signal
import sys

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.going_on import queue_old_requests
from sparkle_motion_dagster.runs.starting import CODE_LOCATION


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


def _prepare(home: SparkleHome) -> None:
    """Write the instance's settings, make its tables, and queue what older versions left."""
    from sparkle_motion_dagster.runs.instance import open_instance

    with open_instance(home):
        pass  # several processes are going to open it at once, and only one may make its tables
    for obstacle in queue_old_requests(home):
        click.echo(obstacle, err=True)
