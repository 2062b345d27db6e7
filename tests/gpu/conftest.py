"""Every test has a machine of its own, as far as locks go, and leaves nothing warm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkle_motion_dagster.gpu.cache import WARM
from sparkle_motion_dagster.gpu.lock import FOLDER_VARIABLE, Device


@pytest.fixture(autouse=True)
def cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Device]:
    locks = tmp_path / "locks"
    locks.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(locks))
    yield Device("cpu", "cpu", locks)
    WARM.evict()
