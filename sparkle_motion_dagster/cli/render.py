"""`sparkle render`: a plan file in, a film out."""

from pathlib import Path
from typing import Any

import click

from sparkle_motion_dagster.cli.console import readable_errors, say_name
from sparkle_motion_dagster.cli.limits import BUDGET, OVER_LIMITS
from sparkle_motion_dagster.cli.options import PROFILE, REPLACE, RUN_ID
from sparkle_motion_dagster.cli.price import DRY_RUN, WITH_CALLS, show_dry_run
from sparkle_motion_dagster.cli.render_order import RenderOrder
from sparkle_motion_dagster.loading import loaded_for_good
from sparkle_motion_dagster.runs.names import FILM_JOB_NAMES, RENDER_MOVIE


@click.command()
@click.argument(
    "plan_files", metavar="PLAN...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@RUN_ID
@PROFILE
@click.option(
    "--job",
    type=click.Choice(FILM_JOB_NAMES),
    default=RENDER_MOVIE,
    show_default=True,
    help="What to make of it: everything, or only the keyframes, the sound, the last step.",
)
@REPLACE
@BUDGET
@OVER_LIMITS
@DRY_RUN
@WITH_CALLS
@click.option(
    "--json", "as_json", is_flag=True, help="Print the price, or what became of it, for programs."
)
@readable_errors
def render(*, dry_run: bool, with_calls: bool, as_json: bool, **ordered: Any) -> None:
    """Render the film of PLAN, and print its path.

    What an earlier render has finished is taken from the store; only what an edit touches is made
    again. A render that was interrupted goes on where it was. Of a film that is up to date, all
    files are verified, and no run is started.

    Of several PLANs, each stage of all films is made before the next one, so that each model is
    loaded once; a table at the end says what became of them.
    """
    order = RenderOrder(**ordered)
    if dry_run:
        show_dry_run(order, as_json=as_json, with_calls=with_calls)
        return
    if as_json or len(order.plan_files) > 1:
        from sparkle_motion_dagster.cli.batch import render_films

        render_films(order, as_json=as_json)
        return
    with loaded_for_good():
        from sparkle_motion_dagster.cli.running import run_here, show_up_to_date
        from sparkle_motion_dagster.resources.up_to_date import up_to_date

        batch = order.batch()
        (run,) = batch.runs
        finished = up_to_date(run, batch.home)
        if finished is None:
            # What a run needs.
            import sparkle_motion_dagster.definitions
            import sparkle_motion_dagster.runs.storage  # noqa: F401
    if order.run_id is None:
        say_name(batch.plans[run.film], run.film, err=True)
    if finished is None:
        run_here(batch.home, run)
    else:
        show_up_to_date(batch.home, finished)
