"""The workbench: the store and the action log, and folders in which things are being made."""

import contextlib
import shutil
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from weakref import WeakValueDictionary

from filelock import FileLock, Timeout

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.measurements import Measurements
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.production.concurrency import items_at_once
from sparkle_motion_dagster.production.rate_limits.limiter import RateLimits


class Workbench:
    """Everything below one ``$SPARKLE_HOME`` that making things needs.

    Args:
        home: That one.
        rate_limits: What holds engines to their caps; None: to those of the operator's file.
        at_once: How many items may be in work at the same time; None: see `items_at_once`.
    """

    def __init__(
        self,
        home: SparkleHome,
        rate_limits: RateLimits | None = None,
        at_once: int | None = None,
    ) -> None:
        self.home = home
        self._at_once = at_once
        self.rate_limits = RateLimits(home) if rate_limits is None else rate_limits
        self.store = Store(home.store)
        self.actions = ActionLog(home.actions)
        self.measurements = Measurements(home)

    @property
    def at_once(self) -> int:
        """How many items may be in work at the same time.

        Raises:
            InputError: As `items_at_once` says.
        """
        return items_at_once() if self._at_once is None else self._at_once

    def run_folder(self, run_id: str) -> RunFolder:
        """Return the folder of a run."""
        return RunFolder(self.home, run_id)

    def remove_left_behind(self) -> None:
        """Remove the work folders of killed processes.

        Whoever works in a folder holds its lock, and the system frees the locks of the dead.
        """
        for left_behind in self.home.work.glob("work-*/"):
            with contextlib.suppress(Timeout), _lock_of(left_behind):
                _remove(left_behind)

    @contextlib.contextmanager
    def work_folder(self) -> Iterator[Path]:
        """Give an empty folder, and remove it afterwards."""
        self.home.work.mkdir(parents=True, exist_ok=True)
        self.remove_left_behind()
        folder = self.home.work / f"work-{uuid.uuid4().hex}"
        with _lock_of(folder):
            folder.mkdir()
            try:
                yield folder
            finally:
                _remove(folder)


_of_runs = WeakValueDictionary[tuple[Path, str], Workbench]()
_finding = threading.Lock()


def workbench_of_run(home: SparkleHome, dagster_run: str) -> Workbench:
    """Return a run's workbench: the same to all that work for it, so that it reads a file once.

    It lasts as long as somebody has it.
    """
    with _finding:
        key = home.root, dagster_run
        bench = _of_runs.get(key) or Workbench(home)
        _of_runs[key] = bench
        return bench


def _lock_of(folder: Path) -> FileLock:
    return FileLock(folder.with_suffix(".lock"), timeout=0, fallback_to_soft=False)


def _remove(folder: Path) -> None:
    """Remove a folder whose lock is held; what an orphan still writes there goes next time."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".lock").unlink(missing_ok=True)
