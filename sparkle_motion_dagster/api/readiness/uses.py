"""Which engines a profile works with, those that it leaves a choice between included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.engines.declaration import Kind
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
        for kind, choice in profile.engines().items()
        for use in _uses(kind, choice.engine, choice.settings)
    )


def _uses(kind: Kind, engine: str, settings: Mapping[str, Any]) -> Iterator[EngineUse]:
    from sparkle_motion_dagster.film.casting.speakers import CASTING, CastingSettings
    from sparkle_motion_dagster.resources.engines import voice_catalogue

    if engine != CASTING:
        yield EngineUse(kind, engine, settings)
        return
    catalogue = voice_catalogue()
    for name, own in CastingSettings.of_profile(settings).providers.items():
        provider = catalogue.provider(name)
        yield EngineUse(kind, provider.engine, {**provider.settings, **own})
