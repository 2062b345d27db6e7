"""One moment for one change: recording results, and collecting what nobody needs any more."""

import contextlib
from collections.abc import Iterator

from sparkle_motion_dagster.artifacts.errors import StoreBusyError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import locked

_PATIENCE_S = 600.0
"""Collecting in a store of millions of files takes minutes; nobody else holds the lock for long."""


@contextlib.contextmanager
def changing(home: SparkleHome) -> Iterator[None]:
    """Have the store and the action log to oneself; held for moments, never while making something.

    Without it, a file could be collected between the moment in which a run finds it and the moment
    in which the run writes down that it needs it.

    Raises:
        StoreBusyError: Another process did not let go of it for ten minutes.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    with locked(home.changing, _PATIENCE_S, lambda: _busy(home)):
        yield


def _busy(home: SparkleHome) -> StoreBusyError:
    return StoreBusyError(
        f"Another process has been changing what is stored in {home.root} for "
        f"{_PATIENCE_S / 60:.0f} minutes. Wait for it to end, then try again."
    )
