"""Choosing by rule: a profile has each item made several times, and the film takes the best."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.choices import OWN, Choices, ItemChoices, Recipe, Take
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.engines.base import Engine, RequestT
from sparkle_motion_dagster.engines.builtin.take_measurer import TakeMeasures
from sparkle_motion_dagster.engines.images.base import ImageRequest
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    SHOT_CLIPS,
    is_take,
    may_be_portrait,
    own_take_id,
)
from sparkle_motion_dagster.film.takes.recipes import further_recipes, has_takes, varied
from sparkle_motion_dagster.film.takes.rules import Choosing, TakenKind, TakesRule
from sparkle_motion_dagster.production.loop import Item, Produced

TAKE = "take"
"""Under what an item's metadata in its manifest says which take it is."""

TAKE_WHY = "take_why"
"""Under what it says why."""

TAKE_MEASURES = "take_measures"
"""Under what it lists what was measured of the takes, by their numbers."""


@dataclass(frozen=True)
class RuledTake:
    """A take that a rule asks for: its number, how it differs, and what is asked for."""

    take: Take
    item: Item[Any]


def is_ruled(
    rule: TakesRule | None, stage: str, item: Item[Any], known: ItemChoices | None
) -> bool:
    """Tell whether a rule decides which take of an item a film has.

    Args:
        rule: The profile's, if it has one.
        stage: The stage that makes the item.
        item: It.
        known: What is known of its takes: where a person has decided, no rule does.
    """
    if rule is None or is_take(item.id) or not has_takes(item.request):
        return False
    is_decided = known is not None and (known.chosen is not None or known.pinned is not None)
    return not is_decided and _kind(stage, item) in rule.kinds


def varies(engine: Engine[Any, Any]) -> bool:
    """Tell whether an engine makes something else of another seed."""
    return "seed" not in engine.unused_fields


def one_take(engine: Engine[Any, Any]) -> Mapping[str, JsonValue]:
    """Return what is told of an item of which there is one take, though a rule asks for more."""
    return {TAKE: OWN, TAKE_WHY: f"{engine.name} makes the same of every seed: there is one take"}


def ruled_takes(
    rule: TakesRule,
    engine: Engine[RequestT, Any],
    item: Item[RequestT],
    known: ItemChoices | None,
) -> tuple[RuledTake, ...]:
    """Return the takes of an item that a rule asks for: as the plan says, and with other seeds.

    They have the recipes that as many further takes would have that a person asks for.
    """
    own_seed: int = getattr(item.request, "seed", 0)
    recipes = (Recipe(), *further_recipes(Recipe(), own_seed, OWN + 1, rule.count - 1))
    there = numbered(known, "", item.id, recipes)
    takes = [next(take for take in there.takes if take.recipe == recipe) for recipe in recipes]
    return tuple(RuledTake(take, _asked(engine, item, take)) for take in takes)


def _asked(engine: Engine[RequestT, Any], item: Item[RequestT], take: Take) -> Item[RequestT]:
    _, asked = varied(engine, item, take.recipe)
    return Item(own_take_id(item.id, take.number), asked.request)


def numbered(
    known: ItemChoices | None, stage: str, item: str, recipes: Sequence[Recipe]
) -> ItemChoices:
    """Return what is known of an item's takes, with those of some recipes, each with a number."""
    there = known or ItemChoices(stage=stage, item=item)
    for recipe in recipes:
        if all(take.recipe != recipe for take in there.takes):
            there = there.with_take(Take(number=there.next_number, recipe=recipe))
    return there


def with_ruled(
    stage: str, item: str, made: Sequence[tuple[RuledTake, Sha256]]
) -> Callable[[Choices], Choices]:
    """Return what writes down the takes of an item that a rule had made, by their fingerprints."""

    def changed(choices: Choices) -> Choices:
        there = numbered(
            choices.of(stage, item), stage, item, [ruled.take.recipe for ruled, _ in made]
        )
        for ruled, print_ in made:
            take = next(one for one in there.takes if one.recipe == ruled.take.recipe)
            there = there.with_take(take.model_copy(update={"fingerprint": print_}))
        return choices.with_item(there)

    return changed


def best_of(
    rule: TakesRule,
    item_id: str,
    takes: Sequence[tuple[RuledTake, Produced]],
    measures: Sequence[TakeMeasures],
) -> Produced:
    """Return an item in its best take: of equals, and where nothing was measured, the first.

    Args:
        rule: What makes one the best.
        item_id: The item's id.
        takes: Its takes, by number.
        measures: What was measured of each; none where the rule needs nothing.
    """
    values = [_value(rule.choose, one) for one in measures] or [None] * len(takes)
    known = [value for value in values if value is not None]
    best = values.index(max(known)) if known else 0
    ruled, produced = takes[best]
    told: dict[str, JsonValue] = {
        TAKE: ruled.take.number,
        TAKE_WHY: _why(rule, values, measures),
        TAKE_MEASURES: {
            str(one.take.number): found.model_dump(mode="json", exclude_defaults=True)
            for (one, _), found in zip(takes, measures, strict=False)
        },
    }
    return replace(produced, item_id=item_id, told=told)


def needs_measures(rule: TakesRule) -> bool:
    """Tell whether a rule chooses by what was measured."""
    return rule.choose != "first"


def _kind(stage: str, item: Item[Any]) -> TakenKind | None:
    """Return what an item is; None: it is made anew of one, by another stage."""
    if isinstance(item.request, SpeechRequest):
        return "lines" if stage == DIALOGUE_WAVS else None
    if isinstance(item.request, ImageRequest) and stage == BASE_IMAGES:
        return "portraits" if may_be_portrait(item.id) else "keyframes"
    return "clips" if stage == SHOT_CLIPS else None


def _value(choose: Choosing, found: TakeMeasures) -> float | None:
    """Return how good a take is by its measures, the best having the most; None: nobody knows."""
    if choose == "sharpest":
        return found.sharpness
    if choose == "best_seam":
        seams = [one for one in (found.seam_start_db, found.seam_end_db) if one is not None]
        return min(seams, default=None)
    if choose == "most_words_heard":
        return None if found.words_wrong is None else -found.words_wrong
    return None if found.face_difference is None else -found.face_difference


_SUPERLATIVES: Mapping[Choosing, str] = {
    "first": "the first",
    "sharpest": "the sharpest",
    "best_seam": "the one with the best seam",
    "most_words_heard": "the one of which most words are heard",
    "most_alike": "the one most alike its portrait",
}


def _why(rule: TakesRule, values: Sequence[float | None], measures: Sequence[TakeMeasures]) -> str:
    of = f"of {len(values)} takes"
    if not needs_measures(rule):
        return f"the first {of}"
    if all(value is None for value in values):
        reasons = dict.fromkeys(why for one in measures for why in one.missing.values())
        return f"the first {of}: {'; '.join(reasons) or 'nothing tells them apart'}"
    shown = ", ".join("-" if value is None else f"{abs(value):.4g}" for value in values)
    return f"{_SUPERLATIVES[rule.choose]} {of}: {shown}"
