"""The production loop: the one way in which anything that costs something is made.

For each item: compute its fingerprint; take it from the store if that is known; hand the misses,
each distinct one once, to the engine; publish each result the moment it exists.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.artifacts.errors import explained_full_disk
from sparkle_motion_dagster.artifacts.models import (
    ActionRecord,
    MediaFacts,
    OutputFile,
    StoredFile,
)
from sparkle_motion_dagster.engines.base import Engine, MadeFile, Request, RequestT
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.production.halting import Control
from sparkle_motion_dagster.production.known import discard, look_up
from sparkle_motion_dagster.production.making import Finished, in_work, named, unloading
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.rate_limits.caps import NO_CHARGE, Charge
from sparkle_motion_dagster.production.rate_limits.limiter import Admission
from sparkle_motion_dagster.production.versions import versions
from sparkle_motion_dagster.production.workbench import Workbench


@dataclass(frozen=True)
class Item(Generic[RequestT]):
    """Something a stage wants: an id that is unique within the stage, and the request for it.

    ``charge`` is what making it takes of a provider.
    """

    id: str
    request: RequestT
    charge: Charge = NO_CHARGE

    def renamed(self, item_id: str) -> "Item[RequestT]":
        """Return what asks for the same, by another id."""
        return replace(self, id=item_id)


@dataclass(frozen=True)
class Produced:
    """An item that is there now: how it was made, when that was, and where its files are.

    ``seeded`` says whether its engine uses the request's seed. ``told`` is what the film says of it
    beside that: its record, which films share, does not hold it. ``beside`` is what is there so
    that it could be chosen: the other takes of it, and what was measured of all.
    """

    item_id: str
    record: ActionRecord
    files: Mapping[str, StoredFile]
    previews: Mapping[str, StoredFile]
    made: bool
    seeded: bool
    told: Mapping[str, JsonValue] = field(default_factory=dict)
    beside: tuple["Produced", ...] = ()


def fingerprint(engine: Engine[RequestT, Any], request: RequestT) -> str:
    """Return the digest of everything that decides what an engine makes of a request."""
    return digest_json(
        {
            "engine": engine.identity().model_dump(mode="json"),
            "request": request.model_dump(mode="json", exclude=set(engine.unused_fields)),
        }
    )


def produce(
    engine: Engine[RequestT, Any],
    items: Sequence[Item[RequestT]],
    workbench: Workbench,
    progress: Progress,
    control: Control,
) -> tuple[Produced, ...]:
    """Return every item, in order: from the store where it is known, else made by the engine.

    As many are in work at the same time as the workbench says. Each is published the moment it is
    finished, those that are made at the same time in whatever order: nothing depends on that, and
    whatever ends this early (an interrupt, kill -9) loses the items in work and nothing else. After
    an error, and where the run is to halt, those are finished and kept, too; if another of them
    fails, that is said, and the first error raised. Items that look alike are made once. What is
    known and damaged is made again, and said.

    Raises:
        EngineError, EngineInputError, MediaError: The engine refused or failed; what it had made
            is kept. The message begins with the item's id.
        NotReadyError: The engine lacks what it needs for all items.
        RateLimitError: An engine, or a provider, may not be asked for an item.
        StorageFullError: The disk is full.
        HaltedError: A person asked the run to pause or to stop; what it had made is kept.
    """
    fingerprints = {item.id: fingerprint(engine, item.request) for item in items}
    alike = defaultdict(list)
    for item_id, print_ in fingerprints.items():
        alike[print_].append(item_id)
    with changing(workbench.home):
        records = _known_records(fingerprints, workbench, progress)
        control.needs(records)
    there = {print_: _taken(record, workbench) for print_, record in records.items()}
    orders: dict[str, Item[RequestT]] = {}
    for item in items:
        if fingerprints[item.id] not in there:
            orders.setdefault(fingerprints[item.id], item)
    progress.expect(len(items), len(orders))
    progress.taken({item: records[print_] for print_ in records for item in alike[print_]})
    if orders:
        with explained_full_disk(workbench.home.root):
            for made, result in _make(engine, orders, workbench, progress, control):
                there[made] = result
                progress.made(result.record, alike[made])
    made_items = {item.id for item in orders.values()}
    return tuple(
        Produced(
            item_id=item.id,
            record=there[fingerprints[item.id]].record,
            files=there[fingerprints[item.id]].files,
            previews=there[fingerprints[item.id]].previews,
            made=item.id in made_items,
            seeded="seed" not in engine.unused_fields,
        )
        for item in items
    )


def from_store(
    engine: Engine[RequestT, Any],
    item: Item[RequestT],
    record: ActionRecord,
    workbench: Workbench,
) -> Produced:
    """Return an item as something that was made before, whatever would be asked for it.

    Args:
        engine: Who would make it.
        item: What would be asked for.
        record: How that was made.
        workbench: Where it lies.

    Raises:
        CorruptFileError: A file of it is missing from the store, or damaged.
    """
    known = _taken(record, workbench)
    return Produced(
        item_id=item.id,
        record=record,
        files=known.files,
        previews=known.previews,
        made=False,
        seeded="seed" not in engine.unused_fields,
    )


@dataclass(frozen=True)
class _Known:
    record: ActionRecord
    files: Mapping[str, StoredFile]
    previews: Mapping[str, StoredFile]


def _known_records(
    fingerprints: Mapping[str, str], workbench: Workbench, progress: Progress
) -> dict[str, ActionRecord]:
    """Return the records of what items are taken from the store; what is damaged is set aside."""
    records = {}
    for print_, item in {print_: item for item, print_ in fingerprints.items()}.items():
        known = look_up(print_, workbench)
        if known.record is not None:
            records[print_] = known.record
        elif known.fault is not None:
            discard(print_, workbench)
            progress.mended(item, known.fault)
    return records


def _taken(record: ActionRecord, workbench: Workbench) -> _Known:
    return _Known(record, _stored(record.outputs, workbench), _stored(record.previews, workbench))


def _stored(files: Mapping[str, OutputFile], workbench: Workbench) -> Mapping[str, StoredFile]:
    return {name: workbench.store.file(file.sha256) for name, file in files.items()}


def _make(
    engine: Engine[RequestT, Any],
    orders: Mapping[str, Item[RequestT]],
    workbench: Workbench,
    progress: Progress,
    control: Control,
) -> Iterator[tuple[str, _Known]]:
    for item in orders.values():
        with named(item.id):
            engine.check(item.request)
    limits, left = workbench.rate_limits, [*orders]
    with (
        unloading(engine),
        limits.admission(engine.name, progress.waiting, control.obey) as admission,
    ):
        while left:
            with named(orders[left[0]].id):
                count = admission.ready([orders[print_] for print_ in left])
            now, left = left[:count], left[count:]
            together = {print_: orders[print_] for print_ in now}
            yield from _make_together(engine, together, workbench, progress, control, admission)


def _make_together(
    engine: Engine[RequestT, Any],
    orders: Mapping[str, Item[RequestT]],
    workbench: Workbench,
    progress: Progress,
    control: Control,
    admission: Admission,
) -> Iterator[tuple[str, _Known]]:
    prints = {item.id: print_ for print_, item in orders.items()}

    def published(finished: Finished) -> tuple[str, _Known]:
        print_ = prints[finished.item_id]
        with changing(workbench.home):
            known = _publish(engine, print_, orders[print_].request, finished, workbench)
            control.needs([print_])
        return print_, known

    with (
        workbench.work_folder() as folder,
        in_work(engine, [*orders.values()], folder, workbench.at_once) as work,
    ):
        try:
            for item in orders.values():
                while work.is_full:
                    yield published(work.finished())
                control.obey(before=item.id)
                progress.working_on(item.id)
                work.begin(item, admission)
            while not work.is_empty:
                yield published(work.finished())
        except Exception:
            # What is in work is finished and kept, whatever keeps others from being begun.
            while not work.is_empty:
                try:
                    yield published(work.finished())
                except (SparkleError, OSError) as another:  # the first one is raised
                    progress.say(str(another))
            raise


def _publish(
    engine: Engine[RequestT, Any],
    print_: str,
    request: Request,
    finished: Finished,
    workbench: Workbench,
) -> _Known:
    outputs = {
        name: _take_in(output, finished.examined[name].facts, workbench)
        for name, output in finished.made.outputs.items()
    }
    previews = {
        name: _take_in(preview, MediaFacts(), workbench)
        for found in finished.examined.values()
        for name, preview in found.previews.items()
    }
    seconds, making = finished.took
    record = ActionRecord(
        fingerprint=print_,
        engine=engine.identity(),
        request=request.model_dump(mode="json"),
        outputs=outputs,
        previews=previews,
        metadata=dict(finished.made.metadata),
        seconds=seconds,
        making=making,
        made_at=datetime.now(UTC),
        versions=versions(),
    )
    workbench.actions.write(record)
    workbench.measurements.add(record)
    return _Known(record, _stored(outputs, workbench), _stored(previews, workbench))


def _take_in(file: MadeFile, facts: MediaFacts, workbench: Workbench) -> OutputFile:
    size = file.path.stat().st_size
    stored = workbench.store.take_in(Path(file.path))
    return OutputFile(
        sha256=stored.sha256, size_bytes=size, media_type=file.media_type, facts=facts
    )
