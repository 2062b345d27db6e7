"""What can go wrong with stored results."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from sparkle_motion_dagster.errors import BusyError, SparkleError


class StorageError(SparkleError):
    """Stored results cannot be read or written."""


class StorageFullError(StorageError):
    """The disk is full."""


class CorruptFileError(StorageError):
    """A stored file is missing, or its bytes are not those that its name promises."""


class UnreadableRecordError(StorageError):
    """A manifest or an action record cannot be read; that never counts as "there is none"."""


class RenamedRunError(UnreadableRecordError):
    """A run folder is that of another run, renamed or copied; it is named by its manifests."""


class UnreadableStateError(UnreadableRecordError):
    """A file that holds a film's state, or a part of it, cannot be read; ``path`` is that file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is damaged, or another version wrote it. The next render sets it aside, and "
            "so does `sparkle verify --repair`: what stages made is not lost, and what people "
            "decided on it is asked for again."
        )
        self.path = path


class RunBusyError(BusyError):
    """Another process is rendering or publishing the same run."""


class StoreBusyError(BusyError):
    """Another process is changing what is stored, and does not end."""


class IndexBusyError(BusyError):
    """Another process is writing the index of all manifests, and does not end."""


@contextlib.contextmanager
def explained_full_disk(folder: Path) -> Iterator[None]:
    """Turn the operating system's "no space left" into an error that says what to do.

    Raises:
        StorageFullError: The block ran out of disk space below `folder`.
    """
    try:
        yield
    except OSError as error:
        if not is_full_disk(error):
            raise
        raise full_disk(folder) from error


def is_full_disk(error: OSError) -> bool:
    """Tell whether the operating system found no space left, or a user's share of it used up."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def full_disk(*folders: Path) -> StorageFullError:
    """Return the error that says of one of some folders, the one with least room, what to do."""
    room = {folder: shutil.disk_usage(folder).free for folder in folders if folder.exists()}
    folder = min(room, key=room.__getitem__, default=folders[0])
    free_mib = room.get(folder, 0) / 2**20
    return StorageFullError(
        f"The disk that holds {folder} is full ({free_mib:.1f} MiB free). Everything finished so "
        "far is kept: free some space and run the same command again."
    )
