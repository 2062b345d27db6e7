"""Pins: items that stay as they are, whatever is edited that they are made from."""

from typing import Any

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.engines.base import Engine, RequestT
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.workbench import Workbench


class PinnedError(SparkleError):
    """What an item is pinned to is not there, or does not fit the film."""

    retryable = False


def pinned_to(
    engine: Engine[RequestT, Any], item: Item[RequestT], fingerprint: Sha256, workbench: Workbench
) -> Produced:
    """Return what an item is pinned to, from the store.

    Raises:
        PinnedError: It is missing or damaged there.
    """
    known = look_up(fingerprint, workbench)
    if known.record is None:
        raise PinnedError(
            f"{item.id} is pinned, and what it is pinned to is gone "
            f"({known.fault or 'its action record is missing'}). Restore the film from an archive, "
            f"or unpin {item.id}: then it is made as the plan asks for it now."
        )
    record, store = known.record, workbench.store
    return Produced(
        item_id=item.id,
        record=record,
        files={name: store.file(file.sha256) for name, file in record.outputs.items()},
        previews={name: store.file(file.sha256) for name, file in record.previews.items()},
        made=False,
        seeded="seed" not in engine.unused_fields,
    )
