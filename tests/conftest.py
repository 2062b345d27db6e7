"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from studio import Studio

# Property tests are fair to slow machines: no deadline a case, and the same cases every time.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)
