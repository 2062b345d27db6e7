"""A folder on any file system that fsspec knows: a local path, ``s3://...``, ``memory://...``."""

from __future__ import annotations

import contextlib
import io
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY, fsync_folder
from sparkle_motion_dagster.artifacts.digests import digest_blocks
from sparkle_motion_dagster.artifacts.errors import StorageError
from sparkle_motion_dagster.errors import InputError, SparkleError

if TYPE_CHECKING:
    from upath import UPath

_BLOCK = 2**20
_SECRETS = ((re.compile(r"//[^/\s]*@"), "//***@"), (re.compile(r"\?\S+"), "?***"))
"""Where addresses carry passwords and signatures."""


class UnknownPlaceError(InputError):
    """An address cannot be used: its kind is unknown, or the package for it is not installed."""


class RemoteError(StorageError):
    """A file there cannot be read or written."""


class RemoteFolder:
    """A folder, local or far away; paths in it are relative, with slashes.

    Raises:
        UnknownPlaceError: The address is of no kind that can be used here.
        RemoteError: What it names cannot be reached.
    """

    def __init__(self, address: str) -> None:
        self._address = without_secrets(address)
        self._root = _opened(address)

    def __str__(self) -> str:
        return self._address

    def local(self) -> Path | None:
        """Return where it lies on this machine; None: elsewhere."""
        is_local = "file" in self._root.fs.protocol
        return Path(self._root.path).resolve() if is_local else None

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield a file's bytes.

        Raises:
            FileNotFoundError: There is no such file.
            RemoteError: It cannot be read.
        """
        with self._explained(path):
            file = (self._root / path).open("rb")
        with contextlib.closing(file):
            while block := self._next_block(file, path):
                yield block

    def read(self, path: str, at_most: int) -> bytes:
        """Return a small file.

        Raises:
            FileNotFoundError, RemoteError: As for `blocks`; or it is larger than `at_most` bytes.
        """
        data = bytearray()
        for block in self.blocks(path):
            data += block
            if len(data) > at_most:
                raise RemoteError(f"{self}/{path} is larger than {at_most} bytes.")
        return bytes(data)

    def digest(self, path: str) -> str | None:
        """Return the sha256 of a file's bytes; None: there is no such file."""
        try:
            return digest_blocks(self.blocks(path))
        except FileNotFoundError:
            return None

    def write(self, path: str, blocks: Iterable[bytes]) -> None:
        """Write a file, replacing it at once where the file system can rename.

        Raises:
            RemoteError: It cannot be written.
        """
        target = self._root / path
        if not _renames(target):
            # It shows a file once it is closed; renaming there would copy it. It has no folders
            # either: making one may ask for rights that whoever may write files does not have.
            self._fill(target, path, blocks)
            return
        temporary = target.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
        try:
            with self._explained(path):
                target.parent.mkdir(parents=True, exist_ok=True)
            self._fill(temporary, path, blocks)
            with self._explained(path):
                target.fs.mv(temporary.path, target.path)
                if self.local() is not None:
                    fsync_folder(Path(target.path).parent)
        finally:
            with self._explained(path), contextlib.suppress(FileNotFoundError):
                temporary.fs.rm_file(temporary.path)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        with self._explained(path), contextlib.suppress(FileNotFoundError):
            (self._root / path).unlink()

    def _fill(self, target: UPath, path: str, blocks: Iterable[bytes]) -> None:
        with self._explained(path):
            file = target.open("wb")
        try:
            for block in blocks:
                with self._explained(path):
                    file.write(block)
            with self._explained(path):
                _sync(file)
        finally:
            with self._explained(path):
                file.close()

    def _next_block(self, file: BinaryIO, path: str) -> bytes:
        with self._explained(path):
            return file.read(_BLOCK)

    @contextlib.contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        try:
            yield
        except (SparkleError, FileNotFoundError):
            raise
        except Exception as error:  # every file system has errors of its own
            reason = without_secrets(f"{type(error).__name__}: {error}")
            raise RemoteError(f"{self}/{path} cannot be used: {reason}") from error


def without_secrets(text: str) -> str:
    """Return a text with the passwords and signatures of addresses in it blotted out."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def _opened(address: str) -> UPath:
    from upath import UPath

    shown = without_secrets(address)
    try:
        root = UPath(address)
        root.fs  # noqa: B018 - connects
    except ImportError as error:
        raise UnknownPlaceError(
            f"{shown} needs a package that is not installed here: {error}. Install it into the "
            "environment that `sparkle` runs in."
        ) from error
    except ValueError as error:
        raise UnknownPlaceError(f"{shown} cannot be used: {without_secrets(str(error))}") from error
    except Exception as error:  # every file system has errors of its own
        reason = without_secrets(f"{type(error).__name__}: {error}")
        raise RemoteError(f"{shown} cannot be reached: {reason}") from error
    return root


def _renames(target: UPath) -> bool:
    """Tell whether a file system has a way of its own to rename."""
    from fsspec.spec import AbstractFileSystem

    return type(target.fs).mv is not AbstractFileSystem.mv


def _sync(file: BinaryIO) -> None:
    """Make sure that a local file's bytes are on the disk."""
    file.flush()
    with contextlib.suppress(io.UnsupportedOperation, AttributeError):
        os.fsync(cast("io.IOBase", file).fileno())
