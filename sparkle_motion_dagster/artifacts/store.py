"""The store: files named by their digest, written once, checked whenever they are read for use."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY, fsync_file, set_mode
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.errors import CorruptFileError
from sparkle_motion_dagster.artifacts.listing import shelves
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.artifacts.transfer import link_or_copy, move

_READ_ONLY = 0o444

FileSignature: TypeAlias = tuple[int, int, int, int, int]
"""Device, inode, size, and when the bytes and the inode were changed last, in ns since 1970."""


class Store:
    """Files by digest below one folder.

    A file whose digest was checked is not read again by the same store object, nor by those that
    share its checks, while it is the same file, of the same size, and nobody has changed it.
    """

    def __init__(self, root: Path, checked: dict[str, FileSignature] | None = None) -> None:
        self.root = root
        self.checked = {} if checked is None else checked

    def path_of(self, digest: str) -> Path:
        """Return where a file with this digest lies, or would lie."""
        return self.root / digest[:2] / digest

    def digests(self) -> Iterator[str]:
        """Yield the digests of all stored files, sorted; what is none of ours is passed over."""
        yield from sorted(shelves(self.root).files)

    def file(self, digest: str) -> StoredFile:
        """Return a stored file, its bytes checked.

        Raises:
            CorruptFileError: It is missing, or holds other bytes than its name promises.
        """
        path = self.path_of(digest)
        try:
            signature = _signature(path)
        except FileNotFoundError as error:
            raise CorruptFileError(
                f"Stored file {digest} is missing from {path.parent}. Render the film again: it "
                "will be made again."
            ) from error
        if self.checked.get(digest) != signature:
            if not _holds(path, digest):
                raise CorruptFileError(
                    f"Stored file {path} is damaged: its bytes no longer match its digest. Render "
                    "the film again: it will be made again."
                )
            self.checked[digest] = signature
        return StoredFile(sha256=digest, path=path)

    def show(self, digest: str, shown: Path) -> None:
        """Show a stored file, its bytes checked, under another name; see `link_or_copy`.

        Raises:
            CorruptFileError: As `file` says.
        """
        stored = self.file(digest).path
        before = self.checked[digest]
        link_or_copy(stored, shown)
        self._know_again(digest, before)

    def is_sound(self, digest: str) -> bool:
        """Tell whether a file is there, every byte of it checked."""
        try:
            self.file(digest)
        except CorruptFileError:
            return False
        return True

    def trust(self, digest: str, checked_ns: int) -> None:
        """Take a file's bytes as checked at a time, in ns since 1970, unless it changed since."""
        with contextlib.suppress(FileNotFoundError):
            status = self.path_of(digest).stat()
            if status.st_ctime_ns < checked_ns:
                self.checked[digest] = _signature_in(status)

    def take_back(self, digest: str, source: Path) -> None:
        """Have a file again from a whole copy of it, which stays where it is."""
        self.path_of(digest).parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(source, self.path_of(digest))
        set_mode(self.path_of(digest), _READ_ONLY)

    def take_in(self, source: Path) -> StoredFile:
        """Move a finished file into the store.

        It takes the place of a damaged copy. What comes from another disk is a copy, whose bytes
        are checked when it is read.
        """
        before = _signature(source)
        digest = digest_file(source)
        path = self.path_of(digest)
        if self.is_sound(digest):
            source.unlink()
            return self.file(digest)
        set_mode(source, _READ_ONLY)
        fsync_file(source)
        path.parent.mkdir(parents=True, exist_ok=True)
        move(source, path)
        self._know_again(digest, before)
        return StoredFile(sha256=digest, path=path)

    def _know_again(self, digest: str, before: FileSignature) -> None:
        """Take a file as checked that was, unless its bytes are others, or were changed since."""
        now = _signature(self.path_of(digest))
        if now[:-1] == before[:-1]:  # a link, name or mode changes the inode's time, not the bytes
            self.checked[digest] = now

    def write(self, data: bytes) -> StoredFile:
        """Store bytes."""
        return self.write_blocks([data])

    def write_blocks(self, blocks: Iterable[bytes]) -> StoredFile:
        """Store bytes that come in blocks; what their source raises leaves nothing behind."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.root, prefix=TEMPORARY)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(blocks)
            return self.take_in(Path(temporary))
        finally:
            Path(temporary).unlink(missing_ok=True)


def _holds(path: Path, digest: str) -> bool:
    """Tell whether a file can be read, and holds what a digest promises."""
    try:
        return digest_file(path) == digest
    except OSError:
        return False


def _signature(path: Path) -> FileSignature:
    return _signature_in(path.stat())


def _signature_in(status: os.stat_result) -> FileSignature:
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )
