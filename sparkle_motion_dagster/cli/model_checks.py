"""What `sparkle doctor` says of the machine's GPU and of the models that a profile runs."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.errors import SparkleError

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.catalogue import Need
    from sparkle_motion_dagster.gpu.nvml import DeviceInfo
    from sparkle_motion_dagster.gpu.presets import DevicePreset

_GIB = 2**30

_MODEL_PACKAGES = ("torch", "diffusers", "transformers", "accelerate", "safetensors", "ftfy")

_TERMS = {
    "CreativeML Open RAIL++-M": (
        "commercial use is allowed, the uses listed in its attachment A are not (among them harm, "
        "deception and discrimination), and whoever is given the weights is bound by that, too"
    ),
    "Apache-2.0": "any use, with its notices",
    "MIT": "any use, with its notice",
}
"""What licences ask for, in a few words; the licence itself counts."""


class Verdict(Enum):
    """How an answer is to be taken."""

    FINE = "ok  "
    NOTE = "note"
    FAILS = "FAIL"


@dataclass(frozen=True)
class Answer:
    """What was found out about one thing."""

    verdict: Verdict
    what: str


def model_answers(profile: Mapping[str, Any]) -> Iterator[Answer]:
    """Yield what stands in the way of a profile's models, and what helps them.

    A profile without models needs no GPU: what is missing is a note then, and no failure.
    """
    from sparkle_motion_dagster.cli.profile_engines import engines_of
    from sparkle_motion_dagster.engines.catalogue import needs
    from sparkle_motion_dagster.engines.machinery.workers import PROGRAMS
    from sparkle_motion_dagster.gpu.nvml import devices

    found = devices()
    uses = engines_of(profile)
    needed = [need for use in uses for need in needs(use.engine, use.settings)]
    workers = [name for name in dict.fromkeys(use.engine for use in uses) if name in PROGRAMS]
    if not needed and not workers:
        yield from _without_models(found)
        return
    here = [name for name in dict.fromkeys(need.engine for need in needed) if name not in workers]
    if here:
        yield from _checked(_packages)
    yield from _device_answers(profile, here, found)
    for name in workers:
        yield from _checked(functools.partial(_environment, name))
    for use in uses:
        if use.engine == "wav2lip":
            yield from _checked(functools.partial(_wav2lip_checkout, use.settings))
    if importlib.util.find_spec("huggingface_hub") is not None:
        # Without it, which has been said, nobody knows where weights lie.
        for need in needed:
            yield _presence(need)
        yield from _checked(lambda: _room(needed))
    for licence in dict.fromkeys(need.choice.weights.licence for need in needed):
        yield Answer(Verdict.NOTE, _licence(licence, needed))


def _without_models(found: Sequence[DeviceInfo]) -> Iterator[Answer]:
    if not found:
        blind = importlib.util.find_spec("pynvml") is None
        reason = " to be seen (nvidia-ml-py is not installed)" if blind else ""
        yield Answer(
            Verdict.NOTE,
            f"no NVIDIA GPU{reason}: this machine makes animatics only, which need none. What the "
            "cinematic profile would need: sparkle doctor --profile cinematic",
        )
        return
    for device in found:
        yield Answer(Verdict.FINE, _described(device))
    yield from _locks()
    yield Answer(
        Verdict.NOTE,
        "is it ready for models? That says: sparkle doctor --profile cinematic",
    )


def _checked(check: Callable[[], str]) -> Iterator[Answer]:
    try:
        yield Answer(Verdict.FINE, check())
    except (SparkleError, OSError) as error:
        yield Answer(Verdict.FAILS, str(error))


def _packages() -> str:
    missing = [name for name in _MODEL_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise SparkleError(
            f"the packages that models run on are not all installed ({', '.join(missing)} missing)."
            " In the checkout, type: pip install -c constraints.txt -e '.[models]'"
        )
    versions = (f"{name} {importlib.metadata.version(name)}" for name in _MODEL_PACKAGES[:3])
    return f"models run on {', '.join(versions)}"


def _device_answers(
    profile: Mapping[str, Any], here: Sequence[str], found: Sequence[DeviceInfo]
) -> Iterator[Answer]:
    """Say which preset the profile's models run by, and whether the device bears it.

    Args:
        profile: The profile.
        here: Its engines whose models run in this environment; workers have a torch of their own.
        found: The machine's GPUs.
    """
    from sparkle_motion_dagster.resources.gpu import GpuResource

    for device in found:
        yield Answer(Verdict.FINE, _described(device))
    try:
        preset = GpuResource(**profile["resources"]["gpu"]["config"]).device_preset()
    except SparkleError as error:
        yield Answer(Verdict.FAILS, f"{error} Without a GPU this machine makes animatics only.")
        return
    for engine in here:
        yield from _checked(functools.partial(_running, preset, engine))
    if preset.device == "cpu":
        yield Answer(
            Verdict.NOTE, "the preset cpu is for tests with tiny models: real ones take days"
        )
        return
    yield from _checked(lambda: _memory(preset, found))
    if here:
        yield from _checked(_cuda)
    yield from _locks()


def _environment(engine: str) -> str:
    """Say whether the environment of an engine's worker is whole."""
    from sparkle_motion_dagster.engines.machinery.environments import Environments

    environment = Environments.from_environment().of(engine)
    environment.ready_python()
    record = environment.record()
    versions = record.versions if record else {}
    held = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"{engine}'s environment is whole ({environment.folder}): {held}"


def _wav2lip_checkout(settings: Mapping[str, Any]) -> str:
    """Say whether the user's own Wav2Lip is there, and whether it can be run."""
    from pydantic import ValidationError

    from sparkle_motion_dagster.engines.base import EngineInputError
    from sparkle_motion_dagster.engines.lipsync.wav2lip.checkout import Checkout
    from sparkle_motion_dagster.engines.lipsync.wav2lip.engine import Wav2LipSettings
    from sparkle_motion_dagster.engines.registry import reasons

    try:
        wanted = Wav2LipSettings.model_validate(dict(settings))
    except ValidationError as error:
        raise EngineInputError(
            f"wav2lip does not take the profile's settings: {reasons(error)}."
        ) from error
    checkout = Checkout.located(wanted.checkout, wanted.checkpoint)
    checkout.check()
    return f"Wav2Lip's checkout is {checkout.folder}, its checkpoint {checkout.checkpoint}"


def _described(device: DeviceInfo) -> str:
    return (
        f"GPU {device.index}: {device.name}, {device.total_bytes / _GIB:.0f} GiB, driver "
        f"{device.driver}"
    )


def _running(preset: DevicePreset, engine: str) -> str:
    how = preset.engine(engine)
    offload = {"none": "all on the device", "model": "parts wait in memory"}.get(
        how.offload, "layers wait in memory"
    )
    tiling = ", decoded in tiles" if how.vae_tiling else ""
    return f"{engine} runs by preset {preset.name}: {how.precision}, {offload}{tiling}"


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
        yield Answer(Verdict.NOTE, f"{device.name} is {whose}")


def _presence(need: Need) -> Answer:
    from sparkle_motion_dagster.engines.machinery.weights import MissingWeightsError

    name = f"{need.engine}'s weights {need.choice.name} ({need.choice.weights.repository})"
    try:
        folder = need.located()
    except MissingWeightsError as error:
        if need.only_for is None:
            return Answer(Verdict.FAILS, str(error))
        return Answer(Verdict.NOTE, f"{error} Only {need.only_for} need them.")
    return Answer(Verdict.FINE, f"{name} are in {folder}")


def _room(needed: Sequence[Need]) -> str:
    """Compare the disk that weights are put on with the size of those that are missing."""
    from sparkle_motion_dagster.engines.machinery.weights import hub_cache

    missing = [need for need in needed if _presence(need).verdict is not Verdict.FINE]
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


def _licence(licence: str, needed: Sequence[Need]) -> str:
    under = dict.fromkeys(
        need.choice.weights.repository for need in needed if need.choice.weights.licence == licence
    )
    return f"{licence} ({', '.join(under)}): {_TERMS.get(licence, 'read it before you use them')}"
