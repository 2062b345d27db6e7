"""How a server performs a voice."""

from collections.abc import Collection
from typing import Self

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from sparkle_motion_dagster.engines.speech.performances import Performance, Role
from sparkle_motion_dagster.units import Record


class OpenaiSpeechDelivery(Record):
    """How a voice is spoken.

    ``speed`` is a factor on the voice's own pace, in the range of OpenAI's API reference;
    ``instructions`` say in words how it speaks.
    """

    speed: float = Field(default=1.0, ge=0.25, le=4.0)
    instructions: str = Field(default="", max_length=4096)


class OpenaiSpeechVoice(OpenaiSpeechDelivery, Performance):
    """How a server performs a voice: its name there (``nova``), and its delivery.

    ``pitch`` is here to be refused: the protocol has no word for it.
    """

    voice: str = Field(min_length=1, max_length=200)
    pitch: float = 1.0

    @field_validator("pitch")
    @classmethod
    def _stays(cls, pitch: float) -> float:
        if pitch != 1.0:
            raise PydanticCustomError(
                "pitch", "OpenAI's protocol has no pitch: choose another voice_id, or leave it out"
            )
        return pitch

    def played(self, role: Role, features: Collection[str]) -> Self:
        """Return how a role is spoken with the voice; see ``Performance.played``."""
        return self.model_validate(
            self.model_dump()
            | {"speed": round(self.speed * (role.rate or 1.0), 6), "pitch": role.pitch or 1.0}
        )
