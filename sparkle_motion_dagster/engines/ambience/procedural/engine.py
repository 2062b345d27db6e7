"""The procedural engine: wind, rain, sea, rooms, hums and crowds from noise and arithmetic."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sparkle_motion_dagster.engines.ambience.base import AmbienceEngine, AmbienceRequest
from sparkle_motion_dagster.engines.ambience.procedural.crowd import crowd_murmur
from sparkle_motion_dagster.engines.ambience.procedural.noise import (
    RATE,
    Channels,
    Dice,
    levelled,
)
from sparkle_motion_dagster.engines.ambience.procedural.rooms import hum, room_tone
from sparkle_motion_dagster.engines.ambience.procedural.weather import rain, sea, wind
from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile

_LEVEL = 10 ** (-24 / 20)
"""RMS level of what is made, as a share of full scale: its peaks have room."""

_PEAK = 0.9


@dataclass(frozen=True)
class _Mood:
    """How a mood is made, and how loud it is by nature, in LU against ambience in general."""

    synthesis: Callable[[Dice, int], Channels]
    level_lu: float = 0.0


_MOODS: Mapping[str, _Mood] = {
    "wind": _Mood(wind),
    "rain": _Mood(rain),
    "sea": _Mood(sea),
    "crowd murmur": _Mood(crowd_murmur, -2.0),
    "hum": _Mood(hum, -10.0),
    "room tone": _Mood(room_tone, -14.0),
}


class ProceduralSettings(EngineSettings):
    """How long what is made is before it repeats."""

    seconds: int = Field(
        default=30, ge=10, le=120, description="length, in seconds, after which it repeats"
    )


class ProceduralEngine(AmbienceEngine[ProceduralSettings]):
    """Synthesises ambience.

    Equal seeds give equal bytes: chance comes from a counted generator, and what arithmetic leaves
    in the last bits is rounded away.
    """

    name = "procedural"
    version = 1
    settings_model = ProceduralSettings

    def moods(self) -> Mapping[str, float]:
        """Return the moods; see ``AmbienceEngine.moods``."""
        return {name: mood.level_lu for name, mood in _MOODS.items()}

    def make(self, requests: Sequence[AmbienceRequest], folder: Path) -> Generator[Made]:
        """Synthesise one sound a request."""
        import soundfile

        for number, request in enumerate(requests):
            self.check(request)
            dice = np.random.default_rng(request.seed)
            sound = _MOODS[request.mood].synthesis(dice, self.settings.seconds * RATE)
            audio = folder / f"ambience-{number}.wav"
            soundfile.write(audio, _pcm(sound), RATE, subtype="PCM_16", format="WAV")
            yield Made({"audio": MadeFile(audio, "audio/wav")})


def _pcm(sound: Channels) -> NDArray[np.int16]:
    """Return channels as 16-bit samples (n, 2) at the engine's level."""
    level = levelled(sound)
    scale = min(_LEVEL, _PEAK / float(np.abs(level).max())) * np.iinfo(np.int16).max
    samples: NDArray[np.int16] = np.rint(level.T * scale).astype(np.int16)
    return samples
