"""Keeping takes: the manifest that lists all that were made of a film's items.

What a manifest of a film lists, nobody collects. So the manifest follows the choices: it is there
before they are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sparkle_motion_dagster.artifacts.choices import Choices, ItemChoices, Take
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import Artifact, EngineIdentity
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, TAKES, further_take_id
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.manifest import (
    StageOf,
    StageResult,
    artifacts_of,
    manifest_of,
)
from sparkle_motion_dagster.production.workbench import Workbench

DIRECTOR = EngineIdentity(name="takes", version=1)
"""Who answers for all takes together: each artifact's action record tells who made it."""


def keep_latest(
    stage: str,
    latest: Mapping[str, tuple[int, Sha256]],
    folder: RunFolder,
    workbench: Workbench,
) -> None:
    """Write down what a stage has made of takes, or has taken: that is the latest of each.

    Args:
        stage: Which stage.
        latest: The number of the take, and its fingerprint, by the item's id.
        folder: The film's.
        workbench: Where it lies.
    """

    def changed(choices: Choices) -> Choices:
        for item, (number, print_) in latest.items():
            known = choices.of(stage, item)
            take = None if known is None else known.take(number)
            if known is not None and take is not None and take.fingerprint != print_:
                now = take.model_copy(update={"fingerprint": print_})
                choices = choices.with_item(known.with_take(now))
        return choices

    if latest:
        change_choices(folder, workbench, changed)


def change_choices(
    folder: RunFolder, workbench: Workbench, change: Callable[[Choices], Choices]
) -> Choices:
    """Change what is chosen of a film's takes, and have its manifest of takes list all of them.

    Args:
        folder: The film's.
        workbench: Where it lies.
        change: As ``ChoicesFile.change`` takes it.

    Raises:
        RunBusyError, UnreadableChoicesError: As there.
    """

    def publish(choices: Choices) -> None:
        kept, plan = kept_takes(choices, workbench), folder.readable(MOVIE_PLAN)
        if plan is not None and kept.artifacts:
            of = StageOf(TAKES, folder.run_id, plan.profile, plan.plan_digest)
            folder.publish(manifest_of(of, {}, kept), workbench.store)

    return folder.choices.change(change, publish)


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
