"""Making further takes of an item, each written down the moment it is there."""

from collections.abc import Callable, Sequence
from typing import Any

from sparkle_motion_dagster.artifacts.choices import (
    OWN,
    Choices,
    ChoicesFile,
    ItemChoices,
    Recipe,
    Take,
)
from sparkle_motion_dagster.engines.base import Engine, RequestT
from sparkle_motion_dagster.film.takes.recipes import RecipeError, further_recipes, varied
from sparkle_motion_dagster.production.loop import Item, Produced, fingerprint


def with_further_takes(
    choices: Choices,
    stage: str,
    engine: Engine[RequestT, Any],
    item: Item[RequestT],
    recipe: Recipe,
    count: int,
) -> Choices:
    """Return choices with further takes of an item, which are still to be made.

    Args:
        choices: As they are.
        stage: In which stage it is made.
        engine: Who makes it.
        item: It, as the plan asks for it.
        recipe: How they are to differ; see `further_recipes`.
        count: How many.

    Raises:
        RecipeError: They would be as another one is: the engine does not use what would differ.
        EngineInputError: The engine does not take the settings, or the request.
    """
    own = Take(number=OWN, fingerprint=fingerprint(engine, item.request))
    known = choices.of(stage, item.id) or ItemChoices(stage=stage, item=item.id, takes=(own,))
    seed = getattr(item.request, "seed", 0)
    for number, one in enumerate(
        further_recipes(recipe, seed, known.next_number, count), start=known.next_number
    ):
        _check_differs(engine, item, one, known)
        known = known.with_take(Take(number=number, recipe=one))
    return choices.with_item(known)


def make_takes(
    produce: Callable[[Engine[RequestT, Any], Sequence[Item[RequestT]]], tuple[Produced, ...]],
    stage: str,
    engine: Engine[RequestT, Any],
    item: Item[RequestT],
    file: ChoicesFile,
) -> tuple[Produced, ...]:
    """Make the takes of an item that are still to be made.

    Args:
        produce: Returns items that an engine answers for; see ``loop.produce``.
        stage: In which stage the item is made.
        engine: Who makes it.
        item: It, as the plan asks for it.
        file: Where takes are written down.

    Raises:
        EngineError, EngineInputError, HaltedError: As ``loop.produce`` says; what was made is kept.
    """
    known = file.read().of(stage, item.id)
    made = []
    for take in () if known is None else known.takes:
        if take.number == OWN or take.fingerprint is not None:
            continue
        answering, asked = varied(engine, item, take.recipe)
        (produced,) = produce(answering, [asked])
        _write_down(file, stage, item.id, take, produced)
        made.append(produced)
    return tuple(made)


def _write_down(file: ChoicesFile, stage: str, item: str, take: Take, produced: Produced) -> None:
    there = take.model_copy(update={"fingerprint": produced.record.fingerprint})

    def changed(choices: Choices) -> Choices:
        known = choices.of(stage, item) or ItemChoices(stage=stage, item=item)
        return choices.with_item(known.with_take(there))

    file.change(changed)


def _check_differs(
    engine: Engine[RequestT, Any], item: Item[RequestT], recipe: Recipe, known: ItemChoices
) -> None:
    answering, asked = varied(engine, item, recipe)
    answering.check(asked.request)
    print_ = fingerprint(answering, asked.request)
    for take in known.takes:
        if fingerprint(*_as_asked(engine, item, take.recipe)) == print_:
            unused = ", ".join(sorted(engine.unused_fields & {"seed", "prompt", "motion_prompt"}))
            why = f": {engine.name} does not use its {unused}" if unused else ""
            raise RecipeError(
                f"That take of {item.id} would be the same as take {take.number}{why}. Vary "
                f"something else: `sparkle engines settings {engine.name}` lists its settings."
            )


def _as_asked(
    engine: Engine[RequestT, Any], item: Item[RequestT], recipe: Recipe
) -> tuple[Engine[RequestT, Any], RequestT]:
    answering, asked = varied(engine, item, recipe)
    return answering, asked.request
