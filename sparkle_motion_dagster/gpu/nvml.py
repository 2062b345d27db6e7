"""What NVIDIA's management library (NVML) tells of the devices: which there are, how busy they are.

The library comes with the driver; `nvidia-ml-py` is its binding. A machine without either has no
devices and shows no activity, which is said once.
"""

import functools
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any, Self, TypeVar

from sparkle_motion_dagster.gpu.errors import GpuError
from sparkle_motion_dagster.units import Record

_LOG = logging.getLogger("sparkle_motion_dagster.gpu")

_INTERVAL_S = 0.25
"""Seconds between two samples; NVML itself looks every 1/6 to 1 s."""

ValueT = TypeVar("ValueT")


class DeviceInfo(Record):
    """A GPU of this machine, or a slice of one (MIG), which models run on as on a GPU.

    Attributes:
        index: Its place among those that this process may use, in the order of the PCI bus.
        name: "NVIDIA A100-SXM4-80GB".
        uuid: What it is known by everywhere, without the prefix "GPU-"; a slice's begins "MIG-".
        total_bytes: The memory that it has.
        driver: The driver's version.
        slice_of: The UUID of the GPU that it is a slice of; None: it is a whole one.
    """

    index: int
    name: str
    uuid: str
    total_bytes: int
    driver: str
    slice_of: str | None = None


class Sample(Record):
    """What a GPU's sensors show at one moment; what they do not show is None.

    Attributes:
        utilisation: Share of the last moment in which the GPU was busy, 0 to 1.
        temperature_c: In degrees Celsius.
        power_w: In watts.
        memory_used: Bytes that all processes take.
    """

    utilisation: float | None = None
    temperature_c: float | None = None
    power_w: float | None = None
    memory_used: int | None = None


class Activity(Record):
    """What a GPU's sensors showed over a while.

    Attributes:
        samples: How often they were read.
        utilisation_mean: Mean share of time in which the GPU was busy, 0 to 1.
        utilisation_max: The highest share.
        temperature_max_c: In degrees Celsius.
        power_mean_w: In watts.
        power_max_w: In watts.
        memory_max: The most bytes that all processes together took.
    """

    samples: int
    utilisation_mean: float | None = None
    utilisation_max: float | None = None
    temperature_max_c: float | None = None
    power_mean_w: float | None = None
    power_max_w: float | None = None
    memory_max: int | None = None


def devices() -> list[DeviceInfo]:
    """Return the GPUs that this process may use (``CUDA_VISIBLE_DEVICES``); [] without NVML.

    Raises:
        GpuError: The driver cannot list them.
    """
    nvml = _library()
    if nvml is None:
        return []
    try:
        found = list(_listed(nvml))
    except nvml.NVMLError as error:
        raise GpuError(
            f"The NVIDIA driver cannot list this machine's GPUs: {error}. Look at `nvidia-smi`."
        ) from error
    return visible(found, os.environ.get("CUDA_VISIBLE_DEVICES"))


def _listed(nvml: Any) -> Iterator[DeviceInfo]:
    """Yield what models can run on, by the places of GPUs: those in slices are not, slices are."""
    driver = str(nvml.nvmlSystemGetDriverVersion())
    for place in range(nvml.nvmlDeviceGetCount()):
        gpu = nvml.nvmlDeviceGetHandleByIndex(place)
        sliced = _is_sliced(nvml, gpu)
        for handle in _slices(nvml, gpu) if sliced else (gpu,):
            yield DeviceInfo(
                index=place,
                name=str(nvml.nvmlDeviceGetName(handle)),
                uuid=_uuid(nvml, handle),
                total_bytes=int(nvml.nvmlDeviceGetMemoryInfo(handle).total),
                driver=driver,
                slice_of=_uuid(nvml, gpu) if sliced else None,
            )


def _is_sliced(nvml: Any, gpu: Any) -> bool:
    # One that cannot be sliced raises.
    mode = _asked(nvml, lambda: nvml.nvmlDeviceGetMigMode(gpu))
    return mode is not None and mode[0] == nvml.NVML_DEVICE_MIG_ENABLE


def _slices(nvml: Any, gpu: Any) -> Iterator[Any]:
    """Yield the handles of a GPU's slices; between them there may be places without one."""
    for place in range(nvml.nvmlDeviceGetMaxMigDeviceCount(gpu)):
        handle = _asked(
            nvml, functools.partial(nvml.nvmlDeviceGetMigDeviceHandleByIndex, gpu, place)
        )
        if handle is not None:
            yield handle


def _uuid(nvml: Any, handle: Any) -> str:
    return str(nvml.nvmlDeviceGetUUID(handle)).removeprefix("GPU-")


def visible(found: Sequence[DeviceInfo], setting: str | None) -> list[DeviceInfo]:
    """Return the devices that a process with a setting of ``CUDA_VISIBLE_DEVICES`` may use.

    As CUDA reads it: places, or UUIDs which may be cut short; what comes after the first that is
    neither is not seen. A GPU in slices stands for its first one, and a process sees one slice
    (NVIDIA's MIG user guide, "CUDA Device Enumeration").

    Args:
        found: All devices of the machine, by place.
        setting: The variable's value; None: it is not set.
    """
    places = dict.fromkeys(str(device.index) for device in found)
    seen: list[DeviceInfo] = []
    for entry in places if setting is None else setting.split(","):
        device = _named(found, entry.strip())
        if device is None:
            break
        if device.slice_of is None or all(other.slice_of is None for other in seen):
            seen.append(device.model_copy(update={"index": len(seen)}))
    return seen


def _named(found: Sequence[DeviceInfo], entry: str) -> DeviceInfo | None:
    """Return the device that an entry names; None: none, or more than one."""
    if entry.startswith("MIG-"):
        named = [device for device in found if device.uuid.startswith(entry)]
        return named[0] if len(named) == 1 else None
    named = [device for device in found if _is_of_gpu(device, entry)]
    return named[0] if len({device.index for device in named}) == 1 else None


def _is_of_gpu(device: DeviceInfo, entry: str) -> bool:
    if entry.startswith("GPU-"):
        return (device.slice_of or device.uuid).startswith(entry.removeprefix("GPU-"))
    return entry.isdecimal() and int(entry) == device.index


def read(uuid: str) -> Sample | None:
    """Return what a GPU's sensors show now; None: there is no such GPU, or no NVML.

    Args:
        uuid: As `DeviceInfo` has it.
    """
    nvml = _library()
    name = uuid if uuid.startswith("MIG-") else f"GPU-{uuid}"
    handle = _asked(nvml, lambda: nvml.nvmlDeviceGetHandleByUUID(name)) if nvml else None
    if nvml is None or handle is None:
        return None
    rates = _asked(nvml, lambda: nvml.nvmlDeviceGetUtilizationRates(handle))
    sensor = nvml.NVML_TEMPERATURE_GPU
    temperature = _asked(nvml, lambda: float(nvml.nvmlDeviceGetTemperature(handle, sensor)))
    milliwatts = _asked(nvml, lambda: float(nvml.nvmlDeviceGetPowerUsage(handle)))
    memory = _asked(nvml, lambda: int(nvml.nvmlDeviceGetMemoryInfo(handle).used))
    return Sample(
        utilisation=None if rates is None else rates.gpu / 100,
        temperature_c=temperature,
        power_w=None if milliwatts is None else milliwatts / 1000,
        memory_used=memory,
    )


class Sampler:
    """Reads a GPU's sensors in a thread of its own for as long as a `with` block takes."""

    def __init__(
        self, read_sensors: Callable[[], Sample | None], interval_s: float = _INTERVAL_S
    ) -> None:
        self._read = read_sensors
        self._interval_s = interval_s
        self._readings: list[Sample] = []
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self._look():
            self._thread = threading.Thread(target=self._sample, name="gpu-sampler", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._look()

    def activity(self) -> Activity | None:
        """Return what the sensors showed; None: there are none."""
        return summed_up(self._readings)

    def _sample(self) -> None:
        while not self._ended.wait(self._interval_s):
            self._look()

    def _look(self) -> bool:
        reading = self._read()
        if reading is not None:
            self._readings.append(reading)
        return reading is not None


def summed_up(readings: Sequence[Sample]) -> Activity | None:
    """Return what a series of readings shows; None: there are none."""
    if not readings:
        return None
    busy = _known(reading.utilisation for reading in readings)
    power = _known(reading.power_w for reading in readings)
    return Activity(
        samples=len(readings),
        utilisation_mean=_mean(busy),
        utilisation_max=max(busy, default=None),
        temperature_max_c=max(_known(reading.temperature_c for reading in readings), default=None),
        power_mean_w=_mean(power),
        power_max_w=max(power, default=None),
        memory_max=max(_known(reading.memory_used for reading in readings), default=None),
    )


def _known(values: Iterable[ValueT | None]) -> list[ValueT]:
    return [value for value in values if value is not None]


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _asked(nvml: Any, ask: Callable[[], ValueT]) -> ValueT | None:
    """Return what a sensor shows; None: this device has no such sensor, or does not tell."""
    try:
        return ask()
    except nvml.NVMLError:
        return None


@functools.cache
def _library() -> ModuleType | None:
    """Return the binding with its library ready; None, said once: this machine has none."""
    try:
        import pynvml
    except ImportError:
        _say("nvidia-ml-py is not installed, so nothing is known of NVIDIA GPUs here")
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        _say(f"nothing is known of NVIDIA GPUs here: {error}")
        return None
    return pynvml  # type: ignore[no-any-return]


def _say(message: str) -> None:
    _LOG.info("%s", json.dumps({"event": "nvml", "message": message}))
