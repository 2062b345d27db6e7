"""Devices for tests: the machine's own processor."""

from __future__ import annotations

import functools

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.presets import DevicePreset, load_presets


def on_cpu(steps: Steps | None = None) -> Facilities:
    """Return the facilities of an engine that runs its model on the processor."""
    return Facilities(Gpu(_cpu()), steps or Steps())


@functools.cache
def _cpu() -> DevicePreset:
    """Read the file once: that takes longer than what many a tiny model makes."""
    return load_presets(CONFIGS / "gpu.yaml")["cpu"]
