"""The price of further takes: of those that were asked for, and are not there yet."""

import contextlib
from collections.abc import Iterator

from sparkle_motion_dagster.artifacts.choices import ItemChoices, Recipe
from sparkle_motion_dagster.film.takes.making import with_further_takes
from sparkle_motion_dagster.film.takes.recipes import varied
from sparkle_motion_dagster.forecast.calls import EngineCall
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.price.models import Price
from sparkle_motion_dagster.forecast.price.pricing import Pricer, summed_up
from sparkle_motion_dagster.forecast.redoing import NoSuchItemError, NotYetError, Takeable, takeable


def price_of_takes(
    film: PlannedFilm, item: str, recipe: Recipe, count: int, *, asked_by: str | None = None
) -> Price:
    """Return what further takes of an item take; what is in the store costs nothing.

    Args:
        film: Whose.
        item: As `takeable` takes it; empty: no further ones, but those of all items that were asked
            for and are not there yet.
        recipe: How they differ from what the plan asks for.
        count: How many.
        asked_by: The Dagster run that asks for them; see `with_further_takes`.

    Raises:
        InputError: There can be no such takes.
    """
    asked = _missing(film) if not item else [_asked(film, item, recipe, count, asked_by)]
    calls = [(of.stage, call) for of, known in asked for call in _calls(of, known)]
    pricer, known_by = Pricer(film), film.history.known
    made = [
        pricer.priced(stage, ItemState.MADE, call, likely=True)
        for stage, call in calls
        if known_by(call.fingerprint).record is None
    ]
    return summed_up(film.run_id, film.profile, made, pricer.starts, len(calls) - len(made))


def _asked(
    film: PlannedFilm, item: str, recipe: Recipe, count: int, asked_by: str | None
) -> tuple[Takeable, ItemChoices]:
    of = takeable(film, item)
    engine, asked = of.call.engine, of.call.item
    after = with_further_takes(
        film.choices, of.stage, engine, asked, recipe, count, asked_by=asked_by
    )
    return of, after.known(of.stage, of.item)


def _missing(film: PlannedFilm) -> Iterator[tuple[Takeable, ItemChoices]]:
    for known in film.choices.items:
        # Of an item that the film has no more, or not yet, none can be made.
        with contextlib.suppress(NoSuchItemError, NotYetError):
            if known.missing:
                yield takeable(film, f"{known.stage}/{known.item}"), known


def _calls(of: Takeable, known: ItemChoices) -> Iterator[EngineCall]:
    for take in known.missing:
        yield EngineCall(*varied(of.call.engine, of.call.item, take.recipe))
