"""How Kokoro performs a voice."""

from collections.abc import Collection
from typing import Self

from pydantic import Field

from sparkle_motion_dagster.engines.speech.performances import Performance, Role
from sparkle_motion_dagster.units import Record


class KokoroDelivery(Record):
    """How a voice is spoken; ``rate`` multiplies its pace, ``volume`` its amplitude."""

    rate: float = Field(default=1.0, ge=0.5, le=2.0)
    volume: float = Field(default=1.0, gt=0.0, le=4.0)


class KokoroVoice(KokoroDelivery, Performance):
    """How Kokoro performs a voice: upstream's name for it (``af_heart``), and its delivery."""

    voice: str = Field(pattern=r"^[a-z]{2}_[a-z]+$")

    def played(self, role: Role, features: Collection[str]) -> Self:
        """Return how a role is spoken with the voice; see ``Performance.played``."""
        return self.model_copy(update={"rate": round(self.rate * (role.rate or 1.0), 6)})
