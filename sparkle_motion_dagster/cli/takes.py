"""`sparkle redo`, `take`, `pin`, `unpin`: what a person chooses of a film's takes."""

import click

from sparkle_motion_dagster.api import taking
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.limits import BUDGET, OVER_LIMITS, within_limits
from sparkle_motion_dagster.cli.options import said_settings

_RUN = click.argument("run_id", metavar="RUN")
_ITEM = click.argument("item")


@click.command()
@_RUN
@_ITEM
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="The seed. Default: another one.")
@click.option("--prompt", help="What to show instead of what the plan says.")
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Of its engine.")
@click.option("--takes", "count", type=click.IntRange(1, 64), default=1, show_default=True)
@BUDGET
@OVER_LIMITS
@readable_errors
def redo(
    run_id: str,
    item: str,
    seed: int | None,
    prompt: str | None,
    settings: tuple[str, ...],
    count: int,
    budget: tuple[str, ...],
    over_limits: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Make further takes of ITEM of RUN: a portrait, a keyframe, a shot's clip or a line.

    All are kept, and the film stays as it is until one is chosen: `sparkle take RUN ITEM K`.
    """
    from sparkle_motion_dagster.cli.running import make_here

    home = SparkleHome.from_environment()
    recipe = Recipe(seed=seed, prompt=prompt, settings=said_settings(settings))
    run = taking.planned_takes(home, run_id, item, recipe, count)
    make_here(home, within_limits(home, run, budget, over_limits=over_limits))


@click.command()
@_RUN
@_ITEM
@click.argument("number", type=click.IntRange(min=1))
@readable_errors
def take(run_id: str, item: str, number: int) -> None:
    """Have RUN take the take NUMBER of ITEM from its next render on; 1 is as the plan says."""
    click.echo(taking.choose(SparkleHome.from_environment(), run_id, item, number))


@click.command()
@_RUN
@_ITEM
@readable_errors
def pin(run_id: str, item: str) -> None:
    """Never make ITEM of RUN again, whatever is edited that it is made from."""
    click.echo(taking.pin(SparkleHome.from_environment(), run_id, item))


@click.command()
@_RUN
@_ITEM
@readable_errors
def unpin(run_id: str, item: str) -> None:
    """Have ITEM of RUN follow the plan again."""
    click.echo(taking.unpin(SparkleHome.from_environment(), run_id, item))
