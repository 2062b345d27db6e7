"""The GPU resource: which device models run on, and how patiently a run waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import Field

from sparkle_motion_dagster.resources.profiled import ProfiledResource

if TYPE_CHECKING:
    from sparkle_motion_dagster.gpu.device import Gpu
    from sparkle_motion_dagster.gpu.events import Listener
    from sparkle_motion_dagster.gpu.presets import DevicePreset
    from sparkle_motion_dagster.resources.profiles import DeviceChoice


class GpuResource(ProfiledResource):
    """The device that models run on. Nothing is looked for before a model needs it."""

    preset: str | None = Field(
        default=None, description="a device preset of configs/gpu.yaml, or auto; else the profile's"
    )
    wait_s: float | None = Field(
        default=None,
        ge=0,
        description="seconds to wait while others hold the device; 0: give up at once; else as the "
        "profile has it",
    )
    load_timeout_s: float | None = Field(
        default=None,
        gt=0,
        description="seconds that loading a model may take; else as the profile has it",
    )

    def choice(self) -> DeviceChoice:
        """Return what is given here, and the rest as the run's profile has it."""
        from sparkle_motion_dagster.resources.profiles import DeviceChoice

        asked = {name: getattr(self, name) for name in DeviceChoice.model_fields}
        given = {name: value for name, value in asked.items() if value is not None}
        if given.keys() == asked.keys():
            return DeviceChoice(**given)
        return self.profile_of_run().gpu.model_copy(update=given)

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
        from sparkle_motion_dagster.resources.device import device_of

        return device_of(self.choice(), run_id, stage, listener, heed)

    def device_preset(self) -> DevicePreset:
        """Return how models run on this machine.

        Raises:
            GpuPresetError: There is no preset of that name, or the file is wrong.
            NoDeviceError: It is to be chosen by the machine's GPU, and there is none.
        """
        from sparkle_motion_dagster.gpu.devices import device_preset

        return device_preset(self.choice().preset)
