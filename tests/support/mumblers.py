"""Engines of the tests' own: one whose first takes say something else, and one that is deaf."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from crooners import Mood
from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.hearing.base import HearingEngine, HearingRequest, Transcript
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest, Voice
from sparkle_motion_dagster.film.casting.providers import Caps, Provider, Retries
from sparkle_motion_dagster.film.casting.speakers import Speaker
from speech_takes import speech_engine

NONSENSE = "Bananas grow in warm places."


class Mumbler(SpeechEngine[EngineSettings]):
    """Speaks by espeak-ng without telling any timings; the first takes of a line say nonsense.

    Args:
        wrong: How many takes of each line do.
        obey: Is told of each line before it is spoken, and may raise.
    """

    name = "mumbler"
    version = 1
    settings_model = EngineSettings
    speaks_at_tempo = True
    gives_timings = False

    def __init__(self, wrong: int, obey: Callable[[SpeechRequest], None]) -> None:
        super().__init__(EngineSettings())
        self.spoken: list[SpeechRequest] = []
        self._wrong = wrong
        self._obey = obey
        self._espeak = speech_engine("espeak", {})

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            self._obey(request)
            before = [one for one in self.spoken if one.text == request.text]
            self.spoken.append(request)
            text = request.text if len(before) >= self._wrong else NONSENSE
            voice = Voice(provider_voice="en-us+f3", language="en-US")
            said = SpeechRequest(text=text, voice=voice, tempo=request.tempo, seed=0)
            place = folder / str(number)
            place.mkdir()
            (made,) = self._espeak.make([said], place)
            yield Made({"audio": made.outputs["audio"]})


class Deaf(HearingEngine[EngineSettings]):
    """Listens, and hears nothing."""

    name = "deaf"
    version = 1
    settings_model = EngineSettings

    def __init__(self, settings: EngineSettings, knows: str = "en") -> None:
        super().__init__(settings)
        self._knows = knows

    def knows(self, language: str) -> bool:
        return language == self._knows

    def make(self, requests: Sequence[HearingRequest], folder: Path) -> Generator[Made]:
        for number, _ in enumerate(requests):
            path = folder / f"{number}.json"
            path.write_text(Transcript().model_dump_json(), encoding="utf-8")
            yield Made({"heard": MadeFile(path, "application/json")})


def mumbler(
    name: str,
    wrong: int,
    *errors: Exception,
    after: int = 0,
    varies: bool = True,
    caps: Caps | None = None,
) -> Speaker:
    """Return a provider whose first takes of a line say something else; it raises after some."""
    provider = Provider(
        engine="espeak",
        quality=0.5,
        latency_s=1,
        features=("variation",) if varies else (),
        caps=caps or Caps(),
        retries=Retries(most=0, wait_s=1),
    )
    return Speaker(name, provider, Mumbler(wrong, Mood(list(errors), after)))


def spoken_by(speaker: Speaker) -> list[SpeechRequest]:
    """Return what a provider's engine was asked for."""
    assert isinstance(speaker.engine, Mumbler)
    return speaker.engine.spoken
