"""The device that models run on under a profile; nothing is looked for before a model needs it."""

from collections.abc import Callable

from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.devices import device_preset
from sparkle_motion_dagster.gpu.events import Listener
from sparkle_motion_dagster.resources.profiles import DeviceChoice


def device_of(
    chosen: DeviceChoice,
    run_id: str,
    stage: str,
    listener: Listener | None = None,
    heed: Callable[[], None] = lambda: None,
) -> Gpu:
    """Return the device for one stage of one run; others that wait are told which.

    Args:
        chosen: Which one, and how patiently it is waited for.
        run_id: The film.
        stage: The stage.
        listener: Is told what happens on it.
        heed: Is called while it is waited for; what it raises ends the waiting.
    """
    return Gpu(
        lambda: device_preset(chosen.preset),
        run_id=run_id,
        stage=stage,
        wait_s=chosen.wait_s,
        load_timeout_s=chosen.load_timeout_s,
        listener=listener,
        heed=heed,
    )
