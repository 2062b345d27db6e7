"""Locks for life: nobody who but asks after one keeps it from whoever takes it."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.locks import is_locked, take_for_life
from sparkle_motion_dagster.errors import BusyError


def test_a_lock_that_is_only_asked_after_can_be_taken(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with lock.open("w") as asker:
        fcntl.flock(asker, fcntl.LOCK_SH)
        answered = threading.Timer(0.05, fcntl.flock, (asker, fcntl.LOCK_UN))
        answered.start()
        os.close(take_for_life(lock, "ours", BusyError))
        answered.join()


def test_a_lock_that_somebody_has_is_refused_with_what_that_one_noted(tmp_path: Path) -> None:
    held = take_for_life(tmp_path / "lock", "ours", BusyError)
    with pytest.raises(BusyError, match="ours"):
        take_for_life(tmp_path / "lock", "theirs", BusyError)
    os.close(held)
    assert not is_locked(tmp_path / "lock")
