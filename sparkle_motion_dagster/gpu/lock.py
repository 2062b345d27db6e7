"""Who holds a device: a lock across all processes and threads of a machine.

The lock itself is the system's (flock), so that it is free the moment its holder ends, whatever
ended it. The record beside it only says in words who holds it; it is never trusted alone.
"""

import logging
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.locks import is_locked
from sparkle_motion_dagster.gpu.errors import GpuError
from sparkle_motion_dagster.gpu.holder import Doing, GpuHolder

FOLDER_VARIABLE = "SPARKLE_GPU_LOCKS"
"""The environment variable that names another folder for the locks."""

_LOG = logging.getLogger(__name__)

_SAYING_S = 0.2
"""How long a new holder may take until it has said who it is, in seconds."""


@dataclass(frozen=True)
class Device:
    """A device, and where its lock lies.

    Attributes:
        name: torch's name of it in this process: "cuda:0", "cpu".
        id: What all processes of the machine know it by: a GPU's UUID, "cpu".
        locks: The folder of the locks.
    """

    name: str
    id: str
    locks: Path

    def __str__(self) -> str:
        return self.name if self.name == self.id else f"{self.name} ({self.id})"

    def path(self, kind: str) -> Path:
        """Return the path of one of the device's files: "lock", "holder.json", "warm.<pid>"."""
        return self.locks / f"{self.id}.{kind}"


def locks_folder() -> Path:
    """Return the folder that the locks lie in, made if need be.

    ``$SPARKLE_GPU_LOCKS``, taken as it is; else one of this user's in the folder for temporary
    files, which anybody may write to: what lies there under that name must be ours.

    Raises:
        GpuError: It cannot be made, or is somebody else's.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else _default_folder()
    try:
        folder.mkdir(mode=0o700, parents=bool(named), exist_ok=True)
        if not named:
            _check_ours(folder)
    except OSError as error:
        raise GpuError(
            f"The folder {folder} for the locks of devices cannot be used: {error.strerror}. Name "
            f"another one in {FOLDER_VARIABLE}; it must be the same for all processes."
        ) from error
    return folder


def _default_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"sparkle-motion-gpu-{os.getuid()}"


def _check_ours(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise GpuError(
            f"{folder} is a link or another user's: locks of devices are not put there. Remove it, "
            f"or name another folder in {FOLDER_VARIABLE}."
        )
    if found.st_mode & 0o077:
        folder.chmod(0o700)


class DeviceLock:
    """The lock of a device, for one use of it; another use has another object."""

    def __init__(self, device: Device, run_id: str | None, stage: str | None) -> None:
        self.device = device
        self._run_id = run_id
        self._stage = stage
        self._lock = _file_lock(device.path("lock"))
        self._holder: GpuHolder | None = None

    def try_take(self) -> bool:
        """Take the device if it is free.

        Raises:
            GpuError: The lock's file cannot be written.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError as error:
            raise GpuError(
                f"The lock {self.device.path('lock')} cannot be taken: {error.strerror}."
            ) from error
        try:
            self._say(
                GpuHolder(
                    pid=os.getpid(), run_id=self._run_id, stage=self._stage, since=datetime.now(UTC)
                )
            )
        except BaseException:
            self._lock.release()
            raise
        return True

    def say(self, doing: Doing, model: str | None = None) -> None:
        """Say what the device is being held for."""
        if self._holder is not None:
            self._say(self._holder.model_copy(update={"doing": doing, "model": model}))

    def release(self) -> None:
        """Let go of the device."""
        # The name goes first: what is read while the lock is free must not be ours.
        self.device.path("holder.json").unlink(missing_ok=True)
        self._holder = None
        self._lock.release()

    def _say(self, holder: GpuHolder) -> None:
        self._holder = holder
        path = self.device.path("holder.json")
        new = path.with_name(f"{path.name}.{holder.pid}")
        try:
            new.write_text(holder.model_dump_json(), encoding="utf-8")
            new.replace(path)
        except OSError as error:
            # The lock holds without it; those who wait are told of no name.
            _LOG.warning("Who holds %s cannot be written to %s: %s", self.device, path, error)


def holder(device: Device) -> GpuHolder | None:
    """Return who holds a device now.

    Returns:
        None: the device is free, or whoever took it this instant has not said its name yet.
    """
    import psutil

    until = time.monotonic() + _SAYING_S
    while is_held(device):
        said = _said(device)
        # A holder that was killed leaves its record to whoever takes the device after it.
        if said is not None and psutil.pid_exists(said.pid):
            return said
        if time.monotonic() > until:
            return None
        time.sleep(0.01)
    return None


def holders() -> dict[str, GpuHolder]:
    """Return who holds which device of this machine now, by the device's id; free ones are not in.

    Asks the locks alone, no driver and no torch.
    """
    folder = locks_folder()
    devices = [Device(path.stem, path.stem, folder) for path in sorted(folder.glob("*.lock"))]
    return {device.id: said for device in devices if (said := holder(device)) is not None}


def is_held(device: Device) -> bool:
    """Tell whether a living process, this one included, holds a device."""
    return is_locked(device.path("lock"))


def is_wanted(device: Device) -> bool:
    """Tell whether another process holds a device, without troubling those who try to take it."""
    said = _said(device)
    return said is not None and said.pid != os.getpid() and is_held(device)


def claim_warm(device: Device) -> FileLock | None:
    """Say, while holding a device, that models of this process will stay on it afterwards.

    Returns:
        The lock that says so, until it is released; None: somebody else says it in our name.
    """
    claim = _file_lock(device.path(f"warm.{os.getpid()}"))
    try:
        claim.acquire(timeout=0)
    except Timeout:
        return None
    return claim


def drop_claim(claim: FileLock) -> None:
    """Say that nothing of this process is on the device any more."""
    Path(claim.lock_file).unlink(missing_ok=True)
    claim.release()


def guests(device: Device) -> Iterator[int]:
    """Yield the other processes that keep models on a device that this one holds.

    What dead ones left is removed: only a device's holder may say that it keeps something, so
    that nobody says so meanwhile.
    """
    for path in device.locks.glob(f"{device.id}.warm.*"):
        pid = int(path.suffix[1:])
        if pid == os.getpid():
            continue
        claim = _file_lock(path)
        try:
            claim.acquire(timeout=0)
        except Timeout:
            yield pid
        else:
            drop_claim(claim)


def _file_lock(path: Path) -> FileLock:
    # Not bound to a thread: a context that is entered in one thread may be left in another.
    return FileLock(path, thread_local=False)


def _said(device: Device) -> GpuHolder | None:
    try:
        return GpuHolder.model_validate_json(device.path("holder.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
