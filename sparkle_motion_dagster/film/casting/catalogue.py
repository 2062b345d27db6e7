"""The voice catalogue: which voices there are, and who in a film speaks with which."""

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError, create_model, field_validator

from sparkle_motion_dagster.engines.registry import performances
from sparkle_motion_dagster.engines.speech.base import Voice
from sparkle_motion_dagster.engines.speech.performances import Performance, Role
from sparkle_motion_dagster.errors import InputError, did_you_mean, reasons
from sparkle_motion_dagster.film.casting.performers import (
    DEFAULT_LANGUAGE,
    CastingError,
    Performer,
    able_performers,
    free_voice,
    language_of,
    languages_of,
    told_apart,
)
from sparkle_motion_dagster.film.casting.providers import Priority, Provider
from sparkle_motion_dagster.plan.reading.yaml_values import YAMLError, yaml_value
from sparkle_motion_dagster.units import Record

VoiceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?$")]


class VoiceCatalogueError(InputError):
    """The voice catalogue's file cannot be read, or something in it is wrong."""


class UnknownVoiceError(CastingError):
    """A character asks for a voice that the catalogue does not have."""


@functools.cache
def _performances_model() -> type[Record]:
    """Return the model of how all engines that speak perform a voice: a field an engine."""
    fields: dict[str, Any] = {
        engine: (performance | None, None) for engine, performance in performances().items()
    }
    return create_model("Performances", __base__=Record, **fields)


class CatalogueVoice(Record):
    """A voice that a character can have; ``providers`` is how each engine performs it, by name."""

    description: str = Field(min_length=1)
    language: LanguageTag
    providers: dict[str, Performance] = Field(default={})

    @field_validator("providers", mode="before")
    @classmethod
    def _as_engines_perform(cls, written: Any) -> Any:
        """Read each engine's entry as that engine performs voices."""
        performed = _performances_model().model_validate(written)
        return {engine: performance for engine, performance in performed if performance is not None}


class VoiceCatalogue(Record):
    """All voices, by the ids that plans name them with, who speaks with them, and what may count.

    ``providers`` are the providers of speech by name, ``priorities`` what counts in their choice.
    """

    schema_version: Literal["1"] = "1"
    providers: dict[Name, Provider] = Field(default={})
    priorities: dict[Name, Priority] = Field(default={})
    voices: dict[VoiceId, CatalogueVoice] = Field(min_length=1)

    @classmethod
    def load(cls, *files: Path) -> "VoiceCatalogue":
        """Read a catalogue from its YAML files, of which each adds to those before it.

        What two of them say of the same field, the later one says.

        Raises:
            VoiceCatalogueError: A file cannot be read or is no YAML, or a field is wrong; every
                wrong field is named.
        """
        content: Any = {}
        for file in files:
            content = _added(content, _read(file))
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise VoiceCatalogueError(
                f"The voice catalogue ({', '.join(map(str, files))}) is wrong. Correct these "
                f"fields: {reasons(error, 'the file')}."
            ) from error

    def provider(self, name: str) -> Provider:
        """Return a provider by name.

        Raises:
            CastingError: There is none of that name.
        """
        if name not in self.providers:
            raise CastingError(
                f"The voice catalogue knows no provider {name!r}."
                f"{did_you_mean(name, self.providers)} It knows {', '.join(self.providers)}."
            )
        return self.providers[name]

    def cast(self, roles: Sequence[Role], provider: str) -> Mapping[str, Voice]:
        """Return the voice of each character, by character id, for one provider of speech.

        A provider with a default voice speaks with that one where the catalogue says nothing else,
        and imitates the recordings that characters bring, if it can. Any other has a voice for
        everybody: where several have the same, and nothing of their own that tells them apart (a
        pitch, a rate), the second speaks a little higher, the third lower, and so on.

        Raises:
            CastingError: There is no such provider; or it does not speak a character's language; or
                as `assign` says; or a character's pitch or rate, on top of the voice's own, is more
                than the provider can do.
        """
        if self.provider(provider).default_voice is not None:
            return {role.character_id: self._by_default(role, provider) for role in roles}
        performers = self._performers(provider)
        assigned = self.assign(roles, provider)
        users: Counter[str] = Counter()
        voices = {}
        for role, voice_id in zip(roles, assigned.values(), strict=True):
            performer, apart = performers[voice_id], role
            if performer.performance.tells_apart and role.pitch is None and role.rate is None:
                apart = told_apart(role, users[voice_id], performer)
                users[voice_id] += 1
            voices[role.character_id] = performer.voice(apart, performer.language)
        return voices

    def assign(self, roles: Sequence[Role], provider: str) -> Mapping[str, str]:
        """Return the voice id of each character, by character id.

        A character that asks for a voice has it. The others are given one, those first for whom
        the fewest voices will do, and among equals in order (so that nobody takes a voice that
        another one needs): of the voices that speak their language, as high and fast as they ask,
        the one that fewest speak with already and that suits what is known of them (`misfit`; where
        nothing is, no two are alike while there are voices left), rather of their own region than
        of another, and among equals by a hash of the character's and the voice's id (so that
        neither another character nor another voice changes the cast without need).

        Raises:
            UnknownVoiceError: A character asks for a voice that the catalogue does not have.
            CastingError: A character asks for a voice that the provider cannot speak with, or
                that speaks another language; or no voice speaks its language; or the provider is
                unknown.
        """
        available = self._performers(provider)
        chosen = {
            role.character_id: self._asked_for(role, role.voice_id, available, provider)
            for role in roles
            if role.voice_id is not None
        }
        users = Counter(chosen.values())
        others = [
            (role, able_performers(role, available, provider))
            for role in roles
            if role.character_id not in chosen
        ]
        for role, able in sorted(others, key=lambda other: len(other[1])):
            voice_id = free_voice(role, able, users)
            chosen[role.character_id] = voice_id
            users[voice_id] += 1
        return {role.character_id: chosen[role.character_id] for role in roles}

    def _by_default(self, role: Role, provider: str) -> Voice:
        """Return a role's voice at a provider that has one for everybody."""
        entry = self.provider(provider)
        named = None if role.voice_id is None else self._named(role, role.voice_id)
        language = role.language or (named.language if named else DEFAULT_LANGUAGE)
        if language_of(language) not in (entry.languages or ()):
            raise CastingError(
                f"The character {role.character_id!r} speaks {language}, which {provider} does "
                f"not. It speaks {', '.join(entry.languages or ())}."
            )
        performer = Performer(
            name="its voice" if role.voice_id is None else f"the voice {role.voice_id!r}",
            description=named.description if named else "",
            language=language,
            provider_name=provider,
            provider=entry,
            performance=(named.providers.get(entry.engine) if named else None)
            or entry.default_performance(),
        )
        return performer.voice(role, language)

    def _performers(self, provider: str) -> Mapping[str, Performer]:
        """Return the voices that a provider performs, by id."""
        self.provider(provider)
        return self._all_performers[provider]

    @functools.cached_property
    def _all_performers(self) -> Mapping[str, Mapping[str, Performer]]:
        """The voices that each provider performs, by id: those of the languages it speaks."""
        return {
            name: {
                voice_id: Performer(
                    name=f"the voice {voice_id!r}",
                    description=voice.description,
                    language=voice.language,
                    provider_name=name,
                    provider=entry,
                    performance=performance,
                )
                for voice_id, voice in self.voices.items()
                if (performance := voice.providers.get(entry.engine)) is not None
                and (entry.languages is None or language_of(voice.language) in entry.languages)
            }
            for name, entry in self.providers.items()
        }

    def _asked_for(
        self, role: Role, voice_id: str, available: Mapping[str, Performer], provider: str
    ) -> str:
        if voice_id in self.voices and voice_id not in available:
            language = self.voices[voice_id].language
            alike = [
                name
                for name, performer in available.items()
                if language_of(performer.language) == language_of(language)
            ]
            languages = ", ".join(languages_of(available)) or "no language at all"
            raise CastingError(
                f"The character {role.character_id!r} asks for the voice {voice_id!r} "
                f"({language}), which {provider} does not have. It has "
                f"{', '.join(alike) or f'voices for {languages}'}."
            )
        self._named(role, voice_id)
        return voice_id

    def _named(self, role: Role, voice_id: str) -> CatalogueVoice:
        """Return the voice that a role names, which must speak the role's language."""
        if voice_id not in self.voices:
            raise UnknownVoiceError(
                f"The character {role.character_id!r} asks for the voice {voice_id!r}, which the "
                f"voice catalogue does not have.{did_you_mean(voice_id, self.voices)} "
                f"It has {', '.join(self.voices)}."
            )
        voice = self.voices[voice_id]
        if role.language is not None and language_of(role.language) != language_of(voice.language):
            raise CastingError(
                f"The character {role.character_id!r} speaks {role.language}, but the voice "
                f"{voice_id!r} that it asks for speaks {voice.language}. Change one of the two, or "
                "leave voice_id out."
            )
        return voice


def _read(file: Path) -> Any:
    try:
        return _parsed(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise VoiceCatalogueError(f"The voice catalogue {file} cannot be read: {error}") from error
    except YAMLError as error:
        raise VoiceCatalogueError(f"The voice catalogue {file} is no YAML: {error}") from error


@functools.cache
def _parsed(text: str) -> Any:
    """Return what a catalogue's file says: several stages of a run ask."""
    return yaml_value(text)


def _added(before: Any, more: Any) -> Any:
    """Return what two files say together: maps are joined, of anything else the later one counts.

    Order stays: what a later file adds comes after what is there.
    """
    if not (isinstance(before, dict) and isinstance(more, dict)):
        return more
    joined = {name: _added(before[name], more[name]) for name in before.keys() & more.keys()}
    return before | more | joined
