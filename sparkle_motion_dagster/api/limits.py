"""Limits: what a render of a film takes, beside what it may take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.api.naming import film_and_profile
from sparkle_motion_dagster.api.ordering import FilmJob, check_stages_made
from sparkle_motion_dagster.api.plans import SentPlan
from sparkle_motion_dagster.api.rendering import foreseen
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.intake import opened_plan, plans_folder
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.operations.drafts import plan_file
from sparkle_motion_dagster.plan.reading.loading import load_text
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.resources.profiles import load_profile
from sparkle_motion_dagster.runs.names import FINALIZE_MOVIE, RENDER_MOVIE, STAGES_OF_JOB

if TYPE_CHECKING:
    from sparkle_motion_dagster.forecast.forecast import Foresight


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
    folder = RunFolder(home, check_run_id(run_id))
    if job == FINALIZE_MOVIE and folder.path.exists():
        check_stages_made(folder)
    return _priced(foreseen(run_id, None, profile, job, home), job)


def priced_plan(home: SparkleHome, sent: SentPlan) -> PricedRun:
    """Return what rendering a plan takes, and may take, which somebody sends; nothing is written.

    Files that it names are looked for in the inbox.

    Raises:
        PlanError: It is no valid plan, or the film's profile cannot or may not render it.
        InputError: The film cannot be called so, or is of another profile.
    """
    from sparkle_motion_dagster.resources.foresight import foreseen_under

    loaded = load_text(sent.text, sent.shown_path, plans_folder())
    name = Path(sent.name).stem if sent.name else loaded.plan.title
    film, profile = film_and_profile(home, sent.run_id, name, sent.profile)
    plan = opened_plan(replace(loaded, path=plan_file(film, sent.suffix)))
    return _priced(foreseen_under(load_profile(profile), film, plan, home), RENDER_MOVIE)


def _priced(foresight: Foresight, job: str) -> PricedRun:
    from sparkle_motion_dagster.forecast.price.pricing import price_of

    limits = foresight.film.settings.limits_of(foresight.film.frozen.plan)
    return PricedRun.of(price_of(foresight, STAGES_OF_JOB[job]), limits)
