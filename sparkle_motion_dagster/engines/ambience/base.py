"""What an ambience engine is asked for, and what it answers."""

from abc import abstractmethod
from collections.abc import Mapping

from pydantic import Field

from sparkle_motion_dagster.engines.base import Engine, EngineInputError, Request, SettingsT
from sparkle_motion_dagster.errors import did_you_mean


class AmbienceRequest(Request):
    """How a place sounds: a mood, as the engine's `moods` names it."""

    mood: str
    seed: int = Field(ge=0, lt=2**32)


class AmbienceEngine(Engine[AmbienceRequest, SettingsT]):
    """Makes ambience.

    Each result holds one output ``audio``: a WAV (``audio/wav``) of 48 kHz and two channels, at
    least 10 seconds long, that goes on from its end to its beginning without a seam. How loud it
    is does not matter: it is brought to its level where it is mixed.
    """

    @abstractmethod
    def moods(self) -> Mapping[str, float]:
        """Return the moods that it knows, in lower case, and how loud each is by nature.

        That is in LU against what ambience usually is in a film: a room is quieter than rain.
        """

    def check(self, request: AmbienceRequest) -> None:
        """Make sure that the engine knows a mood; see ``Engine.check``."""
        known = self.moods()
        if request.mood not in known:
            raise EngineInputError(
                f"the ambience engine {self.name} does not know the mood {request.mood!r}."
                f"{did_you_mean(request.mood, known)} It knows: {', '.join(known)}. Or bring a file"
            )


def mood_name(written: str) -> str:
    """Return a mood as engines call it: lower case, and words parted by one space."""
    return " ".join(written.casefold().replace("_", " ").replace("-", " ").split())
