"""What is said of the machine's GPU, and of the memory that models need."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.api.readiness.answers import GIB, Answer, Outcome, Subject, checked
from sparkle_motion_dagster.errors import SparkleError

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
    from sparkle_motion_dagster.engines.machinery.weights import WeightsNeed
    from sparkle_motion_dagster.gpu.memory import MemorySnapshot
    from sparkle_motion_dagster.gpu.nvml import DeviceInfo
    from sparkle_motion_dagster.gpu.presets import DevicePreset
    from sparkle_motion_dagster.resources.profiles import Profile


def device_answers(
    profile: Profile, here: Sequence[Subject], found: Sequence[DeviceInfo]
) -> Iterator[Answer]:
    """Say which preset the profile's models run by, and whether the machine bears it.

    Args:
        profile: The profile.
        here: Its engines that run a model in this environment; workers have a torch of their own.
        found: The machine's GPUs.
    """
    from sparkle_motion_dagster.resources.gpu import GpuResource

    for device in found:
        yield Answer(Outcome.FINE, described(device))
    try:
        preset = GpuResource(**profile.gpu.model_dump()).device_preset()
    except SparkleError as error:
        yield Answer(Outcome.FAILS, f"{error} Without a GPU this machine makes animatics only.")
        return
    models = list(_models(here, preset))
    for _, engine in models:
        yield from checked(functools.partial(_running, preset, engine))
    if preset.device == "cpu":
        yield Answer(
            Outcome.NOTE,
            "the preset cpu is for language models and for tests: real pictures take days",
        )
        return
    yield from checked(lambda: _memory(preset, found))
    for needs, engine in models:
        yield from _host_memory(engine, needs)
    if here:
        yield from checked(_cuda)
    yield from locks()


def _models(
    here: Sequence[Subject], preset: DevicePreset
) -> Iterator[tuple[tuple[WeightsNeed, ...], ModelEngine[Any, Any]]]:
    """Yield those engines whose models run by a device's preset, and the weights that they need."""
    from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
    from sparkle_motion_dagster.engines.machinery.facilities import Facilities
    from sparkle_motion_dagster.engines.registry import class_of
    from sparkle_motion_dagster.gpu.device import Gpu

    for subject in here:
        made = class_of(subject.engine)
        if issubclass(made, ModelEngine):
            yield subject.needs, made(subject.settings, Facilities(Gpu(preset)))


def described(device: DeviceInfo) -> str:
    """Return what a GPU is, in a few words."""
    return (
        f"GPU {device.index}: {device.name}, {device.total_bytes / GIB:.0f} GiB, driver "
        f"{device.driver}"
    )


def _running(preset: DevicePreset, engine: ModelEngine[Any, Any]) -> str:
    how = engine.preset_on(preset)
    offload = {"none": "all on the device", "model": "parts wait in memory"}.get(
        how.offload, "layers wait in memory"
    )
    tiling = ", decoded in tiles" if how.vae_tiling else ""
    return f"{engine.name} runs by preset {preset.name}: {how.precision}, {offload}{tiling}"


def _memory(preset: DevicePreset, found: Sequence[DeviceInfo]) -> str:
    if not found:
        raise SparkleError(
            f"no NVIDIA GPU is to be seen here, and the preset {preset.name} is for one. This "
            "machine makes animatics only. Look at `nvidia-smi` and at CUDA_VISIBLE_DEVICES."
        )
    least = min(device.total_bytes for device in found)
    if not preset.fits(least):
        raise SparkleError(
            f"the preset {preset.name} is for {preset.memory_gib:.0f} GiB, and a GPU here has "
            f"{least / GIB:.0f}. Set the profile's gpu preset to auto, or to a smaller one."
        )
    return f"{least / GIB:.0f} GiB of GPU memory are enough for the preset {preset.name}"


def _host_memory(engine: ModelEngine[Any, Any], needs: Sequence[WeightsNeed]) -> Iterator[Answer]:
    """Say whether the machine's own memory bears an engine's weights."""
    from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
    from sparkle_motion_dagster.gpu.memory import report_memory

    machine = report_memory("cpu")
    try:
        needed = engine.host_bytes()
    except MissingWeightsError:
        # That they are not here is said with the others.
        yield from _host_memory_expected(engine.name, needs, machine)
    except SparkleError as error:
        yield Answer(Outcome.FAILS, str(error))
    else:
        if needed:
            yield _host_memory_for(engine.name, needed, machine)


def _host_memory_for(engine: str, needed: int, machine: MemorySnapshot) -> Answer:
    weights = (
        f"{engine}'s weights take {needed / GIB:.1f} GiB of this machine's memory, on their way to "
        "the GPU and where they wait"
    )
    if machine.total is not None and needed > machine.total:
        return Answer(
            Outcome.FAILS,
            f"{weights}. It has {machine.total / GIB:.1f} GiB, and ends processes that take more. "
            "Take a machine with more, or a smaller model (sparkle engines list).",
        )
    if machine.free is not None and needed > machine.free:
        return Answer(
            Outcome.NOTE,
            f"{weights}. {machine.free / GIB:.1f} GiB are free now: end what else takes it before "
            "you render.",
        )
    return Answer(Outcome.FINE, weights)


def _host_memory_expected(
    engine: str, needs: Sequence[WeightsNeed], machine: MemorySnapshot
) -> Iterator[Answer]:
    """Say of weights that are not here yet, if they may be too large."""
    size = sum(need.choice.weights.size_gib for need in needs if need.only_for is None)
    if machine.total is not None and size > machine.total / GIB:
        yield Answer(
            Outcome.NOTE,
            f"{engine}'s weights are about {size:.0f} GiB of files, and this machine has "
            f"{machine.total / GIB:.0f} GiB of memory, which they pass through. In 16 bits they "
            "may take half; how much it is, is said here once they are.",
        )


def _cuda() -> str:
    import torch

    if torch.version.cuda is None:
        raise SparkleError(
            f"torch {torch.__version__} is a build without CUDA: no model can run on the GPU. "
            "Install the CUDA build (https://pytorch.org/get-started/locally)."
        )
    if not torch.cuda.is_available():
        raise SparkleError(
            f"torch {torch.__version__} (CUDA {torch.version.cuda}) sees no GPU: the driver may be "
            "too old for it. `nvidia-smi` says which CUDA the driver can run."
        )
    return f"torch computes on the GPU, with CUDA {torch.version.cuda}"


def locks() -> Iterator[Answer]:
    """Say who holds each GPU."""
    from sparkle_motion_dagster.gpu.devices import devices_of
    from sparkle_motion_dagster.gpu.errors import NoDeviceError
    from sparkle_motion_dagster.gpu.lock import holder, locks_folder

    try:
        there = devices_of("cuda", locks_folder())
    except NoDeviceError:
        # What is wrong with the GPU, or with torch, has been said.
        return
    for device in there:
        held = holder(device)
        whose = "free" if held is None else f"held by {held}"
        yield Answer(Outcome.NOTE, f"{device.name} is {whose}")


def devices_in_use() -> Iterator[str]:
    """Yield, for each device of this machine that somebody holds, who that is, and what for."""
    from sparkle_motion_dagster.gpu.lock import holders

    for device, held_by in holders().items():
        yield f"Device {device} is held by {held_by}."
