"""What the next render of a film costs, before it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.api.rendering import foreseen, home_at
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.forecast.price.models import Price
from sparkle_motion_dagster.runs.names import RENDER_MOVIE, STAGES_OF_JOB

if TYPE_CHECKING:
    from sparkle_motion_dagster.forecast.dry_run import PlannedFilm


def price(
    run_id: str | None = None,
    *,
    plan: str | Path | None = None,
    profile: str | None = None,
    job: str = RENDER_MOVIE,
    home: str | Path | None = None,
) -> Price:
    """Say what the next render of a film calls, in which order, and what that takes.

    Nothing is rendered, written or loaded for it.

    Args:
        run_id: What the film is called. Default: as its plan file.
        plan: The plan file to render. Default: the one in ``$SPARKLE_PLANS``, else an approved
            draft, else the frozen one.
        profile: Which engines would render it. Default: the film's own profile.
        job: What would be made of it. Default: all.
        home: Where everything lies. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        InputError: There is no such film, or its plan or profile is wrong.
        UnusableHomeError: A folder of the home is not there.
    """
    return priced(run_id, plan=plan, profile=profile, job=job, home=home).price


def priced(
    run_id: str | None = None,
    *,
    plan: str | Path | None = None,
    profile: str | None = None,
    job: str = RENDER_MOVIE,
    budget: Mapping[str, float] | None = None,
    home: str | Path | None = None,
) -> PricedRun:
    """Say what the next render of a film takes, and which of its limits object to that.

    ``budget`` is what it may take, in place of its limits; the rest is as `price` takes it.

    Raises:
        InputError: As `price` says, or the budget is wrong.
        UnusableHomeError: A folder of the home is not there.
    """
    from sparkle_motion_dagster.forecast.price.pricing import price_of

    foresight = foreseen(run_id, plan, profile, job, home_at(home))
    return _limited(price_of(foresight, STAGES_OF_JOB[job]), foresight.film, budget)


def takes_price(
    run_id: str, item: str, recipe: Recipe, count: int, *, home: str | Path | None = None
) -> Price:
    """Say what further takes of a film's item would take; nothing is made, written or loaded.

    Args:
        run_id: What the film is called.
        item: A portrait, keyframe, shot or line, by its id; empty: what was asked for before, and
            is not there yet.
        recipe: How they differ from what the plan asks for.
        count: How many.
        home: Where everything lies. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        InputError: There is no such film or item, or its engine does not take the recipe.
    """
    return priced_takes(run_id, item, recipe, count, home=home).price


def priced_takes(
    run_id: str,
    item: str,
    recipe: Recipe,
    count: int,
    *,
    budget: Mapping[str, float] | None = None,
    home: str | Path | None = None,
) -> PricedRun:
    """Say what further takes of an item take, and which limits of its film object to that.

    ``budget`` is what they may take, in place of the film's limits; the rest is as `takes_price`
    takes it.

    Raises:
        InputError: As `takes_price` says, or the budget is wrong.
    """
    from sparkle_motion_dagster.forecast.price.takes import price_of_takes

    folder = home_at(home)
    # The plan as it was frozen: takes are made of what the film has.
    film = foreseen(folder.existing_run(run_id), None, None, RENDER_MOVIE, folder).film
    return _limited(price_of_takes(film, item, recipe, count), film, budget)


def _limited(price: Price, film: PlannedFilm, budget: Mapping[str, float] | None) -> PricedRun:
    from sparkle_motion_dagster.resources.limits import budget_of

    limits = film.settings.limits_of(film.frozen.plan)
    return PricedRun.of(price, limits.replaced_by(budget_of(budget)))
