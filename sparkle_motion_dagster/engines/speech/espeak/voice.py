"""How espeak-ng performs a voice."""

from collections.abc import Collection
from typing import ClassVar, Self

from pydantic import Field

from sparkle_motion_dagster.engines.speech.performances import Performance, Role
from sparkle_motion_dagster.units import Record


class EspeakDelivery(Record):
    """How a voice is spoken; each is a factor, and 1 is the voice as espeak-ng has it.

    ``pitch`` multiplies the fundamental frequency (measured: within 4 % from 0.8 to 1.25, within
    15 % at the ends, which are espeak-ng's own), ``rate`` the words a minute, ``pitch_range`` the
    rise and fall of the melody (0 is monotonous), ``volume`` the amplitude.
    """

    pitch: float = Field(default=1.0, ge=0.6, le=1.75)
    rate: float = Field(default=1.0, ge=0.5, le=2.0)
    pitch_range: float = Field(default=1.0, ge=0.0, le=1.1)
    volume: float = Field(default=1.0, gt=0.0, le=2.0)


class EspeakVoice(EspeakDelivery, Performance):
    """How espeak-ng performs a voice: its own name for it (``en-us+f3``), and its delivery."""

    tells_apart: ClassVar[bool] = True

    voice: str = Field(pattern=r"^[A-Za-z0-9-]+(\+[A-Za-z0-9 ]+)?$")

    def played(self, role: Role, features: Collection[str]) -> Self:
        """Return how a role is spoken with the voice; see ``Performance.played``."""
        factors = {
            "pitch": round(self.pitch * (role.pitch or 1.0), 6),
            "rate": round(self.rate * (role.rate or 1.0), 6),
        }
        return self.model_validate(self.model_dump() | factors)
