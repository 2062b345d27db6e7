"""Pins: items that stay as they are, whatever is edited that they are made from."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import ActionRecord, Artifact
from sparkle_motion_dagster.engines.base import Engine, RequestT
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import whose
from sparkle_motion_dagster.film.takes.fit import Misfit
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.loop import Item, Produced, fingerprint
from sparkle_motion_dagster.production.workbench import Workbench

PINNED = "pinned"
"""Under what an artifact's metadata says that its item is pinned."""

STALE = "stale"
"""Under what it lists the fields in which the item would be made otherwise, if it were not."""


class PinnedError(SparkleError):
    """What an item is pinned to is not there, or does not fit the film: ``why``, in short."""

    retryable = False

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


def pinned_to(
    engine: Engine[RequestT, Any],
    item: Item[RequestT],
    print_: Sha256,
    misfit: Misfit,
    run_id: str,
    workbench: Workbench,
) -> Produced:
    """Return what an item is pinned to, from the store.

    Args:
        engine: Who would make it.
        item: What would be asked for.
        print_: The fingerprint of what it is pinned to.
        misfit: Says in what that does not fit.
        run_id: The film.
        workbench: Where it lies.

    Raises:
        PinnedError: It is missing or damaged there, or does not fit the film.
    """
    called = whose(item.id)
    unpin = f"`sparkle unpin {run_id} {called}` has it made as the plan asks for it now"
    known = look_up(print_, workbench)
    if (record := known.record) is None:
        gone = f"it is gone ({known.fault or 'its action record is missing'})"
        raise PinnedError(
            f"What {called} is pinned to is not there any more: {gone}. Restore the film from an "
            f"archive; or {unpin}.",
            gone,
        )
    if (why := misfit(item, record)) is not None:
        raise PinnedError(
            f"{called} is pinned to what does not fit the film any more: {why}. Undo the edit that "
            f"asks for that; or {unpin}.",
            why,
        )
    store = workbench.store
    return Produced(
        item_id=item.id,
        record=record,
        files={name: store.file(file.sha256) for name, file in record.outputs.items()},
        previews={name: store.file(file.sha256) for name, file in record.previews.items()},
        made=False,
        seeded="seed" not in engine.unused_fields,
        told=_told(engine, item.request, record),
    )


def stale_pins(run_id: str, artifacts: Iterable[Artifact]) -> Iterator[str]:
    """Yield which items of a stage are pinned to what would be made otherwise now, a sentence each.

    Args:
        run_id: The film.
        artifacts: What the stage leaves.
    """
    stale = {one.id: fields for one in artifacts if (fields := one.metadata.get(STALE))}
    for item, fields in stale.items():
        named = ", ".join(map(str, fields)) if isinstance(fields, list) else ""
        yield (
            f"{whose(item)} is pinned and stale: it would be made with another {named} now. "
            f"`sparkle explain {run_id}` says how; `sparkle unpin {run_id} {whose(item)}` has it "
            "follow the plan"
        )


def _told(
    engine: Engine[RequestT, Any], request: RequestT, record: ActionRecord
) -> dict[str, JsonValue]:
    if fingerprint(engine, request) == record.fingerprint:
        return {PINNED: True}
    was = _compared(record.engine.model_dump(mode="json"), record.request, engine)
    asked = request.model_dump(mode="json")
    will_be = _compared(engine.identity().model_dump(mode="json"), asked, engine)
    fields = dict.fromkeys((*was, *will_be))
    return {PINNED: True, STALE: [name for name in fields if was.get(name) != will_be.get(name)]}


def _compared(
    identity: JsonValue, request: Mapping[str, JsonValue], engine: Engine[Any, Any]
) -> dict[str, JsonValue]:
    used = {name: said for name, said in request.items() if name not in engine.unused_fields}
    return {"engine": identity, **used}
