"""`sparkle comments`: what people say of moments of a film."""

from __future__ import annotations

import json

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--add", "text", metavar="TEXT", help="Say something of the moment --at.")
@click.option("--at", "at_s", metavar="SECONDS", type=float, help="Which moment, from the start.")
@click.option("--json", "as_json", is_flag=True, help="Print them for programs.")
@readable_errors
def comments(
    run_id: str,
    text: str | None,
    at_s: float | None,
    as_json: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """List the comments on RUN, each with the moment that it is about; or add one.

    They are those of the film's page. They stay when the film is rendered anew, and go into an
    archive with it.
    """
    from sparkle_motion_dagster.operations.comments import add_comment, comments_of

    if (text is None) != (at_s is None):
        raise click.UsageError("A comment has a text and a moment: give --add and --at.")
    home = SparkleHome.from_environment()
    folder = RunFolder(home, home.existing_run(run_id))
    if text is not None and at_s is not None:
        add_comment(folder, at_s, text)
    listed = comments_of(folder)
    if as_json:
        said = [one.model_dump(mode="json") for one in listed]
        click.echo(json.dumps({"run_id": run_id, "comments": said}, indent=1, ensure_ascii=False))
        return
    for one in listed:
        click.echo(f"{_clock(one.at_s)}  {one.by}: {one.text}")


def _clock(seconds: float) -> str:
    """Return a time as players show it, to the tenth of a second: ``1:02.5``."""
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    return f"{minutes}:{tenths // 10:02}.{tenths % 10}"
