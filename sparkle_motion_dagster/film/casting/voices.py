"""The voice catalogue: which voices there are, and who in a film speaks with which."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sparkle_motion_dagster.engines.speech.base import Voice
from sparkle_motion_dagster.engines.speech.performances import (
    Entry,
    Part,
    Performances,
)
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.casting.performers import (
    DEFAULT_LANGUAGE,
    CastingError,
    Performer,
    able_performers,
    free_voice,
    language_of,
    told_apart,
)
from sparkle_motion_dagster.film.casting.providers import Priority, Provider

VoiceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?$")]


class VoiceCatalogueError(InputError):
    """The voice catalogue's file cannot be read, or something in it is wrong."""


class UnknownVoiceError(CastingError):
    """A character asks for a voice that the catalogue does not have."""


class CatalogueVoice(Entry):
    """A voice that a character can have."""

    description: str = Field(min_length=1)
    language: LanguageTag
    providers: Performances


class VoiceCatalogue(Entry):
    """All voices, by the ids that plans name them with, who speaks with them, and what may count.

    ``providers`` are the providers of speech by name, ``priorities`` what counts in their choice.
    """

    schema_version: Literal["1"] = "1"
    providers: dict[Name, Provider] = Field(default={})
    priorities: dict[Name, Priority] = Field(default={})
    voices: dict[VoiceId, CatalogueVoice] = Field(min_length=1)

    @classmethod
    def load(cls, path: Path) -> VoiceCatalogue:
        """Read a catalogue from its YAML file.

        Raises:
            VoiceCatalogueError: The file cannot be read, is no YAML, or a field of it is wrong;
                every wrong field is named.
        """
        try:
            content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
            return cls.model_validate(content)
        except (OSError, UnicodeDecodeError) as error:
            raise VoiceCatalogueError(
                f"The voice catalogue {path} cannot be read: {error}"
            ) from error
        except YAMLError as error:
            raise VoiceCatalogueError(f"The voice catalogue {path} is no YAML: {error}") from error
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(map(str, part['loc'])) or 'the file'}: {part['msg']}"
                for part in error.errors()
            )
            raise VoiceCatalogueError(
                f"The voice catalogue {path} is wrong. Correct these fields: {wrong}"
            ) from error

    def provider(self, name: str) -> Provider:
        """Return a provider by name.

        Raises:
            CastingError: There is none of that name.
        """
        if name not in self.providers:
            raise CastingError(
                f"The voice catalogue knows no provider {name!r}.{nearest(name, self.providers)} "
                f"It knows {', '.join(self.providers)}."
            )
        return self.providers[name]

    def cast(self, parts: Sequence[Part], provider: str) -> Mapping[str, Voice]:
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
            return {part.character_id: self._by_default(part, provider) for part in parts}
        performers = self._performers(provider)
        assigned = self.assign(parts, provider)
        users: Counter[str] = Counter()
        voices = {}
        for part, voice_id in zip(parts, assigned.values(), strict=True):
            performer, apart = performers[voice_id], part
            if performer.performance.tells_apart and part.pitch is None and part.rate is None:
                apart = told_apart(part, users[voice_id], performer)
                users[voice_id] += 1
            voices[part.character_id] = performer.voice(apart, performer.language)
        return voices

    def assign(self, parts: Sequence[Part], provider: str) -> Mapping[str, str]:
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
            part.character_id: self._asked_for(part, part.voice_id, available, provider)
            for part in parts
            if part.voice_id is not None
        }
        users = Counter(chosen.values())
        others = [
            (part, able_performers(part, available, provider))
            for part in parts
            if part.character_id not in chosen
        ]
        for part, able in sorted(others, key=lambda other: len(other[1])):
            voice_id = free_voice(part, able, users)
            chosen[part.character_id] = voice_id
            users[voice_id] += 1
        return {part.character_id: chosen[part.character_id] for part in parts}

    def _by_default(self, part: Part, provider: str) -> Voice:
        """Return a part's voice at a provider that has one for everybody."""
        terms = self.provider(provider)
        named = None if part.voice_id is None else self._named(part, part.voice_id)
        language = part.language or (named.language if named else DEFAULT_LANGUAGE)
        if language_of(language) not in (terms.languages or ()):
            raise CastingError(
                f"The character {part.character_id!r} speaks {language}, which {provider} does "
                f"not. It speaks {', '.join(terms.languages or ())}."
            )
        performer = Performer(
            name="its voice" if part.voice_id is None else f"the voice {part.voice_id!r}",
            description=named.description if named else "",
            language=language,
            provider_name=provider,
            provider=terms,
            performance=(named.providers.of(terms.engine) if named else None)
            or terms.default_performance(),
        )
        return performer.voice(part, language)

    def _performers(self, provider: str) -> dict[str, Performer]:
        """Return the voices that a provider performs, by id."""
        terms = self.provider(provider)
        return {
            voice_id: Performer(
                name=f"the voice {voice_id!r}",
                description=voice.description,
                language=voice.language,
                provider_name=provider,
                provider=terms,
                performance=performance,
            )
            for voice_id, voice in self.voices.items()
            if (performance := voice.providers.of(terms.engine)) is not None
        }

    def _asked_for(
        self, part: Part, voice_id: str, available: Mapping[str, Performer], provider: str
    ) -> str:
        if voice_id in self.voices and voice_id not in available:
            raise CastingError(
                f"The character {part.character_id!r} asks for the voice {voice_id!r}, which "
                f"{provider} does not have. It has {', '.join(available) or 'none'}."
            )
        self._named(part, voice_id)
        return voice_id

    def _named(self, part: Part, voice_id: str) -> CatalogueVoice:
        """Return the voice that a part names, which must speak the part's language."""
        if voice_id not in self.voices:
            raise UnknownVoiceError(
                f"The character {part.character_id!r} asks for the voice {voice_id!r}, which the "
                f"voice catalogue does not have.{nearest(voice_id, self.voices)} "
                f"It has {', '.join(self.voices)}."
            )
        voice = self.voices[voice_id]
        if part.language is not None and language_of(part.language) != language_of(voice.language):
            raise CastingError(
                f"The character {part.character_id!r} speaks {part.language}, but the voice "
                f"{voice_id!r} that it asks for speaks {voice.language}. Change one of the two, or "
                "leave voice_id out."
            )
        return voice


def nearest(wanted: str, known: Iterable[str]) -> str:
    """Return the question whether one of the known names was meant, if there is one like it."""
    alike = difflib.get_close_matches(wanted.casefold(), list(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, alike))}?" if alike else ""
