"""`sparkle redo`, `take`, `pin`, `unpin`: what a person chooses of a film's takes."""

import click

from sparkle_motion_dagster.api import taking
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.limits import BUDGET, OVER_LIMITS, said_budget, within_limits
from sparkle_motion_dagster.cli.options import said_settings
from sparkle_motion_dagster.cli.price import DRY_RUN, show_priced
from sparkle_motion_dagster.runs.starting import PlannedRun

_RUN = click.argument("run_id", metavar="RUN")
_ITEM = click.argument("item")


@click.command()
@_RUN
@click.argument("item", required=False)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="The seed. Default: another one.")
@click.option("--prompt", help="What to show instead of what the plan says.")
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Of its engine.")
@click.option("--takes", "count", type=click.IntRange(1, 64), default=1, show_default=True)
@DRY_RUN
@BUDGET
@OVER_LIMITS
@readable_errors
def redo(
    run_id: str,
    item: str | None,
    seed: int | None,
    prompt: str | None,
    settings: tuple[str, ...],
    count: int,
    dry_run: bool,  # noqa: FBT001 - a command line flag
    budget: tuple[str, ...],
    over_limits: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Make further takes of ITEM of RUN: a portrait, a keyframe, a shot's clip or a line.

    All are kept, and the film stays as it is until one is chosen: `sparkle take RUN ITEM K`.
    Without ITEM, those are made that were asked for before and are not there yet.
    """
    home = SparkleHome.from_environment()
    recipe = Recipe(seed=seed, prompt=prompt, settings=said_settings(settings))
    if item is None and (recipe != Recipe() or count != 1):
        raise click.UsageError("Say of which ITEM further takes are to be made.")
    if dry_run:
        from sparkle_motion_dagster.api.pricing import priced_takes

        may = said_budget(budget)
        priced = priced_takes(run_id, item or "", recipe, count, budget=may)
        show_priced(priced, with_calls=False)
        return
    run = taking.planned_takes(home, run_id, item or "", recipe, count)
    make_takes_here(home, within_limits(home, run, budget, over_limits=over_limits))


def make_takes_here(home: SparkleHome, run: PlannedRun) -> None:
    """Make takes of a film in this process, and print them; a failure ends the command."""
    from sparkle_motion_dagster.cli.running import make_here

    before = RunFolder(home, run.film).choices.read()
    make_here(home, run)
    made = taking.made_since(home, run.film, before)
    for one in made:
        click.echo(f"  take {one.number} of {one.item}: {one.differs} ({one.seconds:.1f} s)")
        click.echo(f"    {one.file}")
    if made:
        last = made[-1]
        click.echo(
            f"`sparkle take {run.film} {last.item} {last.number}` has the film show take "
            f"{last.number} from its next render on; 1 is as the plan says."
        )


@click.command()
@_RUN
@_ITEM
@click.argument("number", type=click.IntRange(min=1))
@click.option("--pin", "pinned", is_flag=True, help="As it is, whatever is edited.")
@readable_errors
def take(run_id: str, item: str, number: int, pinned: bool) -> None:  # noqa: FBT001 - a flag
    """Have RUN take the take NUMBER of ITEM from its next render on; 1 is as the plan says."""
    home = SparkleHome.from_environment()
    click.echo(taking.choose(home, run_id, item, number, pinned=pinned))


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
