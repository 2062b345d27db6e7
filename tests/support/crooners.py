"""Small speech engines of the tests' own: each says its name in real WAV files, until it cannot."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from zlib import crc32

import numpy as np
import soundfile

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest, Voice
from sparkle_motion_dagster.film.casting.providers import Caps, Provider, Retries
from sparkle_motion_dagster.film.casting.speakers import Speaker

RATE = 8000


class CroonerSettings(EngineSettings):
    """Who speaks."""

    who: str


class Crooner(SpeechEngine[CroonerSettings]):
    """Speaks lines as short tones, raises what it is told to, and remembers what it was asked."""

    name = "crooner"
    version = 1
    settings_model: ClassVar[type[Any]] = CroonerSettings
    unused_fields = frozenset({"seed"})
    speaks_at_tempo = False
    gives_timings = False

    def __init__(self, who: str, obey: Callable[[SpeechRequest], None]) -> None:
        super().__init__(CroonerSettings(who=who))
        self.spoken: list[str] = []
        self.calls = 0
        self.faults: dict[str, list[str]] = {}
        self._obey = obey

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        self.calls += 1
        for number, request in enumerate(requests):
            self._obey(request)
            path = folder / f"{number}.wav"
            # No two lines, and no two engines, sound the same.
            tone = crc32(f"{self.settings.who}{request.text}{request.tempo}".encode()) % 9973
            seconds = 0.1 * len(request.text.split()) / request.tempo
            samples = np.full(round(RATE * seconds), 1000 + tone, dtype=np.int16)
            soundfile.write(path, samples, RATE)
            self.spoken.append(request.text)
            yield Made(
                {"audio": MadeFile(path, "audio/wav")},
                {"faults": [*self.faults.get(request.text, [])]},
            )


class Hurrying(Crooner):
    """One that can speak faster."""

    speaks_at_tempo = True


@dataclass
class Mood:
    """What an engine does next: the errors that it raises, one a try, before it goes on.

    ``after`` is how many lines it speaks before the first of them.
    """

    errors: list[Exception] = field(default_factory=list)
    after: int = 0

    def __call__(self, request: SpeechRequest) -> None:
        if self.after:
            self.after -= 1
        elif self.errors:
            raise self.errors.pop(0)


def speaker(
    name: str,
    *errors: Exception,
    after: int = 0,
    caps: Caps | None = None,
    retries: Retries | None = None,
    crooner: type[Crooner] = Crooner,
) -> Speaker:
    """Return a provider with an engine of its own, which raises errors after some lines."""
    provider = Provider(
        engine="espeak",
        quality=0.5,
        latency_s=1,
        caps=caps or Caps(),
        retries=retries or Retries(most=2, wait_s=10),
    )
    return Speaker(name, provider, crooner(name, Mood(list(errors), after)))


def crooner_of(speaker: Speaker) -> Crooner:
    """Return a provider's engine."""
    assert isinstance(speaker.engine, Crooner)
    return speaker.engine


def request_for(text: str, who: str = "someone") -> SpeechRequest:
    """Return the request for a line."""
    return SpeechRequest(text=text, voice=Voice(provider_voice=who, language="en-US"), seed=1)
