"""`sparkle write`: making a plan of a script."""

from pathlib import Path

import click

from sparkle_motion_dagster.cli.console import readable_errors


@click.command()
@click.option(
    "--from",
    "script",
    metavar="SCRIPT",
    required=True,
    type=click.Path(path_type=Path),
    help="A screenplay: Fountain (.fountain), Final Draft (.fdx) or plain text (.txt).",
)
@click.option(
    "--to",
    "plan_file",
    metavar="PLAN",
    type=click.Path(path_type=Path),
    help="The plan to write, a .yaml file; else SCRIPT's name, beside it.",
)
@readable_errors
def write(script: Path, plan_file: Path | None) -> None:
    """Make a plan of SCRIPT, by rules, without any model.

    Where the plan is there already, and was made from a script, it is made anew: what the script
    still says stays as it is in the plan, ids and your edits too, so that rendering it makes again
    what changed and nothing else.
    """
    from sparkle_motion_dagster.shotlist.provenance import KEYFRAMES
    from sparkle_motion_dagster.shotlist.script_plans import write_plan

    target = plan_file or script.with_suffix(".yaml")
    written = write_plan(script, target)
    click.echo(
        f"{target}: {len(written.plan['shots'])} shots, {len(written.plan[KEYFRAMES])} "
        f"keyframes, {len(written.plan['characters'])} characters."
    )
    if (revision := written.revision) is not None:
        click.echo(
            f"{len(revision.kept)} shots stay as they are. "
            f"Told otherwise: {_named(revision.changed)}. New: {_named(revision.new)}. "
            f"Gone: {_named(revision.gone)}."
        )
    click.echo(f"Have it drawn and spoken: sparkle render {target}")


def _named(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "none"
