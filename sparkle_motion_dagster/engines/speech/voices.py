"""The voice catalogue: which voices there are, and who in a film speaks with which."""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sparkle_motion_dagster.engines.speech.base import Voice
from sparkle_motion_dagster.engines.speech.espeak import EspeakDelivery
from sparkle_motion_dagster.engines.speech.traits import misfit
from sparkle_motion_dagster.errors import InputError

DEFAULT_LANGUAGE = "en-US"
"""The language of a character that names none."""

_PITCHES = (1.0, 1.15, 0.87, 1.32, 0.76, 1.5, 0.66)
"""Factors on the pitch of a voice that several speak with; a tone (1.12) is told apart by ear."""

_SHARED = 2
"""How badly a voice suits that another speaks with already, as `misfit` counts."""

VoiceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?$")]


class VoiceCatalogueError(InputError):
    """The voice catalogue's file cannot be read, or something in it is wrong."""


class CastingError(InputError):
    """A character cannot be given the voice that it asks for."""


class UnknownVoiceError(CastingError):
    """A character asks for a voice that the catalogue does not have."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EspeakVoice(EspeakDelivery):
    """How espeak-ng performs a voice: its own name for it (``en-us+f3``), and its delivery."""

    voice: str = Field(pattern=r"^[A-Za-z0-9-]+(\+[A-Za-z0-9 ]+)?$")


class Providers(_Entry):
    """How each provider of speech performs a voice; one that cannot is left out."""

    espeak: EspeakVoice | None = None


class CatalogueVoice(_Entry):
    """A voice that a character can have."""

    description: str = Field(min_length=1)
    language: LanguageTag
    providers: Providers


class Part(_Entry):
    """What a character of the plan says about its voice.

    ``pitch`` and ``rate`` are factors on the voice's own: 1 is the voice as it is, a pitch of 2 an
    octave higher, a rate of 2 twice as fast. ``feminine`` and ``age`` (in years) are what else is
    known of who speaks.
    """

    character_id: str
    voice_id: str | None = None
    language: str | None = None
    pitch: float | None = Field(default=None, ge=0.5, le=2.0)
    rate: float | None = Field(default=None, ge=0.5, le=2.0)
    feminine: bool | None = None
    age: float | None = None


class VoiceCatalogue(_Entry):
    """All voices, by the ids that plans name them with."""

    schema_version: Literal["1"] = "1"
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

    def cast(self, parts: Sequence[Part], provider: str) -> Mapping[str, Voice]:
        """Return the voice of each character, by character id, for one provider of speech.

        Where several have the same voice, and nothing of their own that tells them apart (a pitch,
        a rate), the second speaks a little higher, the third lower, and so on.

        Raises:
            CastingError: As `assign` says; or a character's pitch or rate, on top of the voice's
                own, is more than the provider can do.
        """
        assigned = self.assign(parts, provider)
        users: Counter[str] = Counter()
        voices = {}
        for part, voice_id in zip(parts, assigned.values(), strict=True):
            voice = self.voices[voice_id]
            told_apart = part
            if part.pitch is None and part.rate is None:
                told_apart = _told_apart(part, users[voice_id], voice, provider)
                users[voice_id] += 1
            voices[part.character_id] = _performed(told_apart, voice_id, voice, provider)
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
        available = self._voices_of(provider)
        chosen = {
            part.character_id: self._asked_for(part, part.voice_id, available, provider)
            for part in parts
            if part.voice_id is not None
        }
        users = Counter(chosen.values())
        others = [
            (part, _able_voices(part, available, provider))
            for part in parts
            if part.character_id not in chosen
        ]
        for part, able in sorted(others, key=lambda other: len(other[1])):
            voice_id = _free_voice(part, able, users)
            chosen[part.character_id] = voice_id
            users[voice_id] += 1
        return {part.character_id: chosen[part.character_id] for part in parts}

    def _voices_of(self, provider: str) -> dict[str, CatalogueVoice]:
        if provider not in Providers.model_fields:
            raise CastingError(
                f"The voice catalogue knows no provider {provider!r}. "
                f"It knows {', '.join(Providers.model_fields)}."
            )
        return {
            voice_id: voice
            for voice_id, voice in self.voices.items()
            if getattr(voice.providers, provider) is not None
        }

    def _asked_for(
        self, part: Part, voice_id: str, available: Mapping[str, CatalogueVoice], provider: str
    ) -> str:
        if voice_id not in self.voices:
            raise UnknownVoiceError(
                f"The character {part.character_id!r} asks for the voice {voice_id!r}, which the "
                f"voice catalogue does not have.{_hint(voice_id, self.voices)} "
                f"It has {', '.join(self.voices)}."
            )
        if voice_id not in available:
            raise CastingError(
                f"The character {part.character_id!r} asks for the voice {voice_id!r}, which "
                f"{provider} does not have. It has {', '.join(available) or 'none'}."
            )
        spoken = self.voices[voice_id].language
        if part.language is not None and _language(part.language) != _language(spoken):
            raise CastingError(
                f"The character {part.character_id!r} speaks {part.language}, but the voice "
                f"{voice_id!r} that it asks for speaks {spoken}. Change one of the two, or leave "
                "voice_id out."
            )
        return voice_id


def _able_voices(
    part: Part, available: Mapping[str, CatalogueVoice], provider: str
) -> Mapping[str, CatalogueVoice]:
    """Return the voices of a part's language that reach its pitch and rate, by id."""
    wanted = part.language or DEFAULT_LANGUAGE
    speaking = {
        voice_id: voice
        for voice_id, voice in available.items()
        if _language(voice.language) == _language(wanted)
    }
    if not speaking:
        languages = sorted({voice.language for voice in available.values()})
        raise CastingError(
            f"The character {part.character_id!r} speaks {wanted}, which no voice of {provider} "
            f"does. There are voices for {', '.join(languages) or 'no language at all'}."
        )
    # Where no voice reaches the part's pitch and rate, performing the one it would have says so.
    able = {
        voice_id: voice
        for voice_id, voice in speaking.items()
        if _can_perform(part, voice, provider)
    }
    return able or speaking


def _free_voice(part: Part, able: Mapping[str, CatalogueVoice], users: Counter[str]) -> str:
    wanted = part.language or DEFAULT_LANGUAGE
    return min(
        able,
        key=lambda voice_id: (
            _SHARED * users[voice_id] + misfit(able[voice_id].description, part.feminine, part.age),
            _tag(able[voice_id].language) != _tag(wanted),
            hashlib.sha256(f"{part.character_id}/{voice_id}".encode()).digest(),
        ),
    )


def _told_apart(part: Part, before: int, voice: CatalogueVoice, provider: str) -> Part:
    """Return a part with the first pitch that the voice reaches and `before` others do not have."""
    pitches = [part.model_copy(update={"pitch": pitch}) for pitch in _PITCHES]
    able = [one for one in pitches if _can_perform(one, voice, provider)] or [part]
    return able[before % len(able)] if before else part


def _performed(part: Part, voice_id: str, voice: CatalogueVoice, provider: str) -> Voice:
    try:
        performance = _performance(part, voice, provider)
    except ValidationError as error:
        wrong = "; ".join(
            f"Its {problem['loc'][0]} times the voice's own makes {problem['input']:g}, but: "
            f"{problem['msg']}"
            for problem in error.errors()
        )
        raise CastingError(
            f"The character {part.character_id!r} asks for more than {provider} can do with the "
            f"voice {voice_id!r}. {wrong}."
        ) from error
    return Voice(
        provider_voice=performance.voice,
        language=voice.language,
        # What is left at its default is left out: a new kind of setting makes nothing again.
        settings=performance.model_dump(exclude={"voice"}, exclude_defaults=True),
    )


def _can_perform(part: Part, voice: CatalogueVoice, provider: str) -> bool:
    try:
        _performance(part, voice, provider)
    except ValidationError:
        return False
    return True


def _performance(part: Part, voice: CatalogueVoice, provider: str) -> EspeakVoice:
    performance: EspeakVoice = getattr(voice.providers, provider)
    factors = {
        "pitch": round(performance.pitch * (part.pitch or 1.0), 6),
        "rate": round(performance.rate * (part.rate or 1.0), 6),
    }
    return EspeakVoice.model_validate(performance.model_dump() | factors)


def _tag(language: str) -> str:
    return language.replace("_", "-").casefold()


def _language(tag: str) -> str:
    """Return a tag's language without its region: ``en`` of ``en-GB``."""
    return _tag(tag).partition("-")[0]


def _hint(wanted: str, known: Mapping[str, CatalogueVoice]) -> str:
    nearest = difflib.get_close_matches(wanted.casefold(), known, n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, nearest))}?" if nearest else ""
