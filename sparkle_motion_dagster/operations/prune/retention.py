"""Which runs go, and why: those that are too old, then the oldest, while space is short."""

import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.keeping import kept_files
from sparkle_motion_dagster.artifacts.reachability import (
    Survey,
    SurveyedRun,
    reached_besides,
    reached_by,
)
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.operations.prune.finished_films import FinishedFilms


@dataclass(frozen=True)
class PrunePolicy:
    """What may go.

    Attributes:
        older_than: Runs that have not changed for longer than this go.
        max_bytes: The oldest runs go, until the store is no larger than this.
        free_bytes: The oldest runs go, until the disk has this much free.
        films: Whether that concerns finished films, too, or unfinished ones alone.
        record_age: What no run needs any more stays until it is this old.
    """

    older_than: timedelta | None = None
    max_bytes: int | None = None
    free_bytes: int | None = None
    films: FinishedFilms = FinishedFilms.STAY
    record_age: timedelta = timedelta(days=7)


@dataclass(frozen=True)
class Eviction:
    """A run that goes, why, and the size of the files that nobody needs without it.

    ``kept`` are files that people had put into its folder, and that go with it.
    """

    run_id: str
    reason: str
    size_bytes: int
    kept: tuple[str, ...] = ()


def evictions(
    found: Survey, policy: PrunePolicy, now: datetime, spared: Collection[str]
) -> tuple[Eviction, ...]:
    """Return the runs that go, oldest first.

    Those that are too old go, whatever they free. For a size, only as many go as are needed, and
    none that would free nothing. A run that is held or is to be spared stays.

    Raises:
        UnreadableRecordError: An action record that is needed, or the state of a film that would
            go, cannot be read.
    """
    candidates = _candidates(found, policy, spared)
    if not candidates:
        return ()
    counts = _reference_counts(found, policy, now, candidates)
    unneeded = counts.unreferenced_bytes()
    store_bytes = sum(found.sizes.values()) - unneeded
    missing = bytes_missing(found.home, policy, store_bytes, unneeded)
    chosen: list[tuple[SurveyedRun, Eviction]] = []
    for run in candidates:
        if _too_old(run, policy, now):
            chosen.append((run, _eviction(run, now, "", counts.release(run))))
        elif counts.freed < missing:
            chosen.append((run, _eviction(run, now, "; space is short", counts.release(run))))
    for run, eviction in reversed(chosen):
        if not _too_old(run, policy, now) and counts.needless(run):
            counts.retain(run)
            chosen.remove((run, eviction))
    for run, _ in chosen:
        # Removing it means holding it, and whoever holds a film says so in its state.
        run.folder.state.read()
    return tuple(eviction for _, eviction in chosen)


def bytes_missing(home: SparkleHome, policy: PrunePolicy, store_bytes: int, freed: int) -> int:
    """Return how many bytes are missing to a policy's sizes.

    Args:
        home: Where the store lies.
        policy: What is wanted.
        store_bytes: The size of the store without what is going to be removed.
        freed: The size of that, which the disk does not count as free yet.
    """
    too_large = 0 if policy.max_bytes is None else store_bytes - policy.max_bytes
    too_full = 0 if policy.free_bytes is None else policy.free_bytes - _free_bytes(home) - freed
    return max(0, too_large, too_full)


class _ReferenceCounts:
    """Which files nobody but runs that may go needs, and how many of these runs need each.

    Args:
        sizes: The files that these runs need, or nobody: digest to size in bytes.
        runs: The runs that may go.
    """

    def __init__(self, sizes: Mapping[str, int], runs: Iterable[SurveyedRun]) -> None:
        self._sizes = sizes
        self._counts = Counter(digest for run in runs for digest in self._of(run))
        self.freed = 0

    def unreferenced_bytes(self) -> int:
        """Return the size of the files that none of the runs needs."""
        return sum(size for digest, size in self._sizes.items() if not self._counts[digest])

    def release(self, run: SurveyedRun) -> int:
        """Let go of a run's files; returns the size of those that nobody needs any more."""
        freed = 0
        for digest in self._of(run):
            self._counts[digest] -= 1
            freed += 0 if self._counts[digest] else self._sizes[digest]
        self.freed += freed
        return freed

    def needless(self, run: SurveyedRun) -> bool:
        """Tell whether it frees nothing that this run gave up its counts."""
        return all(self._counts[digest] or not self._sizes[digest] for digest in self._of(run))

    def retain(self, run: SurveyedRun) -> None:
        """Count the files of a run again that were released needlessly."""
        self._counts.update(self._of(run))

    def _of(self, run: SurveyedRun) -> Iterator[str]:
        return (digest for digest in run.reach.files if digest in self._sizes)


def _reference_counts(
    found: Survey, policy: PrunePolicy, now: datetime, candidates: Sequence[SurveyedRun]
) -> _ReferenceCounts:
    going = {run.folder.run_id for run in candidates}
    staying = reached_by(run for run in found.runs if run.folder.run_id not in going)
    kept = staying | reached_besides(found, staying, now, policy.record_age)
    sizes = {digest: size for digest, size in found.sizes.items() if digest not in kept.files}
    return _ReferenceCounts(sizes, candidates)


def _candidates(found: Survey, policy: PrunePolicy, spared: Collection[str]) -> list[SurveyedRun]:
    if policy.older_than is None and policy.max_bytes is None and policy.free_bytes is None:
        return []
    candidates = [
        run
        for run in found.runs
        if not run.held
        and run.folder.run_id not in spared
        and (policy.films is FinishedFilms.MAY_GO or not _is_finished(run))
    ]
    return sorted(candidates, key=lambda run: run.changed_at)


def _is_finished(run: SurveyedRun) -> bool:
    """Tell whether there is a film."""
    return VIDEO_FINAL in run.summary.manifests


def _too_old(run: SurveyedRun, policy: PrunePolicy, now: datetime) -> bool:
    return policy.older_than is not None and now - run.changed_at > policy.older_than


def _eviction(run: SurveyedRun, now: datetime, why: str, size_bytes: int) -> Eviction:
    what = "finished" if _is_finished(run) else "unfinished"
    days = max(0, (now - run.changed_at).days)
    since = {0: "changed less than a day ago", 1: "unchanged for a day"}.get(
        days, f"unchanged for {days} days"
    )
    return Eviction(
        run.folder.run_id, f"{what}, {since}{why}", size_bytes, kept_files(run.folder.path)
    )


def _free_bytes(home: SparkleHome) -> int:
    there = next(folder for folder in (home.root, *home.root.parents) if folder.exists())
    return shutil.disk_usage(there).free
