"""Run folders: what each stage of a run left behind, under the names that people expect."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.atomic import fsync_folder, write_atomically
from sparkle_motion_dagster.artifacts.errors import (
    RunBusyError,
    StorageError,
    UnreadableRecordError,
    explained_full_disk,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.links import link_or_copy
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.store import Store

MANIFEST = "manifest.json"
_LOCK_TIMEOUT_S = 60.0
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class RunFolder:
    """The folder of one run: ``<stage>/manifest.json`` and the files that it names."""

    def __init__(self, home: SparkleHome, run_id: str) -> None:
        if not run_id or Path(run_id).name != run_id or run_id.startswith("."):
            raise StorageError(f"{run_id!r} cannot be the name of a run's folder")
        self.run_id = run_id
        self.path = home.runs / run_id

    def stage(self, stage: str) -> Path:
        """Return the folder of a stage."""
        return self.path / stage

    def stages(self) -> Iterator[str]:
        """Yield the stages that have a manifest, sorted."""
        for manifest in sorted(self.path.glob(f"*/{MANIFEST}")):
            yield manifest.parent.name

    def read(self, stage: str) -> StageManifest | None:
        """Return the manifest of a stage, or None if the stage has left nothing.

        Raises:
            UnreadableRecordError: There is a manifest, but it cannot be read.
        """
        path = self.stage(stage) / MANIFEST
        if not path.exists():
            return None
        mend = (
            f"Run `sparkle verify {self.run_id} --repair`, then render again: finished work is "
            "taken from the store."
        )
        try:
            manifest = StageManifest.model_validate_json(path.read_bytes())
        except (ValidationError, OSError) as error:
            raise UnreadableRecordError(
                f"Manifest {path} cannot be read: it is truncated or damaged. {mend}"
            ) from error
        if (manifest.run_id, manifest.stage) != (self.run_id, stage):
            raise UnreadableRecordError(
                f"Manifest {path} is that of {manifest.stage} of {manifest.run_id}. {mend}"
            )
        return manifest

    def publish(self, manifest: StageManifest, store: Store) -> None:
        """Show a stage's files in its folder, and write its manifest last.

        Files that no longer belong are removed; folders that somebody made there are left alone.

        Raises:
            UnreadableRecordError: The manifest that is there now is damaged.
            StorageFullError: The disk is full.
            RunBusyError: Another process has been publishing this run for a minute.
            CorruptFileError: A file that the manifest names is damaged or not in the store.
            StorageError: The manifest names a file that cannot be shown under that name.
        """
        names = {artifact.file for artifact in manifest.artifacts}
        for name in names:
            if not _FILE_NAME.fullmatch(name) or name == MANIFEST:
                raise StorageError(f"{manifest.stage} names a file {name!r}, which is not allowed")
        folder = self.stage(manifest.stage)
        folder.mkdir(parents=True, exist_ok=True)
        with self._locked(), explained_full_disk(folder):
            self.read(manifest.stage)
            (folder / MANIFEST).unlink(missing_ok=True)
            fsync_folder(folder)
            for artifact in manifest.artifacts:
                link_or_copy(store.file(artifact.sha256).path, folder / artifact.file)
            for path in folder.iterdir():
                if path.name not in names and not path.is_dir():
                    path.unlink()
            fsync_folder(folder)
            text = manifest.model_dump_json(indent=1)
            write_atomically(folder / MANIFEST, text.encode())

    def withdraw(self, stage: str) -> None:
        """Remove a stage's manifest, so that the stage counts as not made."""
        with self._locked():
            (self.stage(stage) / MANIFEST).unlink(missing_ok=True)
            fsync_folder(self.stage(stage))

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the run while it is rendered, so that no other process mixes its stages in.

        Raises:
            RunBusyError: Another process holds it; the error names that process.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        holder = self.path / ".held-by"
        lock = FileLock(self.path / ".held", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise RunBusyError(
                f"{self.run_id} is being rendered by {_read_holder(holder)} right now. Wait for it "
                "to end, then try again."
            ) from error
        try:
            holder.write_text(f"process {os.getpid()}", encoding="utf-8")
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self.path / ".lock", timeout=_LOCK_TIMEOUT_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise RunBusyError(
                f"Another process has been publishing {self.run_id} for {_LOCK_TIMEOUT_S:.0f} s. "
                "Wait for it to end, then try again."
            ) from error
        try:
            yield
        finally:
            lock.release()


def _read_holder(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8") or "another process"
    except FileNotFoundError:
        # It is just beginning, or just ending.
        return "another process"
