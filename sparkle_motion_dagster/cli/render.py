"""`sparkle render`: a plan file in, a film out."""

from __future__ import annotations

from pathlib import Path

import click

from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.execution import FilmRun
from sparkle_motion_dagster.cli.options import PROFILE, RUN_ID, chosen_run_id
from sparkle_motion_dagster.cli.running import run_here
from sparkle_motion_dagster.job_names import FILM_JOB_NAMES, FINALIZE_MOVIE, RENDER_MOVIE
from sparkle_motion_dagster.resources.profiles import film_settings_of, load_profile


@click.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@RUN_ID
@PROFILE
@click.option(
    "--job",
    type=click.Choice(FILM_JOB_NAMES),
    default=RENDER_MOVIE,
    show_default=True,
    help="What to make of it: everything, or only the keyframes, the sound, the last step.",
)
@click.option("--replace", is_flag=True, help="Take the run_id over from another profile.")
@readable_errors
def render(
    plan_file: Path,
    run_id: str | None,
    profile: str,
    job: str,
    replace: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Render the film of PLAN, and print its path.

    What an earlier render has finished is taken from the store; only what an edit touches is made
    again. A render that was interrupted goes on where it was.
    """
    # Told before Dagster is loaded, so that wrong input is answered at once.
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.film.intake import check_profile, check_timing
    from sparkle_motion_dagster.plan.loading import load_plan
    from sparkle_motion_dagster.production.workbench import Workbench

    loaded = load_plan(plan_file)
    run_config = load_profile(profile)
    check_timing(loaded, film_settings_of(run_config))
    film = chosen_run_id(run_id, plan_file, profile)
    home = SparkleHome.from_environment()
    if not replace:
        check_profile(film, profile, Workbench(home))
    if job != FINALIZE_MOVIE:  # which takes the plan that the clips were made from
        intake = {"plan_path": str(plan_file.resolve()), "replace": replace}
        run_config |= {"ops": {"movie_plan": {"config": intake}}}
    run_here(home, FilmRun(film, job, run_config))
