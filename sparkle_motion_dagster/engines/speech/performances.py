"""How engines perform voices, and what a character's role in a film changes about that."""

from abc import abstractmethod
from collections.abc import Collection
from typing import ClassVar, Self

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.units import Record

VOICE_CLONE = "voice_clone"
"""Feature of a provider that imitates a voice that it has heard: ``reference_wav``."""

EMOTION = "emotion"
"""Feature of a provider that plays emotion: ``exaggeration`` and ``cfg_weight``."""

VARIATION = "variation"
"""Feature of a provider that says how freely takes vary: ``temperature``."""


class Role(Record):
    """What a character of the plan says about its voice.

    ``pitch`` and ``rate`` are factors on the voice's own: 1 is the voice as it is, a pitch of 2 an
    octave higher, a rate of 2 twice as fast. ``feminine``, ``age`` (in years) and ``robot`` are
    what else is known of who speaks; ``manner`` are the words that describe a voice of which
    nothing else is known, of somebody off screen. ``provider`` is the one that the plan pins,
    ``reference`` a recording of the voice.
    """

    character_id: str
    voice_id: str | None = None
    language: str | None = None
    pitch: float | None = Field(default=None, ge=0.5, le=2.0)
    rate: float | None = Field(default=None, ge=0.5, le=2.0)
    feminine: bool | None = None
    age: float | None = None
    robot: bool = False
    manner: frozenset[str] = frozenset()
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


class Performance(Record):
    """Base of how an engine performs a voice.

    ``voice`` is the engine's own name of it. What else a subclass holds becomes the settings of
    the line's ``Voice``, without what is left at its default.
    """

    tells_apart: ClassVar[bool] = False
    """Whether its pitch can tell characters apart that speak with the same voice."""

    voice: str

    @property
    def label(self) -> str:
        """What people are told of the engine's own voice."""
        return self.voice

    @abstractmethod
    def played(self, role: Role, features: Collection[str]) -> Self:
        """Return how a role is spoken with the voice by a provider that has some features.

        Raises:
            ValidationError: The role asks for more than the engine can do with the voice.
        """
