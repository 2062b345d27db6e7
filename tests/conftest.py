"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from studio import Studio

# Property tests are fair to slow machines: no deadline a case, and the same cases every time.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def models_on_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give each test process devices of its own, and its tiny models one core and no network.

    Two processes that share a device would wait for each other; threads make tiny models slower.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARKLE_GPU_LOCKS", str(tmp_path_factory.mktemp("gpu")))
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)
