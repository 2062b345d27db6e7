"""What the next render of a film costs, before it is paid."""

from pathlib import Path

from sparkle_motion_dagster.api.rendering import foreseen, home_at
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.forecast.price.models import Price
from sparkle_motion_dagster.runs.names import RENDER_MOVIE, STAGES_OF_JOB


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
    from sparkle_motion_dagster.forecast.price.pricing import price_of

    return price_of(foreseen(run_id, plan, profile, job, home_at(home)), STAGES_OF_JOB[job])


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
    from sparkle_motion_dagster.forecast.price.takes import price_of_takes

    # The plan as it was frozen: takes are made of what the film has.
    film = foreseen(
        home_at(home).existing_run(run_id), None, None, RENDER_MOVIE, home_at(home)
    ).film
    return price_of_takes(film, item, recipe, count)
