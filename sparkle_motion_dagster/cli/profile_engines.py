"""Which engines a profile works with, those that it leaves a choice between included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError


@dataclass(frozen=True)
class EngineUse:
    """An engine that a profile may work with, and the settings that it gives it."""

    kind: str
    engine: str
    settings: Mapping[str, Any]


def engines_of(profile: Mapping[str, Any]) -> tuple[EngineUse, ...]:
    """Return the engines that a profile may work with.

    Raises:
        EngineInputError: What it says of the choice of a provider is wrong.
    """
    return tuple(
        use
        for kind, part in profile["resources"].items()
        if "engine" in part["config"]
        for use in _uses(kind, part["config"]["engine"], part["config"]["settings"])
    )


def _uses(kind: str, engine: str, settings: Mapping[str, Any]) -> Iterator[EngineUse]:
    from sparkle_motion_dagster.engines.base import EngineInputError
    from sparkle_motion_dagster.engines.registry import reasons
    from sparkle_motion_dagster.film.casting.speakers import CASTING, CastingSettings
    from sparkle_motion_dagster.film.casting.voices import VoiceCatalogue
    from sparkle_motion_dagster.resources.profiles import CONFIGS

    if engine != CASTING:
        yield EngineUse(kind, engine, settings)
        return
    try:
        wanted = CastingSettings.model_validate(dict(settings))
    except ValidationError as error:
        raise EngineInputError(
            f"The profile's settings of casting are wrong: {reasons(error)}."
        ) from error
    catalogue = VoiceCatalogue.load(CONFIGS / "voices.yaml")
    for name, own in wanted.providers.items():
        provider = catalogue.provider(name)
        yield EngineUse(kind, provider.engine, {**provider.settings, **own})
