"""Restoring: an archived run, copied back into a home, once the archive has been checked.

Nothing of the run is published before all of it is in the store, every byte compared with the
index. What is restored is what the run's manifests name, under their own names: an archive cannot
bring in anything else. Its manifests, action records, states and reviews themselves are believed:
restore from places that you trust.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.actions import ActionLog, files_of
from sparkle_motion_dagster.artifacts.archive.index import (
    LARGEST_DOCUMENT,
    ArchivedFile,
    ArchiveIndex,
    Kind,
    Transfer,
    read_index,
    run_path,
)
from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder
from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.choices import CHOICES, Choices
from sparkle_motion_dagster.artifacts.errors import (
    CorruptFileError,
    UnreadableRecordError,
    UnreadableStateError,
    explained_full_disk,
)
from sparkle_motion_dagster.artifacts.film_state import STATE, FilmState
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import ActionRecord, StageManifest, content_digest
from sparkle_motion_dagster.artifacts.old_state import holds_state
from sparkle_motion_dagster.artifacts.run_folder import RunFolder, is_file_name
from sparkle_motion_dagster.artifacts.state_file import state_in
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.units import Record

RecordT = TypeVar("RecordT", bound=Record)


class RunExistsError(InputError):
    """Another run has the id that is to be restored."""


class OtherRun(StrEnum):
    """What becomes of another run of the same id."""

    STAYS = "stays"
    IS_REPLACED = "is replaced"


@dataclass(frozen=True)
class _Archived:
    """An archived run as it was read: the index, and its documents, checked against it.

    ``choices`` is what people have chosen of its takes. ``notes`` are the other JSON files of its
    folder as well as theirs, by their names.
    """

    index: ArchiveIndex
    manifests: Mapping[str, StageManifest]
    records: Mapping[str, ActionRecord]
    state: FilmState
    choices: Choices
    notes: Mapping[str, bytes]

    def named_files(self) -> dict[str, str]:
        """Return the digests of all files that must be there, and what names each."""
        return {
            file.sha256: f"action record {record.fingerprint}"
            for record in self.records.values()
            for file in files_of(record)
        } | {
            artifact.sha256: f"manifest of {manifest.stage}"
            for manifest in self.manifests.values()
            for artifact in manifest.artifacts
        }


def restore_run(
    home: SparkleHome,
    run_id: str,
    root: RemoteFolder,
    last_stage: str,
    other: OtherRun = OtherRun.STAYS,
) -> Transfer:
    """Copy an archived run back into a home, and publish it.

    Args:
        home: Where it is copied to.
        run_id: Which run.
        root: The archive.
        last_stage: The stage with which a run is finished.
        other: What becomes of another run with its id.

    Raises:
        NotArchivedError: There is no archive of it.
        RunExistsError: Another run has its id, and is not to be replaced.
        RunBusyError: The run of that id is being rendered.
        UnreadableRecordError, CorruptFileError: A file of the archive is damaged or missing, and
            nothing was published.
        RemoteError: The archive cannot be read.
        StorageFullError: The disk is full.
    """
    archived = _read(root, read_index(root, run_id))
    folder = RunFolder(home, run_id)
    with folder.held(doing="restored"), explained_full_disk(home.root):
        if other is OtherRun.STAYS:
            _check_same(folder, archived)
        with changing(home):
            # Whatever of it is in the store, or will be in a moment, stays until it is published.
            folder.keep([*archived.records, *archived.named_files()])
        transfer = _fetch(home, root, archived)
        if other is OtherRun.IS_REPLACED:
            _clear(folder, archived)
        _publish(home, folder, archived)
        if last_stage in archived.manifests:
            folder.forget_kept()
    return transfer


def _read(root: RemoteFolder, index: ArchiveIndex) -> _Archived:
    """Return an archived run, as far as it is not stored files, checked in itself."""
    manifests = {}
    for file in index.of(Kind.MANIFEST):
        manifest = _document(StageManifest, root, file)
        if not _is_sound(manifest, index.run_id, file.name):
            raise UnreadableRecordError(f"{root}/{file.path} contradicts itself or its place.")
        manifests[manifest.stage] = manifest
    records = {}
    for file in index.of(Kind.ACTION):
        record = _document(ActionRecord, root, file)
        if record.fingerprint != file.name:
            raise UnreadableRecordError(f"{root}/{file.path} names another fingerprint.")
        records[record.fingerprint] = record
    documents = {file.name: _bytes(root, file) for file in index.of(Kind.STATE)}
    notes = {name: data for name, data in documents.items() if not holds_state(name)}
    state = _state(root, index.run_id, documents)
    choices = _choices(root, index.run_id, documents)
    archived = _Archived(index, manifests, records, state, choices, notes)
    _check_complete(root, archived)
    return archived


def _state(root: RemoteFolder, run_id: str, documents: Mapping[str, bytes]) -> FilmState:
    try:
        return state_in(documents, Path())
    except UnreadableStateError as error:
        damaged = run_path(run_id, error.path.as_posix())
        raise UnreadableRecordError(
            f"{root}/{damaged} is damaged, and was so when it was archived. Archive {run_id} once "
            f"more, from the home that it came from; or remove {damaged} from there and from its "
            "line in archive.json: the film itself is not affected. Nothing was restored."
        ) from error


def _choices(root: RemoteFolder, run_id: str, documents: Mapping[str, bytes]) -> Choices:
    if CHOICES not in documents:
        return Choices()
    try:
        return Choices.model_validate_json(documents[CHOICES])
    except ValidationError as error:
        raise UnreadableRecordError(
            f"{root}/{run_path(run_id, CHOICES)} is no choices of takes. Nothing was restored."
        ) from error


def _check_complete(root: RemoteFolder, archived: _Archived) -> None:
    """Make sure that an archive lists all that its manifests and choices name, and nothing else."""
    run_id = archived.index.run_id
    listed = {file.sha256 for file in archived.index.of(Kind.STORED)}
    named = archived.named_files()
    for digest, named_by in named.items():
        if digest not in listed:
            raise UnreadableRecordError(
                f"The archive of {run_id} in {root} is incomplete: the {named_by} names file "
                f"{digest}, which its index does not list."
            )
    fingerprints = {
        artifact.fingerprint
        for manifest in archived.manifests.values()
        for artifact in manifest.artifacts
    }
    fingerprints |= archived.choices.fingerprints
    strangers = [*sorted(archived.records.keys() - fingerprints), *sorted(listed - named.keys())]
    if strangers:
        raise UnreadableRecordError(
            f"The archive of {run_id} in {root} cannot be trusted: its index lists {strangers[0]}, "
            "which no manifest of the run asks for, nor its choices. Nothing was restored."
        )


def _is_sound(manifest: StageManifest, run_id: str, stage: str) -> bool:
    return (
        (manifest.run_id, manifest.stage) == (run_id, stage)
        and manifest.content_digest == content_digest(manifest.artifacts)
        and all(is_file_name(artifact.file) for artifact in manifest.artifacts)
    )


def _document(kind: type[RecordT], root: RemoteFolder, file: ArchivedFile) -> RecordT:
    try:
        return kind.model_validate_json(_bytes(root, file))
    except ValidationError as error:
        raise UnreadableRecordError(f"{root}/{file.path} is no {file.kind}.") from error


def _bytes(root: RemoteFolder, file: ArchivedFile) -> bytes:
    if file.size_bytes > LARGEST_DOCUMENT:
        raise CorruptFileError(f"{root}/{file.path} is too large for a document.")
    return b"".join(_checked_blocks(root, file))


def _checked_blocks(root: RemoteFolder, file: ArchivedFile) -> Iterator[bytes]:
    """Yield an archived file's bytes; at its end, they have turned out to be the right ones.

    Raises:
        CorruptFileError: They are not.
    """
    digest = hashlib.sha256()
    left = file.size_bytes
    try:
        for block in root.blocks(file.path):
            left -= len(block)
            digest.update(block)
            if left < 0:
                break
            yield block
    except FileNotFoundError as error:
        raise CorruptFileError(f"{root}/{file.path} is missing. Nothing was restored.") from error
    if left or digest.hexdigest() != file.sha256:
        raise CorruptFileError(
            f"{root}/{file.path} is damaged: its bytes are not those that were archived. Nothing "
            "was restored."
        )


def _check_same(folder: RunFolder, archived: _Archived) -> None:
    for stage in folder.stages():
        here, there = folder.read(stage), archived.manifests.get(stage)
        if here is None:
            continue
        if there is None or (here.profile, here.plan_digest, here.content_digest) != (
            there.profile,
            there.plan_digest,
            there.content_digest,
        ):
            raise RunExistsError(
                f"There is another {folder.run_id} in {folder.path}: its {stage} is not the "
                "archived one. Archive it, or remove it; or give --replace, and it is lost."
            )


def _fetch(home: SparkleHome, root: RemoteFolder, archived: _Archived) -> Transfer:
    """Take in the stored files and the action records that the home does not have."""
    store, actions = Store(home.store), ActionLog(home.actions)
    copied = []
    for file in archived.index.of(Kind.STORED):
        if store.path_of(file.sha256).exists():
            store.file(file.sha256)
        else:
            store.write_blocks(_checked_blocks(root, file))
            copied.append(file)
    for fingerprint, record in archived.records.items():
        if actions.find(fingerprint) is None:
            actions.write(record)
    return Transfer.of(archived.index.files, copied)


def _clear(folder: RunFolder, archived: _Archived) -> None:
    """Make room: withdraw another run's stages, and remove those that the archived run has not."""
    for stage in list(folder.stages()):
        folder.withdraw(stage)
        if stage not in archived.manifests:
            shutil.rmtree(folder.stage(stage))
    for document in folder.path.glob("*.json"):
        if document.name != STATE:
            document.unlink()
    folder.finished.path.unlink(missing_ok=True)
    folder.state.change(lambda state: FilmState(holder=state.holder))


def _publish(home: SparkleHome, folder: RunFolder, archived: _Archived) -> None:
    store = Store(home.store)
    # What a person has decided here since stays.
    folder.state.change(lambda state: state.completed_with(archived.state))
    for name, data in archived.notes.items():
        if not (folder.path / name).exists():
            write_atomically(folder.path / name, data)
    for manifest in archived.manifests.values():
        folder.publish(manifest, store)
