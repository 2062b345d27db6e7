"""Recipes: what an engine is asked for where a take is to differ from what the plan says."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.engines.base import Engine, EngineInputError, RequestT
from sparkle_motion_dagster.engines.images.base import ImageRequest
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.engines.video.base import FootageRequest, VideoRequest
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.stages import whose
from sparkle_motion_dagster.plan.seeds import derive_seed
from sparkle_motion_dagster.production.loop import Item

PROMPTS: Mapping[type[Any], str | None] = {
    ImageRequest: "prompt",
    VideoRequest: "motion_prompt",
    FootageRequest: "prompt",
    SpeechRequest: None,
}
"""The requests of which there are takes, each with the field that its prompt is; None: none."""


class RecipeError(InputError):
    """A take cannot differ from what the plan says in the way that was asked for."""


def has_takes(request: object) -> bool:
    """Tell whether there can be takes of what is asked for."""
    return type(request) in PROMPTS


EngineT = TypeVar("EngineT", bound=Engine[Any, Any])


def varied(engine: EngineT, item: Item[RequestT], recipe: Recipe) -> tuple[EngineT, Item[RequestT]]:
    """Return who is asked for a take, and for what.

    Raises:
        RecipeError: The item has no such thing as a prompt.
        EngineInputError: The engine does not take the settings.
    """
    changes: dict[str, object] = {}
    if recipe.seed is not None:
        changes["seed"] = recipe.seed
    if recipe.prompt is not None:
        if (prompt := PROMPTS[type(item.request)]) is None:
            raise RecipeError(
                f"{whose(item.id)} is spoken as the plan says: it has no prompt. Edit the line's "
                "text, or vary a seed or a setting."
            )
        changes[prompt] = recipe.prompt
    if recipe.settings:
        try:
            engine = engine.with_settings(recipe.settings)
        except EngineInputError as error:
            error.args = (f"{whose(item.id)}: {error}",)
            raise
    return engine, replace(item, request=item.request.model_copy(update=changes))


def further_recipes(recipe: Recipe, own_seed: int, first: int, count: int) -> tuple[Recipe, ...]:
    """Return the recipes of further takes.

    What is asked for is the first of them. Where it says nothing, another seed is what differs; the
    others differ from it by their seeds.

    Args:
        recipe: What is asked for.
        own_seed: The seed that the plan gives the item.
        first: The number of the first of them.
        count: How many.
    """
    first_seed = derive_seed(own_seed, first) if recipe == Recipe() else recipe.seed
    others = (derive_seed(own_seed, number) for number in range(first + 1, first + count))
    return tuple(recipe.model_copy(update={"seed": seed}) for seed in (first_seed, *others))
