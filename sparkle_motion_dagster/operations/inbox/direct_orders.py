"""Orders that people give themselves: of a plan in the inbox, that gives none besides."""

from collections.abc import Collection
from pathlib import Path

from sparkle_motion_dagster.artifacts.errors import RunBusyError
from sparkle_motion_dagster.film.intake import plans_folder
from sparkle_motion_dagster.operations.inbox.contents import PlanContent
from sparkle_motion_dagster.operations.inbox.folder import look_into
from sparkle_motion_dagster.operations.inbox.memory import InboxMemory, SeenFile, SeenFilm
from sparkle_motion_dagster.operations.inbox.orders import OrderedRuns


def check_not_ordered(memory: InboxMemory, run_id: str, runs: OrderedRuns) -> None:
    """Make sure that no order of the inbox for a film is on its way to the queue.

    Raises:
        RunBusyError: One is.
    """
    given: Collection[str] = (
        ()
        if memory.batch is None
        else [order.run_key for order in memory.batch.orders if order.run_id == run_id]
    )
    if any(not runs.is_known(run_key) for run_key in given):
        raise RunBusyError(
            f"The inbox has just ordered {run_id}: it is about to wait in the queue. There is "
            "nothing more to do."
        )


def with_ordered_plan(memory: InboxMemory, plan: Path) -> InboxMemory:
    """Return a memory in which a plan of the inbox was ordered as it is now.

    The inbox does not order it again, not even where that run is paused or fails; it does when the
    file changes, or the film's folder is removed, as if it had ordered it itself.

    Args:
        memory: As it was before.
        plan: The plan's file; of one that lies elsewhere, the inbox knows nothing.

    Raises:
        PlanError: It is no valid plan any more.
        InboxFolderError, OSError: It cannot be read.
    """
    if plan.parent != plans_folder():
        return memory
    there = (one for one in look_into(plan.parent).files if one.path == plan)
    file = next((one for one in there if one.obstacle is None), None)
    if file is None:
        return memory
    content = PlanContent.of(file)
    seen = SeenFile(signature=file.signature, named=dict(content.named), settled=True)
    before = memory.films.get(file.asks_for, SeenFilm())
    ordered = SeenFilm(digest=content.asked, requests=before.requests)
    return memory.model_copy(
        update={
            "files": memory.files | {file.name: seen},
            "films": memory.films | {file.asks_for: ordered},
        }
    )
