"""Memory that an engine's work has freed goes back to the machine when the engine is unloaded."""

import platform

import psutil
import pytest

from sparkle_motion_dagster.engines.speech.kokoro.engine import KokoroEngine
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings
from sparkle_motion_dagster.production.making import unloading

BLOCK, BLOCKS = 100_000, 1500
"""Each is small enough that the allocator keeps it for later when it is freed."""


def resident() -> int:
    return int(psutil.Process().memory_info().rss)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="its allocator alone is asked")
def test_what_was_freed_goes_back_to_the_machine() -> None:
    with unloading(KokoroEngine(KokoroSettings())):
        blocks = [bytes([1]) * BLOCK for _ in range(BLOCKS)]
        del blocks[:-1]  # the last one lies above all others, which by itself keeps them
        held = resident()
    assert held - resident() > BLOCK * BLOCKS // 2
