"""`sparkle write`: making a plan of a prompt or of a script."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from rich.table import Table

from sparkle_motion_dagster.cli.console import readable_errors, stdout
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.reading.loading import PLAN_SUFFIXES
from sparkle_motion_dagster.screenplay.reading import SCRIPT_SUFFIXES

if TYPE_CHECKING:
    from sparkle_motion_dagster.shotlist.own_pictures.placing import Placement

_OF_SCRIPTS = ("plan_file", "pictures")
_OF_DRAFTS = (
    "run_id", "seconds", "style", "language", "seed", "writer", "settings", "approve", "profile",
)  # fmt: skip
"""Parameters that say something of screenplays alone, and of all else alone."""


@click.command()
@click.argument("prompt", required=False)
@click.option(
    "--from",
    "source",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A plan to change as PROMPT says, a prompt file (.prompt.md), or a screenplay: Fountain "
    "(.fountain), Final Draft (.fdx) or plain text (.txt).",
)
@click.option(
    "--to",
    "plan_file",
    metavar="PLAN",
    type=click.Path(path_type=Path),
    help="Of a screenplay: the plan to write, a .yaml file; else its name, beside it.",
)
@click.option(
    "--pictures",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Of a screenplay: a folder of pictures of your own, which become keyframes. 2-3.png is "
    "shot 3 of scene 2, MARA.png tells Mara's face from others; all else goes in order, by how "
    "many faces there are.",
)
@click.option(
    "--run-id", help="What the film is called. Default: FILE's name, or the prompt's first words."
)
@click.option(
    "--seconds", type=float, help="How long the film is to be. Default: 30, or as the plan."
)
@click.option("--style", help='How its pictures look: "ink on paper".')
@click.option("--language", help="What is spoken, such as fr. Default: the prompt's language.")
@click.option("--seed", type=int, help="Another seed, another story. Default: 0.")
@click.option("--writer", help="Who writes. Default: the profile's; see `sparkle engines list`.")
@click.option(
    "--setting",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="A setting of the writer; see `sparkle engines settings NAME`.",
)
@click.option("--approve", is_flag=True, help="Put the draft into the inbox, unseen.")
@click.option(
    "--profile",
    help="Whose writer and voices count. Default: the film's own, which its name may say "
    "(NAME.cinematic), else animatic.",
)
@readable_errors
def write(
    prompt: str | None,
    source: Path | None,
    plan_file: Path | None,
    pictures: Path | None,
    run_id: str | None,
    seconds: float | None,
    style: str | None,
    language: str | None,
    seed: int | None,
    writer: str | None,
    settings: tuple[str, ...],
    approve: bool,  # noqa: FBT001 - a command line flag
    profile: str | None,
) -> None:
    """Write a plan about PROMPT, change one as PROMPT says, or make one of a screenplay.

    A plan about PROMPT is a draft, in the folder drafts of the inbox: read it, edit it, then
    `sparkle approve RUN plan_draft`, and it is rendered. A prompt file is a prompt with options
    above it; what the command line says counts more.

    A plan of a screenplay is made by rules, without any model. Where it is there already, and was
    made from a script, it is made anew: what the script still says stays as it is in the plan, ids
    and your edits too, so that rendering it makes again what changed and nothing else.
    """
    from sparkle_motion_dagster.cli import drafting
    from sparkle_motion_dagster.shotlist.writing.prompt_files import is_prompt_file

    options = drafting.Options(
        seconds=seconds,
        style=style,
        language=language,
        seed=seed,
        writer=writer,
        settings=settings,
        approve=approve,
    )
    if source is None and prompt is None:
        raise click.UsageError("Say what the film is about, or give a file with --from.")
    if source is not None and source.suffix.lower() in SCRIPT_SUFFIXES:
        _refuse_given(_OF_DRAFTS, "of a screenplay, a plan is made by rules: leave it out")
    else:
        _refuse_given(_OF_SCRIPTS, "it goes with a screenplay: give one with --from")
    if source is None:
        drafting.write_from_prompt(prompt or "", run_id, profile, options)
    elif source.suffix.lower() in PLAN_SUFFIXES:
        if prompt is None:
            raise InputError(
                f"Say what is to change in {source}: `sparkle write --from {source} WHAT`."
            )
        drafting.write_from_plan(source, prompt, run_id, profile, options)
    elif prompt is not None:
        raise InputError(f"{source.name} says what happens: leave the prompt out.")
    elif is_prompt_file(source):
        drafting.write_from_prompt_file(source, run_id, profile, options)
    else:
        _write_from_script(source, plan_file, pictures)


def _refuse_given(names: Collection[str], why: str) -> None:
    """Refuse options that say nothing of what is asked for: none is passed over in silence.

    Raises:
        InputError: One of those parameters is given.
    """
    context = click.get_current_context()
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if parameter.name in names and source is ParameterSource.COMMANDLINE:
            raise InputError(f"{parameter.opts[0]}: {why}.")


def _write_from_script(script: Path, plan_file: Path | None, pictures: Path | None) -> None:
    from sparkle_motion_dagster.shotlist.provenance import KEYFRAMES
    from sparkle_motion_dagster.shotlist.scripts.script_plans import write_plan

    target = plan_file or script.with_suffix(".yaml")
    written = write_plan(script, target, pictures)
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
    if written.placement is not None:
        _say_pictures(written.placement)
    click.echo(f"Have it drawn and spoken: sparkle render {target}")


def _say_pictures(placement: Placement) -> None:
    """Say which picture went where, which went nowhere, and what is drawn."""
    table = Table("picture", "is", "known by", box=None, header_style="bold", pad_edge=False)
    for one in placement.placed:
        table.add_row(one.file, one.where, one.why)
    if placement.placed:
        stdout().print(table)
    for left in placement.unused:
        click.echo(f"Not used: {left.file}: {left.why}.")
    click.echo(f"Drawn: shots {_named(placement.drawn)}." if placement.drawn else "None is drawn.")


def _named(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "none"
