"""Choosing by rule: a profile has each item made several times, and the film takes the best."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.choices import OWN, Choices, ItemChoices, Recipe, Take
from sparkle_motion_dagster.engines.base import Engine, RequestT
from sparkle_motion_dagster.engines.builtin.take_measurer import TakeMeasures
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
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
from sparkle_motion_dagster.film.takes.measuring import Measured, measured
from sparkle_motion_dagster.film.takes.recipes import further_recipes, has_takes, varied
from sparkle_motion_dagster.film.takes.rules import Choosing, TakenKind, TakesRule
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.workbench import Workbench

TAKE = "take"
"""Under what an item's metadata in its manifest says which take it is."""

TAKE_WHY = "take_why"
"""Under what it says why."""

TAKE_MEASURES = "take_measures"
"""Under what it lists what was measured of the takes, by their numbers."""


@dataclass(frozen=True)
class MadeTake:
    """A take that a rule had made: its number, how it differs, and what was measured of it.

    ``asked`` is what its engine was asked for. ``measures`` is None where the rule needs none.
    """

    take: Take
    asked: Item[Any]
    produced: Produced
    measures: Measured | None


@dataclass(frozen=True)
class ItemsTakes:
    """An item, as the plan asks for it, and its takes: one where its engine does not vary."""

    item: Item[Any]
    takes: tuple[MadeTake, ...]

    def known_in(self, stage: str, choices: Choices) -> ItemChoices:
        """Return what is known of the item's takes, with these."""
        known = _numbered(
            choices.of(stage, self.item.id) or ItemChoices(stage=stage, item=self.item.id),
            [one.take.recipe for one in self.takes],
        )
        for one in self.takes:
            print_ = {"fingerprint": one.produced.record.fingerprint}
            known = known.with_take(_like(known, one.take.recipe).model_copy(update=print_))
        return known

    def asked_for(self, take: Produced) -> Any:
        """Return what was asked for where something is that was made."""
        made = take.record
        return next(one.asked.request for one in self.takes if one.produced.record is made)


class Producer(Protocol):
    """The stage in which takes are made."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def choices(self) -> Choices:
        """What is known of its items' takes."""

    @property
    def workbench(self) -> Workbench:
        """Where files lie."""

    @property
    def hearing(self) -> HearingEngine[Any] | None:
        """Who listens in it, if anybody does."""

    def answered(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return items as they are asked for; see ``loop.produce``."""


def ruled_items(
    rule: TakesRule, stage: str, items: Sequence[Item[RequestT]], choices: Choices
) -> Mapping[str, Item[RequestT]]:
    """Return the items of which a rule decides which take a film has, by their ids.

    Args:
        rule: The profile's.
        stage: The stage that makes them.
        items: What it asks for.
        choices: What is known of takes: where a person has decided, no rule does.
    """
    return {item.id: item for item in items if _is_ruled(rule, stage, item, choices)}


def times_made(
    rule: TakesRule | None,
    engine: Engine[Any, Any],
    item: Item[Any],
    stage: str,
    choices: Choices,
) -> int:
    """Return in how many takes an item is made.

    Args:
        rule: The profile's; None: it has none.
        engine: Who makes it.
        item: What is asked for.
        stage: The stage that makes it.
        choices: What is known of takes.
    """
    if rule is None or not _is_ruled(rule, stage, item, choices):
        return 1
    return len(_recipes(rule, engine, item))


def taken_by_rule(
    rule: TakesRule,
    engine: Engine[RequestT, Any],
    items: Collection[Item[RequestT]],
    stage: Producer,
) -> tuple[ItemsTakes, ...]:
    """Return takes of items, measured: as the plan says, and with other seeds.

    They have the recipes that as many further takes would have that a person asks for.
    """
    recipes = [_recipes(rule, engine, item) for item in items]
    known = [
        _numbered(
            stage.choices.of(stage.name, item.id) or ItemChoices(stage=stage.name, item=item.id),
            wanted,
        )
        for item, wanted in zip(items, recipes, strict=True)
    ]
    asked = [
        [_asked(engine, item, _like(there, recipe), len(wanted)) for recipe in wanted]
        for item, there, wanted in zip(items, known, recipes, strict=True)
    ]
    made = stage.answered(engine, [one for takes in asked for _, one in takes])
    told_apart = made if rule.choose != "first" and len(made) > len(items) else ()
    store = stage.workbench.store
    found = measured(told_apart, stage.answered, store, stage.hearing)
    there = iter(made)
    return tuple(
        ItemsTakes(
            item,
            tuple(
                MadeTake(take, one, produced, found.get(produced.record.fingerprint))
                for (take, one), produced in zip(takes, there, strict=False)
            ),
        )
        for item, takes in zip(items, asked, strict=True)
    )


def best_of(rule: TakesRule, engine: Engine[Any, Any], item: ItemsTakes) -> Produced:
    """Return an item in its best take: of equals, and where nothing was measured, the first."""
    if len(item.takes) == 1:
        why = f"{engine.name} makes the same of every seed: there is one take"
        return replace(item.takes[0].produced, told={TAKE: OWN, TAKE_WHY: why})
    measures = [
        TakeMeasures() if one.measures is None else one.measures.found for one in item.takes
    ]
    values = [_value(rule.choose, one) for one in measures]
    known = [value for value in values if value is not None]
    best = item.takes[values.index(max(known)) if known else 0]
    told: dict[str, JsonValue] = {
        TAKE: best.take.number,
        TAKE_WHY: _why(rule, values, measures),
        TAKE_MEASURES: {
            str(one.take.number): found.model_dump(mode="json", exclude_defaults=True)
            for one, found in zip(item.takes, measures, strict=True)
        },
    }
    others = (one.produced for one in item.takes if one is not best)
    found = (one.measures for one in item.takes if one.measures is not None)
    beside = (*others, *(part for measures in found for part in measures.items))
    return replace(best.produced, item_id=item.item.id, told=told, beside=beside)


def _is_ruled(rule: TakesRule, stage: str, item: Item[Any], choices: Choices) -> bool:
    if is_take(item.id) or not has_takes(item.request):
        return False
    known = choices.of(stage, item.id)
    return not (known is not None and known.is_decided) and _kind(stage, item) in rule.kinds


def _recipes(rule: TakesRule, engine: Engine[Any, Any], item: Item[Any]) -> tuple[Recipe, ...]:
    """Return how the takes of an item differ; an engine that uses no seed would repeat itself."""
    if "seed" in engine.unused_fields:
        return (Recipe(),)
    return (Recipe(), *further_recipes(Recipe(), item.request.seed, OWN + 1, rule.count - 1))


def _numbered(known: ItemChoices, recipes: Sequence[Recipe]) -> ItemChoices:
    """Return what is known of an item's takes, with some recipes among them, each with a number."""
    for recipe in recipes:
        if all(take.recipe != recipe for take in known.takes):
            known = known.with_take(Take(number=known.next_number, recipe=recipe))
    return known


def _like(known: ItemChoices, recipe: Recipe) -> Take:
    return next(take for take in known.takes if take.recipe == recipe)


def _asked(
    engine: Engine[RequestT, Any], item: Item[RequestT], take: Take, of: int
) -> tuple[Take, Item[RequestT]]:
    """Return a take, and what is asked for: the item itself, if it is the only one."""
    _, asked = varied(engine, item, take.recipe)
    return take, asked if of == 1 else asked.renamed(own_take_id(item.id, take.number))


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
    if rule.choose == "first":
        return f"the first {of}"
    if all(value is None for value in values):
        reasons = dict.fromkeys(why for one in measures for why in one.missing.values())
        return f"the first {of}: {'; '.join(reasons) or 'nothing tells them apart'}"
    shown = ", ".join("-" if value is None else f"{abs(value):.4g}" for value in values)
    return f"{_SUPERLATIVES[rule.choose]} {of}: {shown}"
