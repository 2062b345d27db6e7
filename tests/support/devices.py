"""Devices for tests: the machine's own processor."""

from __future__ import annotations

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.presets import load_presets


def on_cpu(steps: Steps | None = None) -> Facilities:
    """Return the facilities of an engine that runs its model on the processor."""
    return Facilities(Gpu(load_presets(CONFIGS / "gpu.yaml")["cpu"]), steps or Steps())
