"""What is said of a profile's engines: environments, weights, licences."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sparkle_motion_dagster.api.readiness.answers import GIB, Answer, Outcome, Subject, checked
from sparkle_motion_dagster.api.readiness.devices import described, device_answers, locks
from sparkle_motion_dagster.errors import SparkleError

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.declaration import EngineDeclaration, WorkerProgram
    from sparkle_motion_dagster.engines.machinery.weights import Licence, WeightsNeed
    from sparkle_motion_dagster.gpu.nvml import DeviceInfo
    from sparkle_motion_dagster.resources.profiles import Profile


def _subjects(profile: Profile) -> Iterator[Subject]:
    from sparkle_motion_dagster.api.readiness.uses import engines_of
    from sparkle_motion_dagster.engines.registry import declared, needs_of, settings_of

    for use in engines_of(profile):
        engine = declared(use.engine, use.kind)
        settings = settings_of(engine, use.settings)
        yield Subject(engine, settings, needs_of(engine, use.settings))


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
    here = [one for one in subjects if one.needs and one.engine.program is None]
    equipped = [one for one in here if issubclass(class_of(one.engine), EquippedEngine)]
    if here:
        engines = list(dict.fromkeys(one.engine for one in here))
        yield from checked(functools.partial(_packages, engines))
    if equipped or programs:
        yield from device_answers(profile, equipped, found)
    for program in programs:
        yield from checked(functools.partial(_environment, program))
    for subject in subjects:
        yield from _readiness(subject)
    if here or programs:
        yield from _weights_answers(subjects)
    if not (equipped or programs):
        yield from _without_models(found)


def answers_by_engine(profile: Profile) -> Mapping[str, Sequence[Answer]]:
    """Return what is there of what each of a profile's engines needs; none of them is tried.

    No model is loaded, and nothing is asked of the network: whether they work, `engine_answers`
    tells.
    """
    found: dict[str, list[Answer]] = {}
    for subject in _subjects(profile):
        found.setdefault(subject.engine.name, []).extend(_there(subject))
    return {engine: list(dict.fromkeys(answers)) for engine, answers in found.items()}


def _there(subject: Subject) -> Iterator[Answer]:
    engine = subject.engine
    if engine.program is not None:
        yield from checked(functools.partial(_environment, engine.program))
    elif engine.packages:
        yield from checked(functools.partial(_packages, [engine]))
    if subject.needs and importlib.util.find_spec("huggingface_hub") is not None:
        yield from (_presence(engine.name, need) for need in subject.needs)


def _readiness(subject: Subject) -> Iterator[Answer]:
    """Ask an engine whether it can work, if there is anything to ask."""
    from sparkle_motion_dagster.engines.registry import named

    if subject.engine.readiness is not None:
        yield from checked(functools.partial(named(subject.engine.readiness), subject.settings))


def _weights_answers(subjects: Sequence[Subject]) -> Iterator[Answer]:
    """Say where the weights of engines are, whether there is room for them, and their licences."""
    needed = [(subject.engine.name, need) for subject in subjects for need in subject.needs]
    if importlib.util.find_spec("huggingface_hub") is not None:
        # Without it, which has been said, nobody knows where weights lie.
        for engine, need in needed:
            yield _presence(engine, need)
        yield from checked(lambda: _room(needed))
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
        yield Answer(Outcome.FINE, described(device))
    yield from locks()
    yield Answer(
        Outcome.NOTE, "is it ready for models? That says: sparkle doctor --profile cinematic"
    )


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


def _environment(program: WorkerProgram) -> str:
    """Say whether the environment of an engine's worker is whole."""
    from sparkle_motion_dagster.engines.machinery.environments import Environments

    environment = Environments.from_environment().of(program)
    environment.ready_python()
    record = environment.record()
    versions = record.versions if record else {}
    held = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"{environment.name}'s environment is whole ({environment.folder}): {held}"


def _presence(engine: str, need: WeightsNeed) -> Answer:
    from sparkle_motion_dagster.engines.machinery.rounded import RoundedCopy, present
    from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError

    name = f"{engine}'s weights {need.choice.name} ({need.choice.weights.repository})"
    copy = RoundedCopy(need.choice.weights)
    try:
        folder = present(need, engine)
        alone = ", in bfloat16 alone" if folder == copy.folder else ""
        outdated = bool(alone) and not copy.is_current()
    except MissingWeightsError as error:
        if need.only_for is None:
            return Answer(Outcome.FAILS, str(error))
        return Answer(Outcome.NOTE, f"{error} Only {need.only_for} need them.")
    if outdated:
        return Answer(
            Outcome.FAILS,
            f"{name} are in {folder}{alone}, and the installed diffusers or transformers would "
            "leave other parts of them in float32. Fetch the originals again: `sparkle engines "
            f"install {engine} --model {need.choice.name}`.",
        )
    beside = f", and in bfloat16 in {copy.folder}" if not alone and copy.record() else ""
    return Answer(Outcome.FINE, f"{name} are in {folder}{alone}{beside}")


def _room(needed: Sequence[tuple[str, WeightsNeed]]) -> str:
    """Compare the disk that weights are put on with the size of those that are missing."""
    from sparkle_motion_dagster.engines.machinery.weights import hub_cache

    missing = [need for name, need in needed if _presence(name, need).outcome is not Outcome.FINE]
    size = sum(need.choice.weights.size_gib for need in missing)
    folder = hub_cache()
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free / GIB
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
