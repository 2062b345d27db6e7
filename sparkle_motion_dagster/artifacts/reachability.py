"""Reachability: which action records and stored files somebody needs, and who needs them."""

import os
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from sparkle_motion_dagster.artifacts.actions import ActionLog, files_of
from sparkle_motion_dagster.artifacts.choices import CHOICES
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.listing import entries, shelves
from sparkle_motion_dagster.artifacts.run_folder import REMOVED, RunFolder
from sparkle_motion_dagster.artifacts.run_summary import RunSummary, summarize, summary_of
from sparkle_motion_dagster.artifacts.uploads import KEPT_FOR, UploadLog


@dataclass(frozen=True)
class SurveyedRun:
    """A run as it was found.

    Attributes:
        folder: Where it lies.
        summary: What its manifests reach.
        changed_at: When its newest manifest was written, or else when something was last put into
            its folder.
        held: Whether a living process holds it.
        reach: What it needs: what its manifests reach, all takes that people may choose and what
            they have pinned, and what its runs have written down that they need, going on, paused
            or dead, and have not published yet.
    """

    folder: RunFolder
    summary: RunSummary
    changed_at: datetime
    held: bool
    reach: "Reach"


@dataclass(frozen=True)
class Survey:
    """Everything below a home: its runs, its action records and its stored files by their digests.

    ``uploads`` says when files were uploaded, by their digests. ``unfinished`` are temporary files
    of the store and of the action log; ``removed`` are folders of runs that somebody began to
    delete.
    """

    home: SparkleHome
    runs: tuple[SurveyedRun, ...]
    records: Mapping[str, os.DirEntry[str]]
    files: Mapping[str, os.DirEntry[str]]
    uploads: Mapping[str, datetime]
    unfinished: tuple[Path, ...]
    removed: tuple[Path, ...]

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """The size in bytes of every stored file; only those that no run reaches are asked."""
        sizes: dict[str, int] = {}
        for run in self.runs:
            sizes |= run.summary.files
        for lost in sizes.keys() - self.files.keys():
            del sizes[lost]
        for unreached in self.files.keys() - sizes.keys():
            sizes[unreached] = self.files[unreached].stat().st_size
        return sizes


@dataclass(frozen=True)
class Reach:
    """Fingerprints of action records and digests of stored files that are needed."""

    records: AbstractSet[str]
    files: AbstractSet[str]

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(self.records | other.records, self.files | other.files)


def survey(home: SparkleHome) -> Survey:
    """Look at all runs, records and stored files; inside of `changing`, nothing of it moves.

    Raises:
        UnreadableRecordError: A manifest, an action record that it names, or what was chosen of
            a film's takes, cannot be read. It must not count as reaching nothing.
    """
    actions = ActionLog(home.actions)
    records, files = shelves(home.actions, ".json"), shelves(home.store)
    folders = sorted(entries(home.runs), key=lambda entry: entry.name)
    found = [
        _surveyed(RunFolder(home, entry.name), actions, records.files)
        for entry in folders
        if entry.name[0] != "." and entry.is_dir()
    ]
    return Survey(
        home=home,
        runs=tuple(run for run in found if run is not None),
        records=records.files,
        files=files.files,
        uploads=UploadLog(home.uploads).written(),
        unfinished=(*records.unfinished, *files.unfinished),
        removed=tuple(Path(entry.path) for entry in folders if entry.name.startswith(REMOVED)),
    )


def reached_by(runs: Iterable[SurveyedRun]) -> Reach:
    """Return what runs need."""
    records: set[str] = set()
    files: set[str] = set()
    for run in runs:
        records.update(run.reach.records)
        files.update(run.reach.files)
    return Reach(records, files)


def reached_besides(found: Survey, known: Reach, now: datetime, young: timedelta) -> Reach:
    """Return what stays without any run that needs it.

    That is what was made, or uploaded, not long ago (or, by its time, in the future): somebody may
    be about to use it.

    Args:
        found: What there is.
        known: What runs need, or may.
        now: Ages are counted back from this moment.
        young: How old what was made may be; what was uploaded may be as old as
            `uploads.KEPT_FOR` says.

    Raises:
        UnreadableRecordError: An action record cannot be read.
    """
    since = (now - young).timestamp()
    made = {
        fingerprint
        for fingerprint, entry in found.records.items()
        if fingerprint not in known.records and entry.stat().st_mtime >= since
    }
    uploaded = {digest for digest, at in found.uploads.items() if at >= now - KEPT_FOR}
    return Reach(made, _files_of(made, ActionLog(found.home.actions)) | uploaded)


def _surveyed(
    folder: RunFolder, actions: ActionLog, records: Mapping[str, os.DirEntry[str]]
) -> SurveyedRun | None:
    """Return a run as it is; None: its folder shows nothing."""
    names = {entry.name for entry in entries(folder.path)}
    # Before its manifests: what it needs now is written down there, or published by then.
    held = ".held" in names and folder.is_held()
    needs = folder.kept() if ".reached" in names else frozenset()
    if CHOICES in names:
        needs |= folder.choices.read().fingerprints
    # A run may have begun, and ended, since its folder was listed.
    if not (held or needs or _shows(names) or _shows(entry.name for entry in entries(folder.path))):
        return None
    summary = summary_of(folder, actions)
    if not summary.follows(records):
        summary = summarize(folder, actions)
    changed_at = summary.changed_at
    if changed_at is None:
        changed_at = datetime.fromtimestamp(folder.path.stat().st_mtime, UTC)
    reach = _reach(summary, needs, actions, records)
    return SurveyedRun(folder, summary, changed_at, held, reach)


def _shows(names: Iterable[str]) -> bool:
    return any(name[0] != "." for name in names)


def _reach(
    summary: RunSummary,
    needs: AbstractSet[str],
    actions: ActionLog,
    records: Mapping[str, os.DirEntry[str]],
) -> Reach:
    published = Reach(summary.records.keys(), summary.files.keys())
    if not needs:
        return published
    unpublished = (needs - published.records) & records.keys()
    # Fingerprints and digests are written down alike; no file is named like a fingerprint.
    return published | Reach(unpublished, needs | _files_of(unpublished, actions))


def _files_of(fingerprints: Iterable[str], actions: ActionLog) -> AbstractSet[str]:
    return {
        file.sha256
        for record in map(actions.find, fingerprints)
        if record is not None
        for file in files_of(record)
    }
