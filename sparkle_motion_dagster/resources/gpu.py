"""The GPU resource: which device models run on, and how patiently a run waits for it."""

from collections.abc import Callable
from typing import Any

import dagster as dg
from pydantic import Field

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.events import Listener
from sparkle_motion_dagster.gpu.nvml import devices
from sparkle_motion_dagster.gpu.presets import DevicePreset, load_presets, preset_for, preset_named

AUTO = "auto"
"""The preset that is chosen by the machine's GPU."""


class GpuResource(dg.ConfigurableResource[Any]):
    """The device that models run on. Nothing is looked for before a model needs it."""

    preset: str = Field(default=AUTO, description="a device preset of configs/gpu.yaml, or auto")
    wait_s: float = Field(
        default=3600,
        ge=0,
        description="seconds to wait while others hold the device; 0: give up at once",
    )
    load_timeout_s: float = Field(
        default=900, gt=0, description="seconds that loading a model may take"
    )

    def for_stage(
        self,
        run_id: str,
        stage: str,
        listener: Listener | None = None,
        heed: Callable[[], None] = lambda: None,
    ) -> Gpu:
        """Return the device for one stage of one run; others that wait are told which.

        What happens on it is logged, and told to the listener. `heed` is called while it is waited
        for; what it raises ends the waiting.
        """
        return Gpu(
            self.device_preset,
            run_id=run_id,
            stage=stage,
            wait_s=self.wait_s,
            load_timeout_s=self.load_timeout_s,
            listener=listener,
            heed=heed,
        )

    def device_preset(self) -> DevicePreset:
        """Return how models run on this machine.

        Raises:
            GpuPresetError: There is no preset of that name, or the file is wrong.
            NoDeviceError: It is to be chosen by the machine's GPU, and there is none.
        """
        presets = load_presets(CONFIGS / "gpu.yaml")
        if self.preset == AUTO:
            return preset_for(presets, devices())
        return preset_named(presets, self.preset)
