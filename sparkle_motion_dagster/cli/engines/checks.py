"""What `sparkle doctor` says of a profile's engines, of their models and of the machine's GPU."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.errors import SparkleError

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.base import Engine, EngineSettings
    from sparkle_motion_dagster.engines.declaration import EngineDeclaration, WorkerProgram
    from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
    from sparkle_motion_dagster.engines.machinery.weights import Licence, WeightsNeed
    from sparkle_motion_dagster.gpu.nvml import DeviceInfo
    from sparkle_motion_dagster.gpu.presets import DevicePreset
    from sparkle_motion_dagster.resources.profiles import Profile

_GIB = 2**30


class Outcome(Enum):
    """How an answer is to be taken."""

    FINE = "ok  "
    NOTE = "note"
    FAILS = "FAIL"


@dataclass(frozen=True)
class Answer:
    """What was found out about one thing."""

    outcome: Outcome
    what: str


@dataclass(frozen=True)
class _Subject:
    """An engine that a profile may work with, and the weights that its settings need."""

    engine: EngineDeclaration
    settings: EngineSettings
    needs: tuple[WeightsNeed, ...]


def _subjects(profile: Profile) -> Iterator[_Subject]:
    from sparkle_motion_dagster.cli.engines.uses import engines_of
    from sparkle_motion_dagster.engines.registry import declared, needs_of, settings_of

    for use in engines_of(profile):
        engine = declared(use.engine, use.kind)
        settings = settings_of(engine, use.settings)
        yield _Subject(engine, settings, needs_of(engine, use.settings))


def engine_answers(profile: Profile) -> Iterator[Answer]:
    """Yield whether a profile's engines can work, and what stands in the way of their models.

    A profile whose models run on any processor needs no GPU: what is missing is a note then, and
    no failure.
    """
    from sparkle_motion_dagster.engines.machinery.equipped import EquippedEngine
    from sparkle_motion_dagster.engines.registry import class_of
    from sparkle_motion_dagster.gpu.nvml import devices

    subjects, found = list(_subjects(profile)), devices()
    programs = dict.fromkeys(one.engine.program for one in subjects if one.engine.program)
    here = dict.fromkeys(one.engine for one in subjects if one.needs and one.engine.program is None)
    equipped = [made for made in map(class_of, here) if issubclass(made, EquippedEngine)]
    if here:
        yield from _checked(functools.partial(_packages, list(here)))
    if equipped or programs:
        yield from _device_answers(profile, equipped, found)
    for program in programs:
        yield from _checked(functools.partial(_environment, program))
    for subject in subjects:
        yield from _readiness(subject)
    if here or programs:
        yield from _weights_answers(subjects)
    if not (equipped or programs):
        yield from _without_models(found)


def _readiness(subject: _Subject) -> Iterator[Answer]:
    """Ask an engine whether it can work, if there is anything to ask."""
    from sparkle_motion_dagster.engines.registry import named

    if subject.engine.readiness is not None:
        yield from _checked(functools.partial(named(subject.engine.readiness), subject.settings))


def _weights_answers(subjects: Sequence[_Subject]) -> Iterator[Answer]:
    """Say where the weights of engines are, whether there is room for them, and their licences."""
    needed = [(subject.engine.name, need) for subject in subjects for need in subject.needs]
    if importlib.util.find_spec("huggingface_hub") is not None:
        # Without it, which has been said, nobody knows where weights lie.
        for engine, need in needed:
            yield _presence(engine, need)
        yield from _checked(lambda: _room(needed))
    for licence in dict.fromkeys(need.choice.weights.licence for _, need in needed):
        yield Answer(Outcome.NOTE, _licence(licence, [need for _, need in needed]))


def _without_models(found: Sequence[DeviceInfo]) -> Iterator[Answer]:
    if not found:
        blind = importlib.util.find_spec("pynvml") is None
        reason = " to be seen (nvidia-ml-py is not installed)" if blind else ""
        yield Answer(
            Outcome.NOTE,
            f"no NVIDIA GPU{reason}: this machine makes animatics only, which need none. What the "
            "cinematic profile would need: sparkle doctor --profile cinematic",
        )
        return
    for device in found:
        yield Answer(Outcome.FINE, _described(device))
    yield from _locks()
    yield Answer(
        Outcome.NOTE, "is it ready for models? That says: sparkle doctor --profile cinematic"
    )


def _checked(check: Callable[[], str]) -> Iterator[Answer]:
    try:
        yield Answer(Outcome.FINE, check())
    except (SparkleError, OSError) as error:
        yield Answer(Outcome.FAILS, str(error))


def _packages(engines: Sequence[EngineDeclaration]) -> str:
    from sparkle_motion_dagster.engines.machinery.weights import INSTALL_PACKAGES

    wanted = dict.fromkeys(package for engine in engines for package in engine.packages)
    installed = {name: _version(name) for name in wanted}
    missing = [name for name, version in installed.items() if version is None]
    if missing:
        raise SparkleError(
            f"the packages that models run on are not all installed ({', '.join(missing)} missing)."
            f" {INSTALL_PACKAGES}"
        )
    versions = (f"{name} {version}" for name, version in installed.items())
    return f"models run on {', '.join(versions)}"


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _device_answers(
    profile: Profile, here: Sequence[type[Engine[Any, Any]]], found: Sequence[DeviceInfo]
) -> Iterator[Answer]:
    """Say which preset the profile's models run by, and whether the device bears it.

    Args:
        profile: The profile.
        here: Its engines that work in this environment; workers have a torch of their own.
        found: The machine's GPUs.
    """
    from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
    from sparkle_motion_dagster.resources.gpu import GpuResource

    for device in found:
        yield Answer(Outcome.FINE, _described(device))
    try:
        preset = GpuResource(**profile.gpu.model_dump()).device_preset()
    except SparkleError as error:
        yield Answer(Outcome.FAILS, f"{error} Without a GPU this machine makes animatics only.")
        return
    for engine in here:
        if issubclass(engine, ModelEngine):
            yield from _checked(functools.partial(_running, preset, engine))
    if preset.device == "cpu":
        yield Answer(
            Outcome.NOTE, "the preset cpu is for tests with tiny models: real ones take days"
        )
        return
    yield from _checked(lambda: _memory(preset, found))
    if here:
        yield from _checked(_cuda)
    yield from _locks()


def _environment(program: WorkerProgram) -> str:
    """Say whether the environment of an engine's worker is whole."""
    from sparkle_motion_dagster.engines.machinery.environments import Environments

    environment = Environments.from_environment().of(program)
    environment.ready_python()
    record = environment.record()
    versions = record.versions if record else {}
    held = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"{environment.name}'s environment is whole ({environment.folder}): {held}"


def _described(device: DeviceInfo) -> str:
    return (
        f"GPU {device.index}: {device.name}, {device.total_bytes / _GIB:.0f} GiB, driver "
        f"{device.driver}"
    )


def _running(preset: DevicePreset, engine: type[ModelEngine[Any, Any]]) -> str:
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
            f"{least / _GIB:.0f}. Set the profile's gpu preset to auto, or to a smaller one."
        )
    return f"{least / _GIB:.0f} GiB of GPU memory are enough for the preset {preset.name}"


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


def _locks() -> Iterator[Answer]:
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


def _presence(engine: str, need: WeightsNeed) -> Answer:
    from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError

    name = f"{engine}'s weights {need.choice.name} ({need.choice.weights.repository})"
    try:
        folder = need.located(engine)
    except MissingWeightsError as error:
        if need.only_for is None:
            return Answer(Outcome.FAILS, str(error))
        return Answer(Outcome.NOTE, f"{error} Only {need.only_for} need them.")
    return Answer(Outcome.FINE, f"{name} are in {folder}")


def _room(needed: Sequence[tuple[str, WeightsNeed]]) -> str:
    """Compare the disk that weights are put on with the size of those that are missing."""
    from sparkle_motion_dagster.engines.machinery.weights import hub_cache

    missing = [need for name, need in needed if _presence(name, need).outcome is not Outcome.FINE]
    size = sum(need.choice.weights.size_gib for need in missing)
    folder = hub_cache()
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free / _GIB
    if free < size:
        raise SparkleError(
            f"{folder} has {free:.0f} GiB free, and the missing weights take {size:.0f} GiB. Make "
            "room, or set HF_HOME to a folder on a larger disk."
        )
    return f"{free:.0f} GiB are free in {folder}; missing weights take {size:.0f} GiB"


def _licence(licence: Licence, needed: Sequence[WeightsNeed]) -> str:
    under = dict.fromkeys(
        need.choice.weights.repository for need in needed if need.choice.weights.licence == licence
    )
    return f"{licence.name} ({', '.join(under)}): {licence.terms}"
