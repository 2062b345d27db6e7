"""Pruning: removing runs that may go, and what nobody needs once they are gone.

A plan is made from one look at everything; carrying it out looks again, while nobody else can
change what is stored. Runs go first, then action records, then stored files: whatever ends it
early leaves things that nobody needs, never something that is needed and gone.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from pydantic import ByteSize

from sparkle_motion_dagster.artifacts.atomic import fsync_folder
from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.deleting import delete
from sparkle_motion_dagster.artifacts.errors import RunBusyError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.reachability import (
    Survey,
    reached_besides,
    reached_by,
    survey,
)
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.uploads import UploadLog
from sparkle_motion_dagster.operations.inbox.memory import dismiss
from sparkle_motion_dagster.operations.prune.retention import (
    Eviction,
    PrunePolicy,
    bytes_missing,
    evictions,
)

_WRITERS_PATIENCE = timedelta(days=1)
"""A temporary file that is older is nobody's any more."""

Spared: TypeAlias = Callable[[], Collection[str]]


@dataclass(frozen=True)
class Garbage:
    """What nobody needs: action records, stored files, and what interrupted work left behind.

    ``uploads`` are the records of uploads that were kept long enough; ``size_bytes`` is the size of
    the stored files.
    """

    records: tuple[Path, ...]
    files: tuple[Path, ...]
    uploads: tuple[Path, ...]
    leftovers: tuple[Path, ...]
    size_bytes: int


@dataclass(frozen=True)
class PrunePlan:
    """What goes: runs, and what nobody needs without them.

    ``store_bytes`` is the size of the store afterwards, and ``bytes_missing`` how much more would
    have to go for the sizes that were asked for.
    """

    evictions: tuple[Eviction, ...]
    garbage: Garbage
    store_bytes: int
    bytes_missing: int


def plan_prune(
    home: SparkleHome, policy: PrunePolicy, now: datetime, spared: Spared = frozenset
) -> PrunePlan:
    """Say what would go; nothing is removed.

    Args:
        home: What is to be pruned.
        policy: What may go.
        now: Ages are counted back from this moment.
        spared: Says which runs stay, because somebody has ordered that they are worked on; asked
            while nobody can change what is stored.

    Raises:
        UnreadableRecordError: What is needed cannot be told, because a manifest, an action
            record or the state of a film that would go cannot be read.
        StoreBusyError: Another process has been changing what is stored for ten minutes.
    """
    with changing(home):
        found = survey(home)
        return _plan(found, policy, now, evictions(found, policy, now, spared()))


def carry_out(
    home: SparkleHome, policy: PrunePolicy, now: datetime, spared: Spared = frozenset
) -> PrunePlan:
    """Remove what may go, while other runs go on, and return what went.

    The arguments are those of `plan_prune`.

    Raises:
        UnreadableRecordError, StoreBusyError: As for `plan_prune`; nothing was removed.
    """
    with changing(home):
        found = survey(home)
        chosen = evictions(found, policy, now, spared())
        dismiss(home, (eviction.run_id for eviction in chosen))
        gone = [
            (eviction, removed)
            for eviction in chosen
            if (removed := _detach(RunFolder(home, eviction.run_id)))
        ]
        plan = _plan(found, policy, now, [eviction for eviction, _ in gone])
        collect(home, plan.garbage, [removed for _, removed in gone])
    return plan


def described(plan: PrunePlan) -> list[str]:
    """Return what goes, line by line."""
    garbage = plan.garbage
    lines = [
        f"{eviction.run_id}: {eviction.reason} ({size_text(eviction.size_bytes)}){_kept(eviction)}"
        for eviction in plan.evictions
    ]
    lines.append(
        f"{len(plan.evictions)} runs, {len(garbage.records)} action records, "
        f"{len(garbage.files)} stored files ({size_text(garbage.size_bytes)}), "
        f"{len(garbage.uploads)} uploads that no film uses and "
        f"{len(garbage.leftovers)} leftovers of interrupted work. The store holds "
        f"{size_text(plan.store_bytes)} without them."
    )
    if plan.bytes_missing:
        lines.append(
            f"That is not enough: {size_text(plan.bytes_missing)} more would have to go. What "
            "stays is needed by finished films, by runs that are going on, are in the queue or are "
            "asked to go on, or was made too recently."
        )
    return lines


def _kept(eviction: Eviction) -> str:
    """Return what goes that people had put into a run's folder, as the rest of a line."""
    return f", and with it, of yours: {', '.join(eviction.kept)}" if eviction.kept else ""


def size_text(size_bytes: int) -> str:
    """Return a size as people read it, in decimal units."""
    return ByteSize(size_bytes).human_readable(decimal=True, separator=" ")


def _plan(
    found: Survey, policy: PrunePolicy, now: datetime, gone: Collection[Eviction]
) -> PrunePlan:
    garbage = _garbage(found, policy, now, {eviction.run_id for eviction in gone})
    store_bytes = sum(found.sizes.values()) - garbage.size_bytes
    return PrunePlan(
        evictions=tuple(gone),
        garbage=garbage,
        store_bytes=store_bytes,
        bytes_missing=bytes_missing(found.home, policy, store_bytes, garbage.size_bytes),
    )


def _garbage(found: Survey, policy: PrunePolicy, now: datetime, gone: Collection[str]) -> Garbage:
    staying = reached_by(run for run in found.runs if run.folder.run_id not in gone)
    kept = staying | reached_besides(found, staying, now, policy.record_age)
    sizes, uploads = found.sizes, UploadLog(found.home.uploads)
    records = sorted(found.records.keys() - kept.records)
    files = sorted(found.files.keys() - kept.files)
    abandoned = [path for path in found.unfinished if _older_than(now - _WRITERS_PATIENCE, path)]
    return Garbage(
        records=tuple(Path(found.records[fingerprint].path) for fingerprint in records),
        files=tuple(Path(found.files[digest].path) for digest in files),
        uploads=tuple(map(uploads.path_of, sorted(found.uploads.keys() - kept.files))),
        leftovers=(*found.removed, *abandoned),
        size_bytes=sum(sizes[digest] for digest in files),
    )


def _older_than(moment: datetime, path: Path) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        # Its writer has just finished it.
        return False


def _detach(folder: RunFolder) -> Path | None:
    """Make a run vanish.

    Returns:
        The folder that is to be deleted; None: the run began just now, and stays.
    """
    try:
        with folder.held(doing="removed"):
            return folder.detach()
    except RunBusyError:
        return None


def collect(home: SparkleHome, garbage: Garbage, removed: Iterable[Path]) -> None:
    """Delete what has gone; each kind is off the disk before what it needed, power cuts or not."""
    if home.runs.exists():
        fsync_folder(home.runs)
    records = (*garbage.records, *garbage.uploads)
    for record in records:
        record.unlink(missing_ok=True)
    for shelf in {record.parent for record in records}:
        fsync_folder(shelf)
    for file in garbage.files:
        file.unlink(missing_ok=True)
    for leftover in (*removed, *garbage.leftovers):
        delete(leftover)
