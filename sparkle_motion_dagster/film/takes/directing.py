"""Directing: who is asked for items, and for what, in the takes that a person has chosen."""

from collections.abc import Iterator, Sequence
from typing import Any

from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.engines.base import Engine, RequestT
from sparkle_motion_dagster.film.takes.recipes import varied
from sparkle_motion_dagster.production.loop import Item


def directed(
    engine: Engine[RequestT, Any], items: Sequence[tuple[Item[RequestT], Recipe]]
) -> Iterator[tuple[Engine[RequestT, Any], Sequence[Item[RequestT]]]]:
    """Yield who is asked for items, each with its recipe, and for what: once for equal settings.

    Where there is nothing to make, the engine itself is asked for nothing.

    Raises:
        RecipeError, EngineInputError: As `varied` says.
    """
    asked: dict[str, tuple[Engine[RequestT, Any], list[Item[RequestT]]]] = {
        digest_json({}): (engine, [])
    }
    for item, recipe in items:
        answering, request = (engine, item) if recipe == Recipe() else varied(engine, item, recipe)
        asked.setdefault(digest_json(recipe.settings), (answering, []))[1].append(request)
    yield from asked.values()
