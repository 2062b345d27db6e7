"""Which engines a profile works with, those that it leaves a choice between included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sparkle_motion_dagster.engines.declaration import KINDS, Kind
from sparkle_motion_dagster.resources.profiles import Profile


@dataclass(frozen=True)
class EngineUse:
    """An engine that a profile may work with, and the settings that it gives it."""

    kind: Kind
    engine: str
    settings: Mapping[str, Any]


def engines_of(profile: Profile) -> tuple[EngineUse, ...]:
    """Return the engines that a profile may work with.

    Raises:
        EngineInputError: What it says of the choice of a provider is wrong.
    """
    return tuple(
        use
        for kind in KINDS
        for use in _uses(kind, profile.engine(kind).engine, profile.engine(kind).settings)
    )


def _uses(kind: Kind, engine: str, settings: Mapping[str, Any]) -> Iterator[EngineUse]:
    from sparkle_motion_dagster.engines.base import EngineInputError
    from sparkle_motion_dagster.errors import reasons
    from sparkle_motion_dagster.film.casting.speakers import CASTING, CastingSettings
    from sparkle_motion_dagster.resources.engines import voice_catalogue

    if engine != CASTING:
        yield EngineUse(kind, engine, settings)
        return
    try:
        wanted = CastingSettings.model_validate(dict(settings))
    except ValidationError as error:
        raise EngineInputError(
            f"The profile's settings of casting are wrong: {reasons(error)}."
        ) from error
    catalogue = voice_catalogue()
    for name, own in wanted.providers.items():
        provider = catalogue.provider(name)
        yield EngineUse(kind, provider.engine, {**provider.settings, **own})
