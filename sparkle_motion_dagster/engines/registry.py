"""Which engines there are: those whose folders lie here, and those that other packages bring."""

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import ValidationError

from sparkle_motion_dagster.engines.base import Engine, EngineInputError, EngineSettings
from sparkle_motion_dagster.engines.declaration import KINDS, EngineDeclaration, Kind
from sparkle_motion_dagster.engines.machinery.equipped import EquippedEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.weights import EngineWeights, WeightsNeed
from sparkle_motion_dagster.engines.speech.performances import Performance
from sparkle_motion_dagster.errors import SparkleError, did_you_mean, reasons

ENTRY_POINTS = "sparkle_motion.engines"
"""The group of entry points by which other distributions bring engines."""


class EngineRegistryError(SparkleError):
    """An engine that a distribution brings cannot be had, or two engines have one name."""

    retryable = False


@functools.cache
def declarations() -> Mapping[str, EngineDeclaration]:
    """Return all engines by name, in the order of their kinds, our own before those of others.

    Raises:
        EngineRegistryError: Two engines have the same name, or an entry point is broken.
    """
    found: dict[str, tuple[EngineDeclaration, str]] = {}
    for declared, whence in (*_own(), *_brought()):
        if declared.name in found:
            raise EngineRegistryError(
                f"There are two engines {declared.name!r}: {found[declared.name][1]} and {whence}. "
                "Uninstall the distribution of one of them, or give it another name."
            )
        found[declared.name] = (declared, whence)
    engines = [declared for declared, _ in found.values()]
    return {
        declared.name: declared
        for declared in sorted(engines, key=lambda one: KINDS.index(one.kind))
    }


def _own() -> Iterator[tuple[EngineDeclaration, str]]:
    """Yield the engines whose folders lie beside this file, each with where it is from.

    A folder without a declaration is what engines of its kind share.
    """
    for kind in KINDS:
        folder = importlib.import_module(f"sparkle_motion_dagster.engines.{kind}")
        for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
            if module.ispkg:
                declared = getattr(importlib.import_module(module.name), "DECLARATION", None)
                if declared is not None:
                    yield declared, module.name


def _brought() -> Iterator[tuple[EngineDeclaration, str]]:
    """Yield the engines that installed distributions bring, each with where it is from.

    Raises:
        EngineRegistryError: An entry point leads to no declaration.
    """
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        whence = f"{point.value} of the distribution {_distribution(point)}"
        try:
            declared = point.load()
        except Exception as error:  # whatever somebody else's module raises
            raise EngineRegistryError(
                f"The engine {point.name!r} cannot be loaded, which is {whence}: "
                f"{type(error).__name__}: {error}. Mend or uninstall that distribution."
            ) from error
        if not isinstance(declared, EngineDeclaration) or declared.kind not in KINDS:
            raise EngineRegistryError(
                f"The entry point {point.name!r} ({whence}) leads to {declared!r}, which is no "
                f"EngineDeclaration of one of the kinds {', '.join(KINDS)}. Mend or uninstall that "
                "distribution."
            )
        yield declared, whence


def _distribution(point: EntryPoint) -> str:
    return "unknown" if point.dist is None else f"{point.dist.name} {point.dist.version}"


def engines_of_kind(kind: Kind) -> Mapping[str, EngineDeclaration]:
    """Return the engines of a kind, by name."""
    return {name: one for name, one in declarations().items() if one.kind == kind}


def declared(name: str, kind: Kind | None = None) -> EngineDeclaration:
    """Return an engine's declaration.

    Args:
        name: The engine's name.
        kind: What it must make; None: whatever.

    Raises:
        EngineInputError: There is no such engine.
    """
    known = declarations() if kind is None else engines_of_kind(kind)
    if name not in known:
        what = "engine" if kind is None else f"{kind} engine"
        raise EngineInputError(
            f"There is no {what} {name!r}.{did_you_mean(name, known)} "
            f"Known: {', '.join(sorted(known))}."
        )
    return known[name]


def class_of(engine: EngineDeclaration) -> type[Engine[Any, Any]]:
    """Return an engine's class.

    Raises:
        EngineRegistryError: It cannot be loaded, or has another name than its declaration says.
    """
    found: type[Engine[Any, Any]] = named(engine.engine)
    name = getattr(found, "name", None)
    if name != engine.name:
        raise EngineRegistryError(
            f"An engine is declared as {engine.name!r}, and its class {engine.engine} is named "
            f"{name!r}. Write the same name in both: fingerprints hold it."
        )
    return found


def weights_of(engine: EngineDeclaration) -> EngineWeights | None:
    """Return which weights an engine can use; None where it uses none."""
    return None if engine.weights is None else named(engine.weights)


def performances() -> Mapping[str, type[Performance]]:
    """Return how the engines that speak perform voices, by the engine's name."""
    return {
        name: named(engine.performance)
        for name, engine in engines_of_kind("speech").items()
        if engine.performance is not None
    }


def settings_of(engine: EngineDeclaration, settings: Mapping[str, Any]) -> EngineSettings:
    """Return an engine's settings, validated.

    Raises:
        EngineInputError: It does not take them.
    """
    try:
        validated: EngineSettings = class_of(engine).settings_model.model_validate(dict(settings))
    except ValidationError as error:
        raise EngineInputError(
            f"The {engine.kind} engine {engine.name} does not take these settings: "
            f"{reasons(error)}. What it takes: `sparkle engines settings {engine.name}`."
        ) from error
    return validated


def needs_of(engine: EngineDeclaration, settings: Mapping[str, Any]) -> tuple[WeightsNeed, ...]:
    """Return the weights that an engine needs with its settings; none where it runs no model.

    Raises:
        EngineInputError: It does not take these settings.
    """
    weights = weights_of(engine)
    return () if weights is None else tuple(weights.needs(settings_of(engine, settings)))


def engine_of(
    kind: Kind, name: str, settings: Mapping[str, Any], facilities: Facilities
) -> Engine[Any, Any]:
    """Return an engine with its settings.

    Args:
        kind: What it makes.
        name: Which of that kind.
        settings: Its settings, by name.
        facilities: What it may use, if it runs a model or a worker.

    Raises:
        EngineInputError: There is no such engine, or it does not take these settings.
    """
    engine = declared(name, kind)
    validated = settings_of(engine, settings)
    made = class_of(engine)
    if issubclass(made, EquippedEngine):
        return made(validated, facilities)
    return made(validated)


def named(path: str) -> Any:
    """Return what is named as "package.module:name" in a declaration.

    Raises:
        EngineRegistryError: It cannot be loaded.
    """
    try:
        return pkgutil.resolve_name(path)
    except Exception as error:  # whatever somebody else's module raises
        raise EngineRegistryError(
            f"{path}, which an engine declares, cannot be loaded: {type(error).__name__}: {error}. "
            "Mend or uninstall the distribution that it is of."
        ) from error
