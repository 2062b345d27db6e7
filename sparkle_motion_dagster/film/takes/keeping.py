"""Keeping takes: the manifest that lists all that were made of a film's items."""

from collections.abc import Iterator
from dataclasses import replace

from sparkle_motion_dagster.artifacts.choices import Choices, ItemChoices, Take
from sparkle_motion_dagster.artifacts.models import Artifact, EngineIdentity
from sparkle_motion_dagster.film.stages import further_take_id
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of
from sparkle_motion_dagster.production.workbench import Workbench

DIRECTOR = EngineIdentity(name="takes", version=1)
"""Who answers for all takes together: each artifact's action record tells who made it."""


def kept_takes(choices: Choices, workbench: Workbench) -> StageResult:
    """Return all takes that there are of a film's items, as their stage leaves them.

    Args:
        choices: What is known of them.
        workbench: Where they lie.
    """
    there = list(_there(choices, workbench))
    artifacts = [artifact for one in there for artifact in _artifacts(*one)]
    taken = [replace(produced, made=False) for _, _, produced in there]
    return StageResult.of(DIRECTOR, taken, artifacts)


def _there(choices: Choices, workbench: Workbench) -> Iterator[tuple[ItemChoices, Take, Produced]]:
    store = workbench.store
    for item in choices.items:
        for take in item.takes:
            known = None if take.fingerprint is None else look_up(take.fingerprint, workbench)
            if known is not None and (record := known.record) is not None:
                produced = Produced(
                    item_id=further_take_id(item.stage, item.item, take.number),
                    record=record,
                    files={name: store.file(file.sha256) for name, file in record.outputs.items()},
                    previews={
                        name: store.file(file.sha256) for name, file in record.previews.items()
                    },
                    made=False,
                    seeded=True,
                )
                yield item, take, produced


def _artifacts(item: ItemChoices, take: Take, produced: Produced) -> Iterator[Artifact]:
    told = {
        "stage": item.stage,
        "item": item.item,
        "take": take.number,
        "recipe": take.recipe.model_dump(mode="json", exclude_defaults=True),
    }
    for artifact in artifacts_of(produced):
        yield artifact.model_copy(update={"metadata": {**artifact.metadata, **told}})
