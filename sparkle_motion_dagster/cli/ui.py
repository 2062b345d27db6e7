"""`sparkle ui`: the Dagster web UI on the right instance; its parts: `prepare`, `webserver`."""

from collections.abc import Sequence
from pathlib import Path

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.listening import listening

_PORT = 3000
"""Where Dagster's web UI is everywhere."""

_ADVICE = "`--port NUMBER`, `--host ADDRESS`"


@click.command()
@readable_errors
def prepare() -> None:
    """Prepare $SPARKLE_HOME for a daemon that neither `sparkle ui` nor `sparkle serve` starts.

    Do it before the first start, and after an update.
    """
    from sparkle_motion_dagster.serving import preparing

    preparing.prepare(SparkleHome.from_environment())


@click.command()
@listening(_PORT)
@click.option(
    "--films-port",
    default=7077,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where films, their pages and their artifacts are served.",
)
@readable_errors
def ui(host: str, port: int, films_port: int, allowed: Sequence[str]) -> None:
    """Start the web UI, the film server and the daemon; Ctrl-C ends all."""
    from sparkle_motion_dagster.serving import parts
    from sparkle_motion_dagster.serving.addresses import Listening, check_ports_differ
    from sparkle_motion_dagster.serving.alone import become_the_only_one
    from sparkle_motion_dagster.serving.preparing import prepare_parts
    from sparkle_motion_dagster.serving.service import Service

    home = SparkleHome.from_environment()
    web = Listening(host, port, tuple(allowed))
    films = Listening(host, films_port, tuple(allowed))
    check_ports_differ(web, films)
    lock = become_the_only_one(home, "sparkle ui", web.address)
    web.check_free("web UI", _ADVICE)
    films.check_free("film server", "`--films-port NUMBER`, `--host ADDRESS`")
    prepare_parts(home, films)
    click.echo(f"The web UI will be at {web.address}", err=True)
    with parts.workspace() as workspace:
        Service(
            [
                parts.code_server(workspace),
                parts.daemon(workspace, lock),
                parts.web_server(workspace, web.options()),
                parts.film_server(films.options()),
            ]
        ).run()


@click.command()
@click.option(
    "-w",
    "--workspace",
    required=True,
    type=click.Path(path_type=Path, exists=True),
    help="The workspace.yaml that says where the code server is.",
)
@listening(_PORT)
@readable_errors
def webserver(workspace: Path, host: str, port: int, allowed: Sequence[str]) -> None:
    """Start the web UI alone, where the daemon and the code server are services of their own."""
    from sparkle_motion_dagster.serving.addresses import Listening
    from sparkle_motion_dagster.serving.webserver import serve_web_ui

    Listening(host, port).check_free("web UI", _ADVICE)
    serve_web_ui(SparkleHome.from_environment(), workspace, host, port, allowed)
