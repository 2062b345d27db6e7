"""Voices as one provider performs them, and which of them suits a character's role."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.digests import digest_bytes
from sparkle_motion_dagster.engines.speech.base import Voice
from sparkle_motion_dagster.engines.speech.performances import VOICE_CLONE, Performance, Role
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.casting.providers import Provider
from sparkle_motion_dagster.film.casting.suitability import misfit

DEFAULT_LANGUAGE = "en-US"
"""The language of a character that names none."""

_PITCHES = (1.0, 1.15, 0.87, 1.32, 0.76, 1.5, 0.66)
"""Factors on the pitch of a voice that several speak with; a tone (1.12) is told apart by ear."""

_SHARED = 2
"""How badly a voice suits that another speaks with already, as `misfit` counts."""


class CastingError(InputError):
    """A character cannot be given the voice that it asks for."""


@dataclass(frozen=True)
class Performer:
    """A voice of the catalogue, as one provider performs it.

    ``name`` is what people call it, ``description`` and ``language`` are the voice's.
    """

    name: str
    description: str
    language: str
    provider_name: str
    provider: Provider
    performance: Performance

    def can_play(self, role: Role) -> bool:
        """Tell whether the provider can do with the voice what a role asks for."""
        try:
            self.performance.played(role, self.provider.features)
        except ValidationError:
            return False
        return True

    def voice(self, role: Role, language: str) -> Voice:
        """Return the voice of a role that speaks a language.

        Raises:
            CastingError: The role asks for more than the provider can do with the voice.
        """
        try:
            played = self.performance.played(role, self.provider.features)
        except ValidationError as error:
            wrong = "; ".join(
                f"Its {problem['loc'][0]} times the voice's own makes {problem['input']:g}, but: "
                f"{problem['msg']}"
                for problem in error.errors()
            )
            raise CastingError(
                f"The character {role.character_id!r} asks for more than {self.provider_name} can "
                f"do with {self.name}. {wrong}."
            ) from error
        return Voice(
            provider_voice=played.voice,
            language=language,
            # What is left at its default is left out: a new kind of setting makes nothing again.
            settings=played.model_dump(exclude={"voice"}, exclude_defaults=True),
            reference=role.reference if VOICE_CLONE in self.provider.features else None,
        )


def able_performers(
    role: Role, available: Mapping[str, Performer], provider: str
) -> Mapping[str, Performer]:
    """Return the voices of a role's language that reach its pitch and rate, by id.

    Where no voice of its language reaches them, all are returned: performing the one that the role
    would have says so.

    Raises:
        CastingError: No voice speaks the role's language.
    """
    wanted = role.language or DEFAULT_LANGUAGE
    speaking = {
        voice_id: performer
        for voice_id, performer in available.items()
        if language_of(performer.language) == language_of(wanted)
    }
    if not speaking:
        languages = ", ".join(languages_of(available)) or "no language at all"
        raise CastingError(
            f"The character {role.character_id!r} speaks {wanted}, which no voice of {provider} "
            f"does. There are voices for {languages}."
        )
    able = {
        voice_id: performer for voice_id, performer in speaking.items() if performer.can_play(role)
    }
    return able or speaking


def free_voice(role: Role, able: Mapping[str, Performer], users: Counter[str]) -> str:
    """Return the id of the voice that suits a role best, given how many speak with each."""
    wanted = role.language or DEFAULT_LANGUAGE
    return min(
        able,
        key=lambda voice_id: (
            _SHARED * users[voice_id] + misfit(able[voice_id].description, role),
            _tag(able[voice_id].language) != _tag(wanted),
            digest_bytes(f"{role.character_id}/{voice_id}".encode()),
        ),
    )


def told_apart(role: Role, before: int, performer: Performer) -> Role:
    """Return a role with the first pitch that the voice reaches and `before` others do not have."""
    pitches = [role.model_copy(update={"pitch": pitch}) for pitch in _PITCHES]
    able = [one for one in pitches if performer.can_play(one)] or [role]
    return able[before % len(able)] if before else role


def languages_of(available: Mapping[str, Performer]) -> Sequence[str]:
    """Return the language tags of some voices, each once, sorted."""
    return sorted({performer.language for performer in available.values()})


def language_of(tag: str) -> str:
    """Return a tag's language without its region: ``en`` of ``en-GB``."""
    return _tag(tag).partition("-")[0]


def _tag(language: str) -> str:
    return language.replace("_", "-").casefold()
