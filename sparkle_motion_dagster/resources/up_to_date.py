"""Whether a run would make nothing, and leave its film as it is: then none is started."""

from __future__ import annotations

from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import MOVIE_PLAN
from sparkle_motion_dagster.forecast.up_to_date import FinishedFilm, finished_film, is_up_to_date
from sparkle_motion_dagster.pages.page_file import has_page, write_page
from sparkle_motion_dagster.resources.device import device_of
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.run_profile import profile_of_config
from sparkle_motion_dagster.runs.instance import shows_success
from sparkle_motion_dagster.runs.names import RENDER_MOVIE, configured
from sparkle_motion_dagster.runs.starting import PlannedRun


def up_to_date(run: PlannedRun, home: SparkleHome) -> FinishedFilm | None:
    """Return the film of a run that would make nothing, every byte of it verified.

    Its page is written anew, as the run would do it: people may have commented on the film since.

    Args:
        run: What is to be run: a plan's file is rendered.
        home: Where its film lies.

    Returns:
        None, where anything is in doubt: the run makes it, mends it or says what is wrong.
    """
    intake = configured(run.run_config, "ops", MOVIE_PLAN, "config") or {}
    if run.job != RENDER_MOVIE or intake.get("replace") or not intake.get("plan_path"):
        return None
    try:
        return _found(run, Path(intake["plan_path"]), home)
    except SparkleError:  # which the run meets, too, and says
        return None


def _found(run: PlannedRun, plan: Path, home: SparkleHome) -> FinishedFilm | None:
    profile = profile_of_config(run.film, run.run_config, home)
    film = finished_film(run.film, profile.name, home)
    if film is None or not _is_shown(film, home):
        return None
    engines = engines_of(profile, Facilities(device_of(profile.gpu, run.film, "verify")))
    if not is_up_to_date(film, profile.film, engines, plan, home):
        return None
    return film if write_page(home, film.folder) is None else None


def _is_shown(film: FinishedFilm, home: SparkleHome) -> bool:
    """Tell whether people find the film where they look for it: its run, and its page."""
    run = film.dagster_run
    return run is not None and shows_success(home, run) and has_page(film.folder)
