"""What a profile says about speech: one engine that speaks everything, or a choice of providers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

from pydantic import Field, JsonValue, ValidationError

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.engines.base import EngineInputError, EngineSettings
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.registry import (
    declared,
    engine_of,
    engines_of_kind,
    settings_of,
)
from sparkle_motion_dagster.engines.speech.base import SpeechEngine
from sparkle_motion_dagster.engines.speech.performances import Role
from sparkle_motion_dagster.errors import did_you_mean, reasons
from sparkle_motion_dagster.film.casting.catalogue import VoiceCatalogue
from sparkle_motion_dagster.film.casting.choice import Candidate, Criteria, choose
from sparkle_motion_dagster.film.casting.provider_caps import check_providers
from sparkle_motion_dagster.film.casting.providers import Provider
from sparkle_motion_dagster.units import Record

CASTING = "casting"
"""What a profile names instead of an engine where it leaves the choice between providers."""


class CastingSettings(Record):
    """Among whom is chosen, and by what.

    ``providers`` are those of the voice catalogue that may speak, each with further settings of its
    engine; their order decides ties. ``priority`` is what counts, ``required`` are features that
    each of them must have.
    """

    priority: str = "balanced"
    required: tuple[str, ...] = ()
    providers: dict[str, dict[str, JsonValue]] = Field(min_length=1)

    @classmethod
    def of_profile(cls, settings: Mapping[str, Any]) -> Self:
        """Return them as a profile says them.

        Raises:
            EngineInputError: They are wrong.
        """
        try:
            return cls.model_validate(dict(settings))
        except ValidationError as error:
            raise EngineInputError(
                f"The profile's settings of casting are wrong: {reasons(error)}."
            ) from error


@dataclass(frozen=True)
class Speaker:
    """A provider of speech, and the engine that answers for it."""

    name: str
    provider: Provider
    engine: SpeechEngine[Any]


@dataclass(frozen=True)
class Speakers:
    """Everybody who may speak under a profile, by name, and by what they are chosen."""

    catalogue: VoiceCatalogue
    criteria: Criteria
    by_name: Mapping[str, Speaker]

    def cast(
        self, roles: Sequence[Role], texts: Mapping[str, Sequence[str]]
    ) -> Mapping[str, tuple[Candidate, ...]]:
        """Return who may speak for each character, the first choice first; see `choose`.

        Raises:
            CastingError: As `choose` says.
        """
        return choose(self.catalogue, roles, texts, self.criteria)

    def identity(self, names: Collection[str]) -> EngineIdentity:
        """Return who spoke: the engine itself where it was one alone, else all of them.

        Args:
            names: The providers that spoke.
        """
        spoke = [speaker for name, speaker in self.by_name.items() if name in names]
        if self.criteria.priority is None:
            spoke = [*self.by_name.values()]
        if len(spoke) == 1:
            return spoke[0].engine.identity()
        return EngineIdentity(
            name=CASTING,
            version=1,
            settings={one.name: one.engine.identity().model_dump(mode="json") for one in spoke},
        )


def speakers_of(
    engine: str, settings: Mapping[str, Any], catalogue: VoiceCatalogue, facilities: Facilities
) -> Speakers:
    """Return who may speak, as a profile says it.

    Args:
        engine: The one engine that speaks everything, or "casting".
        settings: Its settings, or those of the choice.
        catalogue: The voices and the providers.
        facilities: What engines may use.

    Raises:
        EngineInputError: There is no such engine, provider, priority or feature, or an engine does
            not take its settings.
        CastingError: The catalogue has no provider with that engine.
        RateLimitsFileError: The operator has capped a provider that the catalogue does not have.
    """
    check_providers(catalogue)
    if engine == CASTING:
        return _choice(settings, catalogue, facilities)
    known = (*engines_of_kind("speech"), CASTING)
    if engine not in known:
        raise EngineInputError(
            f"There is no speech engine {engine!r}.{did_you_mean(engine, known)} Known ones: "
            f"{', '.join(known)}."
        )
    speaking = cast(SpeechEngine[Any], engine_of("speech", engine, settings, facilities))
    name = _provider_with(speaking, catalogue)
    only = Speaker(name, catalogue.provider(name), speaking)
    return Speakers(catalogue, Criteria((name,)), {name: only})


def _provider_with(engine: SpeechEngine[Any], catalogue: VoiceCatalogue) -> str:
    """Return the provider that an engine, with its settings, is."""
    fitting = [
        name
        for name, provider in catalogue.providers.items()
        if provider.engine == engine.name and _is_set_so(engine.settings, provider)
    ]
    if not fitting:
        raise EngineInputError(
            f"The voice catalogue has no provider whose engine is {engine.name}, with these "
            "settings. Add one to a voice catalogue of your own: docs/voices.md tells how."
        )
    return fitting[0]


def _is_set_so(settings: EngineSettings, provider: Provider) -> bool:
    """Tell whether an engine's settings are a provider's, and further ones."""
    said = settings_of(declared(provider.engine), provider.settings)
    return all(getattr(settings, one) == getattr(said, one) for one in said.model_fields_set)


def _choice(
    settings: Mapping[str, Any], catalogue: VoiceCatalogue, facilities: Facilities
) -> Speakers:
    wanted = CastingSettings.of_profile(settings)
    features = {one for provider in catalogue.providers.values() for one in provider.features}
    _check_known("provider", wanted.providers, catalogue.providers)
    _check_known("priority", [wanted.priority], catalogue.priorities)
    _check_known("feature", wanted.required, sorted(features))
    speakers = {
        name: Speaker(name, provider, _engine_for(name, provider, own, facilities))
        for name, own in wanted.providers.items()
        for provider in [catalogue.provider(name)]
    }
    priority = catalogue.priorities[wanted.priority]
    return Speakers(catalogue, Criteria(tuple(speakers), priority, wanted.required), speakers)


def _check_known(what: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise EngineInputError(
                f"The voice catalogue has no {what} {name!r}, which the profile's casting asks "
                f"for.{did_you_mean(name, known)} Known: {', '.join(known)}."
            )


def _engine_for(
    name: str, provider: Provider, own: Mapping[str, JsonValue], facilities: Facilities
) -> SpeechEngine[Any]:
    """Return a provider's engine, with further settings of the profile's own."""
    for setting in sorted(own.keys() & provider.settings.keys()):
        if own[setting] != provider.settings[setting]:
            raise EngineInputError(
                f"The provider {name} is {provider.engine} with {setting} "
                f"{provider.settings[setting]!r}; the profile cannot make that {own[setting]!r}. "
                "Allow another provider, or leave the setting out."
            )
    merged = {**provider.settings, **own}
    return cast(SpeechEngine[Any], engine_of("speech", provider.engine, merged, facilities))
