"""The price of further takes: of those that were asked for, and are not there yet."""

from collections.abc import Iterator

from sparkle_motion_dagster.artifacts.choices import OWN, Choices, Recipe
from sparkle_motion_dagster.film.takes.making import with_further_takes
from sparkle_motion_dagster.film.takes.recipes import varied
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm
from sparkle_motion_dagster.forecast.dry_stage import EngineCall
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.price.models import Price
from sparkle_motion_dagster.forecast.price.pricing import Pricer, summed_up
from sparkle_motion_dagster.forecast.redoing import takeable


def price_of_takes(film: PlannedFilm, item: str, recipe: Recipe, count: int) -> Price:
    """Return what further takes of an item take; what is in the store costs nothing.

    Args:
        film: Whose.
        item: As `takeable` takes it; empty: what is priced is what was asked for before alone.
        recipe: How they differ from what the plan asks for.
        count: How many.

    Raises:
        InputError: There can be no such takes.
    """
    calls, pricer = list(_calls(film, _asked(film, item, recipe, count))), Pricer(film)
    made = [
        pricer.priced(stage, ItemState.MADE, call, likely=True)
        for stage, call in calls
        if film.history.known(call.fingerprint).record is None
    ]
    return summed_up(film.run_id, film.profile, made, pricer.starts, len(calls) - len(made))


def _asked(film: PlannedFilm, item: str, recipe: Recipe, count: int) -> Choices:
    if not item:
        return film.choices
    of = takeable(film, item)
    engine, asked = of.call.engine, of.call.item
    return with_further_takes(film.choices, of.stage, engine, asked, recipe, count)


def _calls(film: PlannedFilm, choices: Choices) -> Iterator[tuple[str, EngineCall]]:
    """Yield the stage of each take that is not there yet, and what makes it."""
    for known in choices.items:
        missing = [one for one in known.takes if one.number != OWN and one.fingerprint is None]
        if missing:
            of = takeable(film, f"{known.stage}/{known.item}").call
            for take in missing:
                yield known.stage, EngineCall(*varied(of.engine, of.item, take.recipe))
