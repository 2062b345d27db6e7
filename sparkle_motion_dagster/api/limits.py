"""Limits: what a render of a film takes, beside what it may take."""

from sparkle_motion_dagster.api.ordering import FilmJob, check_stages_made
from sparkle_motion_dagster.api.rendering import foreseen
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.runs.names import FINALIZE_MOVIE, STAGES_OF_JOB


def priced_render(home: SparkleHome, run_id: str, job: FilmJob, profile: str | None) -> PricedRun:
    """Return what a render of a film takes, and may take; nothing is made, nor written.

    Args:
        home: Where the film lies.
        run_id: What it is called.
        job: What is to be made of it.
        profile: Which engines would render it; None: those of its own profile.

    Raises:
        InputError: There is no such film, or its plan or profile is wrong.
        ConflictError: It cannot be assembled yet.
    """
    from sparkle_motion_dagster.forecast.price.pricing import price_of

    folder = RunFolder(home, check_run_id(run_id))
    if job == FINALIZE_MOVIE and folder.path.exists():
        check_stages_made(folder)
    foresight = foreseen(run_id, None, profile, job, home)
    limits = foresight.film.settings.limits_of(foresight.film.frozen.plan)
    return PricedRun.of(price_of(foresight, STAGES_OF_JOB[job]), limits)
