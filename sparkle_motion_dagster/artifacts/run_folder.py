"""Run folders: what each stage of a run left behind, under the names that people expect."""

import contextlib
import errno
import os
import re
import shlex
import uuid
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY, fsync_folder, write_atomically
from sparkle_motion_dagster.artifacts.choices import ChoicesFile
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.errors import (
    RenamedRunError,
    RunBusyError,
    StorageError,
    UnreadableRecordError,
    explained_full_disk,
)
from sparkle_motion_dagster.artifacts.film_price import PriceFile
from sparkle_motion_dagster.artifacts.film_state import Doing, Holder
from sparkle_motion_dagster.artifacts.finished_items import FinishedItems
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.notes import indexed
from sparkle_motion_dagster.artifacts.keeping import keep_aside
from sparkle_motion_dagster.artifacts.locks import is_locked, locked
from sparkle_motion_dagster.artifacts.manifests import MANIFEST, manifest_in
from sparkle_motion_dagster.artifacts.memo import Memo
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.state_file import StateFile
from sparkle_motion_dagster.artifacts.store import Store

REMOVED = ".removed-"
"""How the names of run folders begin that are no runs any more, and about to be deleted."""

_HOLD_TIMEOUT_S = 0.5
"""Whoever only asks whether a run is held, holds it for an instant."""

FILE_NAME = r"[A-Za-z0-9][A-Za-z0-9._@-]{0,127}"
"""The names, as a regular expression, of what is shown in a run folder."""


def is_file_name(name: str) -> bool:
    """Tell whether a stage may show a file under a name."""
    return re.fullmatch(FILE_NAME, name) is not None and name != MANIFEST


class RunFolder:
    """The folder of one run: ``<stage>/manifest.json`` and the files that it names."""

    def __init__(self, home: SparkleHome, run_id: str) -> None:
        if not run_id or Path(run_id).name != run_id or run_id.startswith("."):
            raise StorageError(f"{run_id!r} cannot be the name of a run's folder")
        self.run_id = run_id
        self.path = home.runs / run_id
        self.home = home
        self.state = StateFile(self.path)
        self.finished = FinishedItems(self.path)
        self.choices = ChoicesFile(self.path)
        self.price = PriceFile(self.path)

    def stage(self, stage: str) -> Path:
        """Return the folder of a stage."""
        return self.path / stage

    def memo(self, stage: str) -> Memo:
        """Return what was found out of a stage's files."""
        return Memo(self.path / ".memo" / stage)

    def stages(self) -> Iterator[str]:
        """Yield the stages that have a manifest, sorted."""
        for manifest in sorted(self.path.glob(f"*/{MANIFEST}")):
            yield manifest.parent.name

    def shows_anything(self) -> bool:
        """Tell whether there is anything to see of the run."""
        return any(path.name[0] != "." for path in self.path.glob("*"))

    def read(self, stage: str) -> StageManifest | None:
        """Return the manifest of a stage, or None if the stage has left nothing.

        Raises:
            UnreadableRecordError: There is a manifest, but it cannot be read.
            RenamedRunError: All manifests here are those of another run.
        """
        path = self.stage(stage) / MANIFEST
        if not path.exists():
            return None
        mend = (
            "Render the film again, or run `sparkle verify "
            f"{self.run_id} --repair` before: finished work is taken from the store."
        )
        manifest = manifest_in(path)
        if manifest is None:
            raise UnreadableRecordError(
                f"Manifest {path} cannot be read: it is truncated or damaged. {mend}"
            )
        if manifest.run_id != self.run_id and self._is_of(manifest.run_id):
            raise RenamedRunError(self._renamed(manifest.run_id))
        if (manifest.run_id, manifest.stage) != (self.run_id, stage):
            raise UnreadableRecordError(
                f"Manifest {path} is that of {manifest.stage} of {manifest.run_id}. {mend}"
            )
        return manifest

    def readable(self, stage: str) -> StageManifest | None:
        """Return the manifest of a stage; None: it has left nothing, or nothing that can be read.

        Raises:
            RenamedRunError: As `read` says.
        """
        try:
            return self.read(stage)
        except RenamedRunError:
            raise
        except UnreadableRecordError:
            return None

    def manifests(self) -> dict[str, StageManifest]:
        """Return the manifests that can be read, by stage.

        Raises:
            RenamedRunError: As `read` says.
        """
        found = {stage: self.readable(stage) for stage in self.stages()}
        return {stage: manifest for stage, manifest in found.items() if manifest is not None}

    def publish(self, manifest: StageManifest, store: Store) -> tuple[Path, ...]:
        """Show a stage's files in its folder, and write its manifest last.

        Files that no longer belong are removed; folders that somebody made there, and hidden files,
        are left alone. Whoever publishes holds the run, see `held`.

        Returns:
            Where files lie now that were in the way, and that nobody but a person can have put
            there: the store does not have them.

        Raises:
            UnreadableRecordError: The manifest that is there now is damaged.
            StorageFullError: The disk is full.
            CorruptFileError: A file that the manifest names is damaged or not in the store.
            StorageError: The manifest names a file that cannot be shown under that name.
        """
        names = {artifact.file for artifact in manifest.artifacts}
        for name in names:
            if not is_file_name(name):
                raise StorageError(f"{manifest.stage} names a file {name!r}, which is not allowed")
        with indexed(self.home, self.run_id):
            return self._publish(manifest, names, store)

    def _publish(
        self, manifest: StageManifest, names: Collection[str], store: Store
    ) -> tuple[Path, ...]:
        folder, kept = self.stage(manifest.stage), list[Path]()
        if os.path.lexists(folder) and not folder.is_dir():
            kept.append(keep_aside(self.path, folder))
        folder.mkdir(parents=True, exist_ok=True)
        with explained_full_disk(folder):
            self.read(manifest.stage)
            (folder / MANIFEST).unlink(missing_ok=True)
            fsync_folder(folder)
            for artifact in manifest.artifacts:
                stored, shown = store.file(artifact.sha256).path, folder / artifact.file
                if not (shown.is_file() and shown.samefile(stored)):
                    kept += self._room_at(shown, store)
                    store.show(artifact.sha256, shown)
            for path in list(folder.iterdir()):
                is_left_alone = path.is_dir() and not path.is_symlink()
                if path.name.startswith(TEMPORARY):
                    path.unlink()
                elif path.name not in names and path.name[0] != "." and not is_left_alone:
                    kept += self._room_at(path, store)
                    path.unlink(missing_ok=True)
            fsync_folder(folder)
            text = manifest.model_dump_json(indent=1)
            write_atomically(folder / MANIFEST, text.encode())
        return tuple(kept)

    def _room_at(self, path: Path, store: Store) -> Iterator[Path]:
        """Keep aside what lies at a path and is not in the store; yields where it lies then."""
        is_file = path.is_file() and not path.is_symlink()
        if os.path.lexists(path) and not (is_file and store.is_sound(digest_file(path))):
            yield keep_aside(self.path, path)

    def withdraw(self, stage: str) -> None:
        """Remove a stage's manifest, so that the stage counts as not made."""
        with indexed(self.home, self.run_id):
            (self.stage(stage) / MANIFEST).unlink(missing_ok=True)
            fsync_folder(self.stage(stage))

    @contextlib.contextmanager
    def held(self, dagster_run: str | None = None, doing: Doing = "rendered") -> Iterator[None]:
        """Hold the run while it is worked on, so that no other process mixes its stages in.

        The system frees the lock of a process that dies, whatever kills it.

        Args:
            dagster_run: The id of the Dagster run that renders it, if one does.
            doing: What happens to the run.

        Raises:
            RunBusyError: Another process holds it; the error names that process.
        """
        holder = Holder(
            pid=os.getpid(), dagster_run=dagster_run, doing=doing, since=datetime.now(UTC)
        )
        with self._taken() as held:
            held.callback(self._let_go, holder)
            if dagster_run is not None:
                self.finished.begin(dagster_run)
            self.state.change(lambda state: state.with_holder(holder))
            yield

    def detach(self) -> Path:
        """Make the run vanish at once, so that none is ever half there. Whoever does it holds it.

        Returns:
            The folder that is to be deleted.

        Raises:
            StorageError: It cannot vanish, as it is a mount.
        """
        try:
            with indexed(self.home, self.run_id):
                return self.path.rename(self.path.with_name(f"{REMOVED}{uuid.uuid4().hex}"))
        except OSError as error:
            if error.errno not in (errno.EBUSY, errno.EXDEV):
                raise
            raise StorageError(
                f"{self.path} is a mount of its own, and cannot be removed while it is one "
                f"({error.strerror}). Unmount it, then try again."
            ) from error

    def is_held(self) -> bool:
        """Tell whether a living process holds the run."""
        return is_locked(self._held)

    def holder(self) -> Holder | None:
        """Return who holds the run now; None: nobody does, or did not say so yet."""
        return self.state.read().holder if self.is_held() else None

    def stale_holder(self) -> Holder | None:
        """Return who held the run and died without letting go; None: nobody did."""
        before = self.state.read().holder
        if before is None or self.is_held():
            return None
        # Whoever let go took the name away first; another name is that of somebody who began since.
        return before if before == self.state.read().holder else None

    def keep(self, digests: Iterable[str]) -> None:
        """Keep what the run that holds this folder is going to need from being collected.

        Fingerprints of action records and digests of stored files alike. Call it inside of
        `changing`, together with finding or storing them: nothing kept here is collected before
        `forget_kept`, also when the run is paused, fails or dies.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self._reached.open("a", encoding="ascii") as file:
            file.writelines(f"{digest}\n" for digest in digests)

    def forget_kept(self) -> None:
        """Say that the manifests name everything that is needed: the film is finished."""
        self._reached.unlink(missing_ok=True)

    def kept(self) -> frozenset[str]:
        """Return what runs of this film have needed, beside what its manifests name."""
        try:
            return frozenset(self._reached.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return frozenset()

    def _taken(self) -> contextlib.ExitStack:
        while True:
            self.path.mkdir(parents=True, exist_ok=True)
            with contextlib.ExitStack() as stack:
                try:
                    stack.enter_context(locked(self._held, _HOLD_TIMEOUT_S, self._busy))
                except FileNotFoundError:
                    # Whoever held it removed the whole run at this moment: it begins anew.
                    continue
                # Unless it is the lock of a folder that was removed while we waited for it.
                if self._held.exists():
                    return stack.pop_all()

    def _let_go(self, holder: Holder) -> None:
        # What died without coming here still has its name in the state: see `stale_holder`. Where
        # the run itself was removed, the name may be that of somebody who began it anew.
        if self.state.read().holder == holder:
            self.state.change(lambda state: state.with_holder(None))

    def _busy(self) -> RunBusyError:
        said = self.state.read().holder
        doing = f"{said.doing} by {said}" if said else "worked on by another process"
        return RunBusyError(
            f"{self.run_id} is being {doing} right now. Wait for it to end, then try again."
        )

    def _is_of(self, run_id: str) -> bool:
        """Tell whether all manifests that can be read here are those of a run."""
        found = (manifest_in(path) for path in self.path.glob(f"*/{MANIFEST}"))
        return all(manifest.run_id == run_id for manifest in found if manifest is not None)

    def _renamed(self, run_id: str) -> str:
        there = self.path.with_name(run_id)
        render = (
            f"`sparkle render PLAN --run-id {self.run_id}`, which takes all of it from the store"
        )
        if there.exists():
            return (
                f"{self.path} is a copy of the folder of {run_id}, or a link to it, and no film of "
                f"its own. Move it out of {self.path.parent}. For a film {self.run_id}, {render}."
            )
        mv = shlex.join(["mv", str(self.path), str(there)])
        return (
            f"{self.path} is the folder of {run_id} under another name. Name it back: `{mv}`. "
            f"If the film is to be called {self.run_id} from now on, do that first, then "
            f"{render}, and `sparkle remove {run_id}`."
        )

    @property
    def _held(self) -> Path:
        return self.home.held(self.run_id)

    @property
    def _reached(self) -> Path:
        return self.path / ".reached"
