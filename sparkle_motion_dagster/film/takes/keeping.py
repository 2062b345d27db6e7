"""Keeping takes: the manifest that lists all that were made of a film's items."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.choices import Choices, ItemChoices, Take
from sparkle_motion_dagster.artifacts.models import Artifact, EngineIdentity
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.film.stages import further_take_id
from sparkle_motion_dagster.film.takes.measuring import Produce, measured
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of
from sparkle_motion_dagster.production.workbench import Workbench

DIRECTOR = EngineIdentity(name="takes", version=1)
"""Who answers for all takes together: each artifact's action record tells who made it."""


@dataclass(frozen=True)
class KeptTake:
    """A take that is there: of which item it is, and what was made of it."""

    item: ItemChoices
    take: Take
    produced: Produced


@dataclass(frozen=True)
class KeptTakes:
    """All takes that there are of a film's items, and what was measured of each, in one order."""

    takes: tuple[KeptTake, ...]
    measures: tuple[Produced, ...]

    @property
    def result(self) -> StageResult:
        """They as their stage leaves them: each take's files, and its measures."""
        artifacts = [artifact for one in self.takes for artifact in _artifacts(one)]
        artifacts += [artifact for one in self.measures for artifact in artifacts_of(one)]
        produced = [*(one.produced for one in self.takes), *self.measures]
        return StageResult.of(DIRECTOR, produced, artifacts)


def kept_takes(
    choices: Choices, workbench: Workbench, produce: Produce, hearing: HearingEngine[Any] | None
) -> KeptTakes:
    """Return all takes that there are of a film's items, measured.

    Args:
        choices: What is known of them.
        workbench: Where they lie.
        produce: Returns items that an engine answers for; see ``loop.produce``.
        hearing: Who listens to spoken ones; None: nobody.
    """
    there = tuple(_there(choices, workbench))
    taken = [one.produced for one in there]
    return KeptTakes(there, measured(taken, produce, workbench.store, hearing))


def _there(choices: Choices, workbench: Workbench) -> Iterator[KeptTake]:
    for item in choices.items:
        for take in item.takes:
            known = None if take.fingerprint is None else look_up(take.fingerprint, workbench)
            if known is not None and (record := known.record) is not None:
                store = workbench.store
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
                yield KeptTake(item, take, produced)


def _artifacts(kept: KeptTake) -> Iterator[Artifact]:
    told = {
        "stage": kept.item.stage,
        "item": kept.item.item,
        "take": kept.take.number,
        "recipe": kept.take.recipe.model_dump(mode="json", exclude_defaults=True),
    }
    for artifact in artifacts_of(kept.produced):
        yield artifact.model_copy(update={"metadata": {**artifact.metadata, **told}})
