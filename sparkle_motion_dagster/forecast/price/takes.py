"""The price of further takes of an item, before they are made."""

import dataclasses
from collections.abc import Iterator

from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.film.stages import TAKES, further_take_id
from sparkle_motion_dagster.film.takes.making import with_further_takes
from sparkle_motion_dagster.film.takes.recipes import varied
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm
from sparkle_motion_dagster.forecast.dry_stage import EngineCall
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.price.models import Price, PricedCall
from sparkle_motion_dagster.forecast.price.pricing import Pricer, summed_up
from sparkle_motion_dagster.forecast.redoing import Takeable, takeable


def price_of_takes(film: PlannedFilm, item: str, recipe: Recipe, count: int) -> Price:
    """Return what further takes of an item take; what is measured of them is not in it.

    Args:
        film: Whose item it is.
        item: What people call it.
        recipe: How they differ from what the plan asks for.
        count: How many.

    Raises:
        NoSuchItemError, NotYetError: As `takeable` says.
        RecipeError, EngineInputError: Its engine does not take the recipe.
    """
    of, pricer = takeable(film, item), Pricer(film)
    calls = tuple(_calls(film, of, pricer, recipe, count))
    return summed_up(film.run_id, film.profile, calls, pricer.starts, taken=0)


def _calls(
    film: PlannedFilm, of: Takeable, pricer: Pricer, recipe: Recipe, count: int
) -> Iterator[PricedCall]:
    engine, item = of.call.engine, of.call.item
    choices = with_further_takes(film.choices, of.stage, engine, item, recipe, count)
    asked = choices.of(of.stage, item.id)
    for take in () if asked is None else asked.takes:
        as_planned = take.recipe == Recipe()
        answering, one = (engine, item) if as_planned else varied(engine, item, take.recipe)
        named = dataclasses.replace(one, id=further_take_id(of.stage, item.id, take.number))
        call = EngineCall(answering, named)
        if film.history.known(call.fingerprint).record is None:
            yield pricer.priced(TAKES, ItemState.MADE, call, likely=True)
