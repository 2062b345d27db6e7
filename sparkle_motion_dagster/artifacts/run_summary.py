"""Run summaries: what the manifests of a run say, kept in one small file beside them.

Whoever looks at all runs (listing films, collecting what nobody needs) reads one file a run in
place of every manifest and every action record that those name.
"""

import contextlib
import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.actions import ActionLog, files_of
from sparkle_motion_dagster.artifacts.manifests import Signature, signatures_in
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.units import Record

_SUMMARY = ".summary.json"


class RunSummary(Record):
    """What a run's manifests say, and what they reach.

    Attributes:
        run_id: Whose they are.
        manifests: What this was made from: the stages that have a manifest, each with the
            signature of that file.
        records: Every fingerprint that they name, with the inode of its action record when this
            was made (0: there was none), so that a record written anew since is noticed.
        files: The size in bytes of every stored file that they reach by digest: those that they
            list, and all outputs and previews of those action records.
    """

    schema_version: Literal["2"] = "2"
    run_id: str
    manifests: dict[str, Signature]
    records: dict[str, int]
    files: dict[str, int]

    @property
    def changed_at(self) -> datetime | None:
        """When the newest manifest was written; None: there is none."""
        times = [modified_ns for modified_ns, _ in self.manifests.values()]
        return datetime.fromtimestamp(max(times) / 1e9, UTC) if times else None

    def follows(self, records: Mapping[str, os.DirEntry[str]]) -> bool:
        """Tell whether the action records are still those that this was made from.

        Args:
            records: All action records that there are, by fingerprint.
        """
        return all(
            _is_inode(records.get(fingerprint), inode)
            for fingerprint, inode in self.records.items()
        )


def summary_of(folder: RunFolder, actions: ActionLog) -> RunSummary:
    """Return what a run's manifests say: as it was kept, or anew where a manifest has changed.

    Raises:
        UnreadableRecordError: A manifest or an action record cannot be read.
    """
    signatures = signatures_in(folder.path)
    kept = _kept(folder)
    if kept is not None and (kept.run_id, kept.manifests) == (folder.run_id, signatures):
        return kept
    return summarize(folder, actions)


def summarize(folder: RunFolder, actions: ActionLog) -> RunSummary:
    """Return what a run's manifests say, read from them, and keep it for the next time.

    Raises:
        UnreadableRecordError: A manifest or an action record cannot be read.
    """
    # Taken before reading: what changes while it is read will not be mistaken for it.
    signatures = signatures_in(folder.path)
    manifests = [found for stage in sorted(signatures) if (found := folder.read(stage))]
    listed = {
        artifact.sha256: artifact.size_bytes
        for manifest in manifests
        for artifact in manifest.artifacts
    }
    records, files = _reached(manifests, actions)
    summary = RunSummary(
        run_id=folder.run_id, manifests=signatures, records=records, files=files | listed
    )
    if signatures:
        _keep(folder, summary)
    return summary


def _reached(
    manifests: list[StageManifest], actions: ActionLog
) -> tuple[dict[str, int], dict[str, int]]:
    fingerprints = {
        artifact.fingerprint for manifest in manifests for artifact in manifest.artifacts
    }
    records = {}
    files = {}
    for fingerprint in sorted(fingerprints):
        records[fingerprint] = _inode(actions.path_of(fingerprint))
        record = actions.find(fingerprint)
        for file in files_of(record) if record else ():
            files[file.sha256] = file.size_bytes
    return records, files


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def _is_inode(entry: os.DirEntry[str] | None, inode: int) -> bool:
    if entry is None:
        return inode == 0
    # Some layered file systems list another number than they tell when they are asked.
    return entry.inode() == inode or entry.stat().st_ino == inode


def _kept(folder: RunFolder) -> RunSummary | None:
    try:
        return RunSummary.model_validate_json((folder.path / _SUMMARY).read_bytes())
    except (FileNotFoundError, ValidationError):
        # Made anew from the manifests; nothing is lost.
        return None


def _keep(folder: RunFolder, summary: RunSummary) -> None:
    temporary = folder.path / f"{_SUMMARY}.{uuid.uuid4().hex}"
    # Only a cache: a full disk must not keep anybody from collecting, nor a read-only one from
    # looking. Renamed, not fsynced: what is cut short is made anew.
    with contextlib.suppress(OSError):
        try:
            temporary.write_text(summary.model_dump_json(), encoding="utf-8")
            temporary.replace(folder.path / _SUMMARY)
        finally:
            temporary.unlink(missing_ok=True)
