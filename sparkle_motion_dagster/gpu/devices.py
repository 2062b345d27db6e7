"""Which devices this process may use, how models run there, and what all know them by."""

from pathlib import Path
from typing import Literal

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.gpu import nvml
from sparkle_motion_dagster.gpu.errors import NoDeviceError
from sparkle_motion_dagster.gpu.lock import Device
from sparkle_motion_dagster.gpu.presets import DevicePreset, load_presets, preset_for, preset_named

AUTO = "auto"
"""In place of a preset's name: the one that suits this machine's GPUs."""


def device_preset(name: str) -> DevicePreset:
    """Return the preset of a name, or that which suits this machine.

    Raises:
        GpuPresetError: There is no preset of that name, or the file is wrong.
        NoDeviceError: It is to be chosen by the machine's GPU, and there is none.
    """
    presets = load_presets(CONFIGS / "gpu.yaml")
    return preset_for(presets, nvml.devices()) if name == AUTO else preset_named(presets, name)


def devices_of(kind: Literal["cuda", "cpu"], locks: Path) -> list[Device]:
    """Return the devices of a kind.

    Args:
        kind: GPUs, or the CPU, which counts as one device.
        locks: The folder of their locks.

    Raises:
        NoDeviceError: There is none.
    """
    if kind == "cpu":
        return [Device("cpu", "cpu", locks)]
    found = [
        Device(f"cuda:{index}", identity, locks) for index, identity in enumerate(_identities())
    ]
    if not found:
        raise NoDeviceError(
            "This machine shows no NVIDIA GPU that models can run on. Look at `nvidia-smi`, at "
            "CUDA_VISIBLE_DEVICES, and whether torch was installed with CUDA; or name a preset of "
            "another device (the gpu resource's preset: cpu is for tests with tiny models)."
        )
    return found


def _identities() -> list[str]:
    """Return what each GPU is known by, in CUDA's order.

    torch counts GPUs as CUDA does, and so is asked first; where it is not installed (the process
    only starts a worker that has it), NVML is. So it is where there is but one: of a slice of a
    GPU, torch may tell the UUID of the whole.
    """
    seen = nvml.devices()
    try:
        import torch
    except ImportError:
        return [device.uuid for device in seen]
    if not torch.cuda.is_available():
        return []
    count = torch.cuda.device_count()
    if len(seen) == count == 1:
        return [seen[0].uuid]
    return [_identity(index) for index in range(count)]


def _identity(index: int) -> str:
    import torch

    uuid = getattr(torch.cuda.get_device_properties(index), "uuid", None)
    return f"cuda-{index}" if uuid is None else str(uuid).removeprefix("GPU-")
