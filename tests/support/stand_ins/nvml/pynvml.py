"""As much of nvidia-ml-py as is asked of it, on a machine with an A100 in slices and an L4.

Its calls take, return and raise what those of 13.615 do. ``STAND_IN_GPUS`` lists the machine's
GPUs by name, of those below.
"""

import os
from types import SimpleNamespace

NVML_DEVICE_MIG_ENABLE = 1
NVML_TEMPERATURE_GPU = 0
GIB = 2**30


class NVMLError(Exception):
    pass


class NVMLError_NotSupported(NVMLError):
    pass


class NVMLError_NotFound(NVMLError):
    pass


def _device(name, uuid, gib, *, slices=None):
    return SimpleNamespace(name=name, uuid=uuid, total=int(gib * GIB), slices=slices)


_A100 = "NVIDIA A100-SXM4-80GB"
_KNOWN = {
    "a100": _device(
        _A100,
        "GPU-aaaa-1",
        80,
        slices={
            1: _device(f"{_A100} MIG 3g.40gb", "MIG-1111-a", 39.5),
            4: _device(f"{_A100} MIG 1g.20gb", "MIG-2222-b", 19.5),
        },
    ),
    "unsliced": _device(_A100, "GPU-dddd-4", 80, slices={}),
    "l4": _device("NVIDIA L4", "GPU-bbbb-2", 22.5),
}


def nvmlInit():
    pass


def nvmlSystemGetDriverVersion():
    return "580.65.06"


def _gpus():
    return [_KNOWN[name] for name in os.environ["STAND_IN_GPUS"].split(",")]


def nvmlDeviceGetCount():
    return len(_gpus())


def nvmlDeviceGetHandleByIndex(index):
    return _gpus()[index]


def nvmlDeviceGetHandleByUUID(uuid):
    slices = [part for gpu in _gpus() for part in (gpu.slices or {}).values()]
    for device in [*_gpus(), *slices]:
        if device.uuid == uuid:
            return device
    raise NVMLError_NotFound


def nvmlDeviceGetMigMode(device):
    if device.slices is None:
        raise NVMLError_NotSupported
    mode = int(bool(device.slices))
    return [mode, mode]


def nvmlDeviceGetMaxMigDeviceCount(device):
    return 7


def nvmlDeviceGetMigDeviceHandleByIndex(device, index):
    if index not in device.slices:
        raise NVMLError_NotFound
    return device.slices[index]


def nvmlDeviceGetName(device):
    return device.name


def nvmlDeviceGetUUID(device):
    return device.uuid


def nvmlDeviceGetMemoryInfo(device):
    return SimpleNamespace(total=device.total, used=GIB)


def nvmlDeviceGetUtilizationRates(device):
    if device.uuid.startswith("MIG-"):
        raise NVMLError_NotSupported
    return SimpleNamespace(gpu=50)


def nvmlDeviceGetTemperature(device, sensor):
    return 40


def nvmlDeviceGetPowerUsage(device):
    return 100_000
