"""Whether a run stays within the limits of its film: found out before it takes anything.

Where nothing is limited, nothing is found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import InputError, reasons
from sparkle_motion_dagster.film.intake import PlanNotFoundError, foreseen_plan
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, TAKES
from sparkle_motion_dagster.forecast.price.guard import OverLimitsError, PricedRun
from sparkle_motion_dagster.forecast.price.models import Price
from sparkle_motion_dagster.forecast.price.pricing import price_of
from sparkle_motion_dagster.forecast.price.takes import price_of_takes
from sparkle_motion_dagster.operations.drafts import plan_to_render
from sparkle_motion_dagster.plan.limits import Limits
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.foresight import foreseen_under
from sparkle_motion_dagster.resources.profiles import Profile
from sparkle_motion_dagster.resources.run_profile import profile_of_config
from sparkle_motion_dagster.runs.names import configured
from sparkle_motion_dagster.runs.starting import PlannedRun

OVER_LIMITS, BUDGET = "over_limits", "budget"
"""What a run's config says of its film: whether it may exceed the limits, and others for it."""


ASK_AGAIN = (
    "Have it made all the same with `--over-limits` (over the server: over_limits: true), or allow "
    "it more: `--budget`, or the limits of its plan or profile."
)
"""What whoever asks for a run may do that exceeds its limits."""


class BudgetError(InputError):
    """Limits that are given for one run are wrong."""


def within_limits(
    run: PlannedRun,
    home: SparkleHome,
    *,
    budget: Mapping[str, float] | None = None,
    over_limits: bool = False,
) -> PlannedRun:
    """Return a run as it may start.

    Args:
        run: What it is to do.
        home: Where its film lies.
        budget: What it may take, in place of its limits.
        over_limits: Whether it may exceed its limits.

    Raises:
        OverLimitsError: It exceeds them, or may, and must not.
        InputError: As `priced_if_limited` says.
    """
    if budget:
        run = run.saying(**{BUDGET: dict(budget)})
    if over_limits:
        return run.saying(**{OVER_LIMITS: True})
    check_limits(run, None, home, ASK_AGAIN)
    return run


def check_limits(run: PlannedRun, plan: MoviePlan | None, home: SparkleHome, go_on: str) -> None:
    """Make sure that a run stays within its limits, unless it may exceed them.

    Args:
        run: What it is to do.
        plan: The film's plan; None: the one that it would take is looked for.
        home: Where the film lies.
        go_on: How to have it done all the same, in words.

    Raises:
        OverLimitsError: It does not, may not, or nobody can tell.
        InputError: As `priced_if_limited` says.
    """
    priced = priced_if_limited(run, plan, home)
    if priced is not None and priced.objections:
        raise OverLimitsError(priced, go_on)


def priced_if_limited(
    run: PlannedRun, plan: MoviePlan | None, home: SparkleHome
) -> PricedRun | None:
    """Return a run with its price, if anything limits it; see `check_limits`.

    Raises:
        InputError: Its profile, its budget or its plan is wrong.
    """
    if not run.stages or _said(run, OVER_LIMITS):
        return None
    profile = profile_of_config(run.film, run.run_config, home)
    try:
        plan = plan or foreseen_plan(run.film, _plan_path(run, home), Workbench(home)).plan
    except PlanNotFoundError:
        # The run makes nothing, and its first stage says what is missing.
        return None
    limits = profile.film.limits_of(plan).replaced_by(budget_of(_said(run, BUDGET)))
    if not limits:
        return None
    return PricedRun.of(_price(run, profile, home), limits)


def budget_of(said: Any) -> Limits:
    """Return the limits that are given for one run; None: none are.

    Raises:
        BudgetError: They are wrong.
    """
    try:
        return Limits.model_validate(said or {})
    except ValidationError as error:
        raise BudgetError(
            f"The budget is wrong: {reasons(error, 'budget')}. It may say "
            f"{', '.join(Limits.model_fields)}."
        ) from error


def _said(run: PlannedRun, name: str) -> Any:
    return configured(run.run_config, "resources", "film", "config", name)


def _plan_path(run: PlannedRun, home: SparkleHome) -> Path | None:
    """Return the plan's file that a run freezes; None: it goes on with the frozen one."""
    if MOVIE_PLAN not in run.stages:
        return None
    said = configured(run.run_config, "ops", MOVIE_PLAN, "config", "plan_path")
    return Path(said) if said else plan_to_render(RunFolder(home, run.film))


def _price(run: PlannedRun, profile: Profile, home: SparkleHome) -> Price:
    foresight = foreseen_under(profile, run.film, _plan_path(run, home), home)
    if TAKES not in run.stages:
        return price_of(foresight, run.stages)
    asked = configured(run.run_config, "ops", TAKES, "config") or {}
    recipe = Recipe(**{name: asked[name] for name in Recipe.model_fields.keys() & asked.keys()})
    item, count = asked.get("item", ""), asked.get("takes", 1)
    return price_of_takes(foresight.film, item, recipe, count, asked_by=run.first)
