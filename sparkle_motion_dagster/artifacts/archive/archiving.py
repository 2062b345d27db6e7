"""Archiving: a run and all that it reaches, copied to another place and read back from there."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.actions import ActionLog, files_of
from sparkle_motion_dagster.artifacts.archive.index import (
    LARGEST_DOCUMENT,
    LARGEST_STATES,
    ArchivedFile,
    ArchiveIndex,
    Kind,
    Transfer,
    action_path,
    index_path,
    is_state,
    run_path,
    stored_path,
)
from sparkle_motion_dagster.artifacts.archive.remote import RemoteError, RemoteFolder
from sparkle_motion_dagster.artifacts.digests import digest_bytes
from sparkle_motion_dagster.artifacts.film_state import STATE, FilmState
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.manifests import MANIFEST
from sparkle_motion_dagster.artifacts.models import ActionRecord, StageManifest, StoredFile
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.errors import InputError

_BLOCK = 2**20


class NothingToArchiveError(InputError):
    """A run has made nothing yet."""


class ArchiveInHomeError(InputError):
    """An archive would lie in the home that it is to outlive."""


class StateTooLargeError(InputError):
    """There is more in a run folder than belongs there."""


def archive_run(home: SparkleHome, run_id: str, root: RemoteFolder) -> Transfer:
    """Copy a run to an archive; every file is read back from there before the index is written.

    Raises:
        NothingToArchiveError: The run has no manifest.
        ArchiveInHomeError: The archive would lie in the home itself.
        RunBusyError: The run is being rendered.
        StateTooLargeError: Its folder holds more JSON files than any run leaves there.
        UnreadableRecordError, CorruptFileError: Something of the run is damaged.
        RemoteError: The archive cannot be written, or holds other bytes than were written.
    """
    place = root.local()
    if place is not None and place.is_relative_to(home.root.resolve()):
        raise ArchiveInHomeError(
            f"{root} lies in {home.root}. Choose a folder outside of it, best on another disk."
        )
    folder = RunFolder(home, run_id)
    with folder.held(doing="archived"):
        manifests = [found for stage in folder.stages() if (found := folder.read(stage))]
        if not manifests:
            raise NothingToArchiveError(f"{run_id} has made nothing yet that could be archived.")
        upload = _Upload(root)
        documents = _documents(folder, manifests)
        chosen = folder.choices.read().fingerprints
        named = _send_contents(manifests, chosen, home, upload)
        _send_documents(folder, documents, upload)
        upload.finish(run_id, {*named, *documents})
    return upload.transfer()


class _Upload:
    """Files on their way into an archive, and what is known to lie there, read back."""

    def __init__(self, root: RemoteFolder) -> None:
        self.root = root
        self._there: dict[str, ArchivedFile] = {}
        self._copied: list[ArchivedFile] = []
        self._index: tuple[ArchivedFile, ...] = ()

    def holds(self, path: str, digest: str) -> bool:
        """Tell whether the archive holds a file with these bytes."""
        there = self._there.get(path)
        return (there.sha256 if there else self.root.digest(path)) == digest

    def put_file(self, path: str, file: StoredFile) -> None:
        """Make sure that the archive holds a stored file."""
        entry = ArchivedFile(path=path, size_bytes=file.path.stat().st_size, sha256=file.sha256)
        self._put(entry, _blocks(file.path))

    def put_bytes(self, path: str, data: bytes) -> None:
        """Make sure that the archive holds these bytes."""
        digest = digest_bytes(data)
        self._put(ArchivedFile(path=path, size_bytes=len(data), sha256=digest), iter([data]))

    def adopt(self, path: str, size_bytes: int, digest: str) -> None:
        """Say that the archive `holds` a file."""
        self._there[path] = ArchivedFile(path=path, size_bytes=size_bytes, sha256=digest)

    def finish(self, run_id: str, paths: Collection[str]) -> None:
        """Write the index, which lists these paths.

        Raises:
            RemoteError: An action record is not the one any more that it was.
        """
        self._index = tuple(self._there[path] for path in sorted(paths))
        index = ArchiveIndex(run_id=run_id, files=self._index)
        for record in index.of(Kind.ACTION):
            if self.root.digest(record.path) != record.sha256:
                raise RemoteError(
                    f"{self.root}/{record.path} was replaced while {run_id} was being archived: "
                    "another home archives the same there. Archive it once more."
                )
        text = index.model_dump_json(indent=1).encode()
        self._write(index_path(run_id), digest_bytes(text), iter([text]))

    def transfer(self) -> Transfer:
        """Return how much went over."""
        return Transfer.of(self._index, self._copied)

    def _put(self, entry: ArchivedFile, blocks: Iterator[bytes]) -> None:
        if not self.holds(entry.path, entry.sha256):
            self._write(entry.path, entry.sha256, blocks)
            self._copied.append(entry)
        self._there[entry.path] = entry

    def _write(self, path: str, digest: str, blocks: Iterator[bytes]) -> None:
        self.root.write(path, blocks)
        if self.root.digest(path) != digest:
            raise RemoteError(
                f"{self.root}/{path} does not hold what was just written there. Nothing counts as "
                "archived; check that place, then try again."
            )


def _send_contents(
    manifests: list[StageManifest],
    chosen: Collection[str],
    home: SparkleHome,
    upload: _Upload,
) -> frozenset[str]:
    """Send what lies under its digest or fingerprint, and is the same for all runs.

    Args:
        manifests: What stages have left behind.
        chosen: Fingerprints of what people may choose, or have pinned, beside that.
        home: Where it lies.
        upload: Where it goes.

    Returns:
        The paths of all of it in the archive.
    """
    store, actions = Store(home.store), ActionLog(home.actions)
    artifacts = [artifact for manifest in manifests for artifact in manifest.artifacts]
    digests = {artifact.sha256 for artifact in artifacts}
    for digest in sorted(digests):
        upload.put_file(stored_path(digest), store.file(digest))
    paths = set(map(stored_path, digests))
    for fingerprint in sorted({*chosen, *(artifact.fingerprint for artifact in artifacts)}):
        record = actions.find(fingerprint)
        if record is not None:
            data = actions.path_of(fingerprint).read_bytes()
            sent = _send_record(record, data, store, upload)
            paths |= {action_path(fingerprint), *(stored_path(f.sha256) for f in files_of(sent))}
    return frozenset(paths)


def _send_record(ours: ActionRecord, data: bytes, store: Store, upload: _Upload) -> ActionRecord:
    """Make sure that the archive holds a record of an item, and all files that it names.

    Returns:
        The record that it holds, ours or another.
    """
    if (theirs := _settled(ours.fingerprint, data, upload)) is not None:
        return theirs
    for file in files_of(ours):
        upload.put_file(stored_path(file.sha256), store.file(file.sha256))
    # That may have taken minutes, in which another home has brought its own.
    if (theirs := _settled(ours.fingerprint, data, upload)) is not None:
        return theirs
    upload.put_bytes(action_path(ours.fingerprint), data)
    return ours


def _settled(fingerprint: str, ours: bytes, upload: _Upload) -> ActionRecord | None:
    """Return another, sound record of the same item that another run has brought.

    That one stays, because the other run's index lists it; it is listed for this run, too.
    """
    path = action_path(fingerprint)
    try:
        theirs = upload.root.read(path, at_most=LARGEST_DOCUMENT)
        record = ActionRecord.model_validate_json(theirs)
    except (FileNotFoundError, ValidationError):
        return None
    files = files_of(record)
    if theirs == ours or not all(upload.holds(stored_path(f.sha256), f.sha256) for f in files):
        return None
    for file in files:
        upload.adopt(stored_path(file.sha256), file.size_bytes, file.sha256)
    upload.put_bytes(path, theirs)
    return record


def _send_documents(folder: RunFolder, documents: Mapping[str, bytes], upload: _Upload) -> None:
    """Send what is the run's own."""
    for path, data in documents.items():
        if not upload.holds(path, digest_bytes(data)):
            # An older archive of the run counts no longer, before it is overwritten.
            upload.root.remove(index_path(folder.run_id))
        upload.put_bytes(path, data)


def _documents(folder: RunFolder, manifests: list[StageManifest]) -> dict[str, bytes]:
    """Return a run's manifests, and the state that travels with it, by their archived paths.

    Raises:
        StateTooLargeError: The state is larger than `LARGEST_STATES`.
    """
    run_id = folder.run_id
    found = {
        run_path(run_id, f"{manifest.stage}/{MANIFEST}"): folder.stage(manifest.stage) / MANIFEST
        for manifest in manifests
    }
    lasting = folder.state.read().lasting()
    state = b"" if lasting == FilmState() else lasting.model_dump_json().encode()
    size_bytes = len(state)
    for path in sorted(folder.path.glob("*.json")):
        travels = path.name != STATE and is_state(run_id, path.name)
        if travels and path.is_file() and not path.is_symlink():
            found[run_path(run_id, path.name)] = path
            size_bytes += path.stat().st_size
    if size_bytes > LARGEST_STATES:
        raise StateTooLargeError(
            f"The JSON files in {folder.path} hold {size_bytes} bytes, more than any run leaves "
            f"there ({LARGEST_STATES} at most). Move away what is none of ours."
        )
    documents = {archived: path.read_bytes() for archived, path in found.items()}
    if state:
        documents[run_path(run_id, STATE)] = state
    return documents


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
