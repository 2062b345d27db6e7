"""Making further takes of an item: asked for first, then each written down once it is there."""

from collections.abc import Callable, Sequence
from typing import Any

from sparkle_motion_dagster.artifacts.choices import OWN, Choices, ItemChoices, Recipe, Take
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.engines.base import Engine, EngineInputError, RequestT
from sparkle_motion_dagster.film.stages import further_take_id, whose
from sparkle_motion_dagster.film.takes.directing import directed
from sparkle_motion_dagster.film.takes.keeping import keep_latest
from sparkle_motion_dagster.film.takes.recipes import RecipeError, further_recipes, varied
from sparkle_motion_dagster.production.loop import Item, Produced, fingerprint
from sparkle_motion_dagster.production.workbench import Workbench


def with_further_takes(
    choices: Choices,
    stage: str,
    engine: Engine[RequestT, Any],
    item: Item[RequestT],
    recipe: Recipe,
    count: int,
    *,
    own: Sha256 | None = None,
    asked_by: str | None = None,
) -> Choices:
    """Return choices with further takes of an item, which are still to be made.

    Args:
        choices: As they are.
        stage: In which stage it is made.
        engine: Who makes it.
        item: It, as the plan asks for it.
        recipe: How they are to differ; see `further_recipes`.
        count: How many.
        own: What the film has of the item, if that is as the plan says.
        asked_by: The Dagster run that is asked for them. It may be executed once more: it has asked
            for them then.

    Raises:
        RecipeError: They would be as another one is: the engine does not use what would differ.
        EngineInputError: The engine does not take the settings, or the request.
    """
    first = ItemChoices(stage=stage, item=item.id, takes=(Take(number=OWN, fingerprint=own),))
    known = choices.of(stage, item.id) or first
    if asked_by is not None and any(take.asked_by == asked_by for take in known.takes):
        return choices
    seed = getattr(item.request, "seed", 0)
    for number, one in enumerate(
        further_recipes(recipe, seed, known.next_number, count), start=known.next_number
    ):
        _check_differs(engine, item, one, known)
        known = known.with_take(Take(number=number, recipe=one, asked_by=asked_by))
    return choices.with_item(known)


def make_takes(
    produce: Callable[[Engine[RequestT, Any], Sequence[Item[RequestT]]], tuple[Produced, ...]],
    engine: Engine[RequestT, Any],
    item: Item[RequestT],
    known: ItemChoices,
) -> tuple[Produced, ...]:
    """Make the takes of an item that are still to be made, by number.

    Args:
        produce: Returns items that an engine answers for; see ``loop.produce``.
        engine: Who makes it.
        item: It, as the plan asks for it.
        known: Its takes.

    Raises:
        EngineError, EngineInputError, HaltedError: As ``loop.produce`` says; what was made is kept.
    """
    asked = [(item.renamed(take_item_id(known, take.number)), take) for take in known.missing]
    made = [
        produced
        for answering, items in directed(engine, [(one, take.recipe) for one, take in asked])
        if items
        for produced in produce(answering, items)
    ]
    numbers = {one.id: take.number for one, take in asked}
    return tuple(sorted(made, key=lambda produced: numbers[produced.item_id]))


def take_item_id(known: ItemChoices, number: int) -> str:
    """Return the item id of a take of an item while it is being made."""
    return further_take_id(known.stage, known.item, number)


def write_down(folder: RunFolder, workbench: Workbench) -> Callable[[str, ActionRecord], None]:
    """Return what writes down a take, by its item id, the moment it is there.

    Args:
        folder: The film's.
        workbench: Where it lies.
    """

    def written(item_id: str, record: ActionRecord) -> None:
        for known in folder.choices.read().items:
            for take in known.missing:
                if take_item_id(known, take.number) == item_id:
                    latest = {known.item: (take.number, record.fingerprint)}
                    keep_latest(known.stage, latest, folder, workbench)

    return written


def _check_differs(
    engine: Engine[RequestT, Any], item: Item[RequestT], recipe: Recipe, known: ItemChoices
) -> None:
    answering, asked = varied(engine, item, recipe)
    answering.check(asked.request)
    print_ = fingerprint(answering, asked.request)
    for take in known.takes:
        if _print_of(engine, item, take.recipe) == print_:
            unused = ", ".join(sorted(engine.unused_fields & {"seed", "prompt", "motion_prompt"}))
            why = f": {engine.name} does not use its {unused}" if unused else ""
            raise RecipeError(
                f"That take of {whose(item.id)} would be the same as take {take.number}{why}. Vary "
                f"something else: `sparkle engines settings {engine.name}` lists its settings."
            )


def _print_of(engine: Engine[RequestT, Any], item: Item[RequestT], recipe: Recipe) -> Sha256 | None:
    """Return the fingerprint of a take; None: the engine does not take its settings any more."""
    try:
        answering, asked = varied(engine, item, recipe)
    except EngineInputError:
        return None
    return fingerprint(answering, asked.request)
