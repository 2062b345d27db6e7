"""How each engine performs a voice, and what a character's part in a film changes about it."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.speech.chatterbox.lines import ChatterboxDelivery
from sparkle_motion_dagster.engines.speech.espeak.engine import EspeakDelivery

VOICE_CLONE = "voice_clone"
"""Feature of a provider that imitates a voice that it has heard: ``reference_wav``."""

EMOTION = "emotion"
"""Feature of a provider that plays emotion: ``exaggeration`` and ``cfg_weight``."""

VARIATION = "variation"
"""Feature of a provider that says how freely takes vary: ``temperature``."""


class Entry(BaseModel):
    """Base of what the voice catalogue holds: frozen, and unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(Entry):
    """What a character of the plan says about its voice.

    ``pitch`` and ``rate`` are factors on the voice's own: 1 is the voice as it is, a pitch of 2 an
    octave higher, a rate of 2 twice as fast. ``feminine`` and ``age`` (in years) are what else is
    known of who speaks. ``provider`` is the one that the plan pins, ``reference`` a recording of
    the voice.
    """

    character_id: str
    voice_id: str | None = None
    language: str | None = None
    pitch: float | None = Field(default=None, ge=0.5, le=2.0)
    rate: float | None = Field(default=None, ge=0.5, le=2.0)
    feminine: bool | None = None
    age: float | None = None
    provider: str | None = None
    reference: StoredFile | None = None
    exaggeration: float | None = None
    cfg_weight: float | None = None
    temperature: float | None = None

    def wishes(self) -> tuple[str, ...]:
        """Return the features that a provider must have to speak as the character asks."""
        emotion = self.exaggeration is not None or self.cfg_weight is not None
        asked = {
            VOICE_CLONE: self.reference is not None,
            EMOTION: emotion,
            VARIATION: self.temperature is not None,
        }
        return tuple(feature for feature, wanted in asked.items() if wanted)


class EspeakVoice(EspeakDelivery):
    """How espeak-ng performs a voice: its own name for it (``en-us+f3``), and its delivery."""

    tells_apart: ClassVar[bool] = True
    """Whether its pitch can tell characters apart that speak with the same voice."""

    voice: str = Field(pattern=r"^[A-Za-z0-9-]+(\+[A-Za-z0-9 ]+)?$")

    def played(self, part: Part, features: Collection[str]) -> EspeakVoice:
        """Return how a part is spoken with the voice.

        Raises:
            ValidationError: The part's pitch or rate, on top of the voice's own, is too much.
        """
        factors = {
            "pitch": round(self.pitch * (part.pitch or 1.0), 6),
            "rate": round(self.rate * (part.rate or 1.0), 6),
        }
        return EspeakVoice.model_validate(self.model_dump() | factors)


class ChatterboxVoice(ChatterboxDelivery):
    """How Chatterbox performs a voice: it comes with one, and imitates others."""

    tells_apart: ClassVar[bool] = False

    voice: Literal["builtin"] = "builtin"

    def played(self, part: Part, features: Collection[str]) -> ChatterboxVoice:
        """Return how a part is spoken with the voice by a model that has some features.

        What the model cannot do is left at its default: changing it makes nothing again.

        Raises:
            ValidationError: The part asks for more than there is.
        """
        heeded = {
            EMOTION: {"exaggeration": part.exaggeration, "cfg_weight": part.cfg_weight},
            VARIATION: {"temperature": part.temperature},
        }
        chosen = self.model_dump(exclude_unset=True)
        for feature, fields in heeded.items():
            if feature in features:
                chosen |= {name: value for name, value in fields.items() if value is not None}
            else:
                chosen = {name: value for name, value in chosen.items() if name not in fields}
        return ChatterboxVoice.model_validate(chosen)


Performance = EspeakVoice | ChatterboxVoice

PERFORMANCES: dict[str, type[EspeakVoice | ChatterboxVoice]] = {
    "espeak": EspeakVoice,
    "chatterbox": ChatterboxVoice,
}
"""How the voices of an engine are written down, by the engine's name."""


class Performances(Entry):
    """How each engine performs a voice; one that cannot is left out."""

    espeak: EspeakVoice | None = None
    chatterbox: ChatterboxVoice | None = None

    def of(self, engine: str) -> Performance | None:
        """Return how an engine performs the voice, if it says so here."""
        performance: Performance | None = getattr(self, engine)
        return performance
