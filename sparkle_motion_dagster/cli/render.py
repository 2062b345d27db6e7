"""`sparkle render`: a plan file in, a film out."""

from pathlib import Path

import click

from sparkle_motion_dagster.cli.console import readable_errors, say_name
from sparkle_motion_dagster.cli.limits import BUDGET, OVER_LIMITS, said_budget, within_limits
from sparkle_motion_dagster.cli.options import PROFILE, REPLACE, RUN_ID
from sparkle_motion_dagster.cli.price import DRY_RUN, WITH_CALLS, show_dry_run
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
def render(
    plan_files: tuple[Path, ...],
    run_id: str | None,
    profile: str,
    job: str,
    replace: bool,  # noqa: FBT001 - a command line flag
    budget: tuple[str, ...],
    over_limits: bool,  # noqa: FBT001 - a command line flag
    dry_run: bool,  # noqa: FBT001 - a command line flag
    with_calls: bool,  # noqa: FBT001 - a command line flag
    as_json: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Render the film of PLAN, and print its path.

    What an earlier render has finished is taken from the store; only what an edit touches is made
    again. A render that was interrupted goes on where it was.

    Of several PLANs, each stage of all films is made before the next one, so that each model is
    loaded once; a table at the end says what became of them.
    """
    if dry_run:
        may = said_budget(budget)
        show_dry_run(plan_files, run_id, profile, job, may, as_json=as_json, with_calls=with_calls)
        return
    from sparkle_motion_dagster.api.rendering import home_at, planned_run
    from sparkle_motion_dagster.cli.batch import render_films
    from sparkle_motion_dagster.cli.running import run_here

    if as_json or len(plan_files) > 1:
        render_films(
            plan_files,
            run_id,
            profile,
            job,
            budget,
            replace=replace,
            over_limits=over_limits,
            as_json=as_json,
        )
        return
    (plan_file,) = plan_files
    home = home_at(None)
    run = planned_run(home, plan_file, profile, run_id, job=job, replace=replace)
    if run_id is None:
        say_name(plan_file, run.film, err=True)
    run_here(home, within_limits(home, run, budget, over_limits=over_limits))
