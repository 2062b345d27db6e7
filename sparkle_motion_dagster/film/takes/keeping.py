"""Keeping takes: the manifest that lists all that were made of a film's items.

What a manifest of a film lists, nobody collects. So the manifest follows the choices: it is there
before they are.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.choices import Choices, ItemChoices, Take
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import ActionRecord, Artifact, EngineIdentity
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import (
    MOVIE_PLAN,
    TAKES,
    further_take_id,
    heard_id,
    measures_id,
)
from sparkle_motion_dagster.film.takes.choosing import ItemsTakes
from sparkle_motion_dagster.film.takes.measuring import Measured
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

MEASURED_OF = "measured_of"
"""Under what the metadata of measures, and of what was heard, has the take's fingerprint."""

_NOTHING_MEASURED: Final[Mapping[Sha256, Measured]] = MappingProxyType({})


@dataclass(frozen=True)
class KeptTake:
    """A take that is there: of which item it is, and what was made of it."""

    item: ItemChoices
    take: Take
    produced: Produced


def keep_latest(
    stage: str,
    latest: Mapping[str, tuple[int, Sha256]],
    folder: RunFolder,
    workbench: Workbench,
) -> None:
    """Write down what a stage has made of takes, or has taken: that is the latest of each.

    What the manifest of takes does not list, though it is there now, is listed: a take that was
    damaged, and those of a film that took its choices over from another one.

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
        if not listed >= {print_ for _, print_ in latest.values()}:
            _publish(choices, folder, workbench, _NOTHING_MEASURED)
        return choices

    if latest:
        manifest = folder.readable(TAKES)
        listed = {one.fingerprint for one in manifest.artifacts} if manifest else set()
        change_choices(folder, workbench, changed)


def keep_ruled(
    stage: str, takes: Sequence[ItemsTakes], folder: RunFolder, workbench: Workbench
) -> None:
    """Write down the takes that a rule had a stage make of its items, and what was measured.

    Args:
        stage: Which stage.
        takes: They, an entry an item.
        folder: The film's.
        workbench: Where it lies.
    """

    def changed(choices: Choices) -> Choices:
        for one in takes:
            if len(one.takes) > 1:
                choices = choices.with_item(one.known_in(stage, choices))
        return choices

    # The stage itself counts what was made for it.
    found = {
        one.produced.record.fingerprint: one.measures.as_known
        for item in takes
        for one in item.takes
        if one.measures is not None
    }
    change_choices(folder, workbench, changed, found)


def list_again(
    folder: RunFolder, workbench: Workbench, measures: Mapping[Sha256, Measured]
) -> None:
    """Have a film's manifest of takes list all that are there, where it was withdrawn.

    Args:
        folder: The film's.
        workbench: Where it lies.
        measures: What is known of their measures, by the takes' fingerprints.

    Raises:
        RunBusyError, UnreadableChoicesError: As `change_choices` says.
    """

    def listed(choices: Choices) -> Choices:
        if folder.readable(TAKES) is None:
            _publish(choices, folder, workbench, measures)
        return choices

    folder.choices.change(listed)


def change_choices(
    folder: RunFolder,
    workbench: Workbench,
    change: Callable[[Choices], Choices],
    measures: Mapping[Sha256, Measured] = _NOTHING_MEASURED,
) -> Choices:
    """Change what is chosen of a film's takes, and have its manifest of takes list all of them.

    Args:
        folder: The film's.
        workbench: Where it lies.
        change: As ``ChoicesFile.change`` takes it.
        measures: What was measured of takes since it was published, by their fingerprints.

    Raises:
        RunBusyError, UnreadableChoicesError: As there.
    """
    return folder.choices.change(
        change, lambda choices: _publish(choices, folder, workbench, measures)
    )


def _publish(
    choices: Choices,
    folder: RunFolder,
    workbench: Workbench,
    measures: Mapping[Sha256, Measured],
) -> None:
    known = {**known_measures(folder, workbench), **measures}
    kept = takes_result(kept_takes(choices, workbench), known)
    plan = folder.readable(MOVIE_PLAN)
    if plan is not None and kept.artifacts:
        of = StageOf(TAKES, folder.run_id, plan.profile, plan.plan_digest)
        folder.publish(manifest_of(of, {}, kept), workbench.store)


def known_measures(folder: RunFolder, workbench: Workbench) -> Mapping[Sha256, Measured]:
    """Return what a film's manifest of takes lists of measures, by the takes' fingerprints."""
    manifest = folder.readable(TAKES)
    found: dict[str, dict[str, Produced]] = defaultdict(dict)
    for artifact in manifest.artifacts if manifest else ():
        of = artifact.metadata.get(MEASURED_OF)
        record = look_up(artifact.fingerprint, workbench).record if isinstance(of, str) else None
        if record is not None:
            found[str(of)][artifact.name] = _produced(artifact.id, record, workbench)
    return {
        of: Measured(there["measures"], there.get("heard"))
        for of, there in found.items()
        if "measures" in there
    }


def kept_takes(
    choices: Choices, workbench: Workbench, made: Collection[Produced] = ()
) -> tuple[KeptTake, ...]:
    """Return all takes that there are of a film's items.

    Args:
        choices: What is known of them.
        workbench: Where they lie.
        made: Those that were asked for just now, of which some were made for that.
    """
    new = {one.record.fingerprint for one in made if one.made}
    return tuple(_there(choices, workbench, new))


def takes_result(takes: Sequence[KeptTake], measures: Mapping[Sha256, Measured]) -> StageResult:
    """Return takes as their stage leaves them: each one's files, and what was measured of it.

    Args:
        takes: They.
        measures: What was measured, by the takes' fingerprints; it may hold more.
    """
    produced: list[Produced] = []
    artifacts: list[Artifact] = []
    for one in takes:
        produced.append(one.produced)
        artifacts += _artifacts(one)
        for found in _measured(one.produced, measures.get(one.produced.record.fingerprint)):
            produced.append(found)
            artifacts += artifacts_of(found)
    return StageResult.of(DIRECTOR, produced, artifacts)


def _measured(take: Produced, found: Measured | None) -> Iterator[Produced]:
    """Yield what was heard and measured of a take, as its manifest calls that."""
    if found is None:
        return
    of: dict[str, JsonValue] = {MEASURED_OF: take.record.fingerprint}
    named = {heard_id(take.item_id): found.heard, measures_id(take.item_id): found.measures}
    for item_id, one in named.items():
        if one is not None:
            yield replace(one, item_id=item_id, told=of)


def _there(choices: Choices, workbench: Workbench, made: Collection[Sha256]) -> Iterator[KeptTake]:
    for item in choices.items:
        for take in item.takes:
            known = None if take.fingerprint is None else look_up(take.fingerprint, workbench)
            if known is not None and (record := known.record) is not None:
                id_ = further_take_id(item.stage, item.item, take.number)
                there = _produced(id_, record, workbench)
                yield KeptTake(item, take, replace(there, made=record.fingerprint in made))


def _produced(item_id: str, record: ActionRecord, workbench: Workbench) -> Produced:
    store = workbench.store
    return Produced(
        item_id=item_id,
        record=record,
        files={name: store.file(file.sha256) for name, file in record.outputs.items()},
        previews={name: store.file(file.sha256) for name, file in record.previews.items()},
        made=False,
        seeded=True,
    )


def _artifacts(kept: KeptTake) -> Iterator[Artifact]:
    told = {
        "stage": kept.item.stage,
        "item": kept.item.item,
        "take": kept.take.number,
        "recipe": kept.take.recipe.model_dump(mode="json", exclude_defaults=True),
    }
    for artifact in artifacts_of(kept.produced):
        yield artifact.model_copy(update={"metadata": {**artifact.metadata, **told}})
