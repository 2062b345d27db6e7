"""`sparkle vary`: a plan derived from a film's, whose film shares everything that is the same."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.explain import is_plan, verdict
from sparkle_motion_dagster.cli.limits import OVER_LIMITS, within_limits
from sparkle_motion_dagster.cli.options import said_values
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.plan.reading.yaml_values import YAMLError, yaml_value

if TYPE_CHECKING:
    from sparkle_motion_dagster.api.varying import Variant

_SHOWN = (ItemState.MADE, ItemState.MAYBE)


@click.command()
@click.argument("film", metavar="RUN_OR_PLAN")
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="FIELD=VALUE",
    help="What is to be otherwise: title, characters.mara.voice_profile.language, "
    "shots.shot_003.seed, line_0003.text. The value is YAML. May be given several times.",
)
@click.option("--unset", multiple=True, metavar="FIELD", help="What is to be left out.")
@click.option(
    "--texts",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What lines are to say: a YAML file of LINE: TEXT, such as line_0003: Bonsoir.",
)
@click.option("--run-id", help="What the variant is called. Default: RUN-variant.")
@click.option(
    "--to",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where its plan is written. Default: beside the film's plan, called as the variant is.",
)
@click.option("--profile", help="Which engines render it. Default: the film's own profile.")
@click.option("--render", "renders", is_flag=True, help="Render it at once.")
@OVER_LIMITS
@readable_errors
def vary(
    film: str,
    values: tuple[str, ...],
    unset: tuple[str, ...],
    texts: Path | None,
    run_id: str | None,
    file: Path | None,
    profile: str | None,
    renders: bool,  # noqa: FBT001 - a command line flag
    over_limits: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Derive a plan from a film's: other words, another language, cast, look or aspect.

    The film is given by its RUN, or by its PLAN, a file. The variant's items keep their ids, so
    that its film takes from the store whatever is the same, and takes over what was chosen and
    pinned of that. It is not rendered without --render; what rendering it makes is said.
    """
    from sparkle_motion_dagster.api.rendering import planned_run
    from sparkle_motion_dagster.api.variant_places import Wanted
    from sparkle_motion_dagster.api.varying import Changes, vary_film, vary_plan
    from sparkle_motion_dagster.cli.running import run_here

    home = SparkleHome.from_environment()
    spoken = {} if texts is None else _said_texts(texts)
    changes = Changes(said_values("--set", values) | spoken, unset)
    wanted = Wanted(run_id, file, profile)
    if is_plan(film):
        variant = vary_plan(home, Path(film), changes, wanted)
    else:
        variant = vary_film(home, film, changes, wanted)
    _show(variant)
    if renders:
        run = planned_run(home, variant.path, variant.profile, variant.run_id)
        run_here(home, within_limits(home, run, over_limits=over_limits))
    else:
        click.echo(f"Render it: {variant.command}")


def _said_texts(file: Path) -> dict[str, Any]:
    """Return what lines are to say, by the paths of their texts.

    Raises:
        InputError: The file does not say so.
    """
    try:
        said = yaml_value(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {error.strerror}. --texts wants a YAML file of LINE: TEXT."
        ) from error
    except (UnicodeDecodeError, YAMLError) as error:
        raise InputError(f"{file} cannot be read as YAML: {error}") from error
    if not isinstance(said, dict) or not said:
        raise InputError(f"{file} says no lines: write one as `line_0003: Bonsoir.`")
    return {f"{line}.text": text for line, text in said.items()}


def _show(variant: "Variant") -> None:
    click.echo(f"{variant.path} is the plan of {variant.run_id}, profile {variant.profile}.")
    for note in variant.notes:
        click.echo(note)
    for stage in variant.explanation.stages:
        names = [item.id for item in stage.items if item.state in _SHOWN]
        if names:
            click.echo(f"  {stage.stage:15} {', '.join(names)}")
    click.echo(verdict(variant.explanation))
