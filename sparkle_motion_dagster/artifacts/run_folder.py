"""Run folders: what each stage of a run left behind, under the names that people expect."""

from __future__ import annotations

import contextlib
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
        try:
            return StageManifest.model_validate_json(path.read_bytes())
        except (ValidationError, OSError) as error:
            raise UnreadableRecordError(
                f"Manifest {path} cannot be read: it is truncated or damaged. Run `sparkle verify "
                f"{self.run_id} --repair`, then render again: finished work is taken from the "
                "store."
            ) from error

    def publish(self, manifest: StageManifest, store: Store) -> None:
        """Show a stage's files in its folder, and write its manifest last.

        Raises:
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
        with self._locked():
            (folder / MANIFEST).unlink(missing_ok=True)
            fsync_folder(folder)
            for artifact in manifest.artifacts:
                link_or_copy(store.file(artifact.sha256).path, folder / artifact.file)
            for path in folder.iterdir():
                if path.name not in names:
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
