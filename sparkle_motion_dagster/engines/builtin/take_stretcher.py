"""The stretcher: hurries a take whose engine cannot speak faster itself, at the same pitch."""

from collections.abc import Generator, Sequence
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.media.sound.takes import stretch
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings


class StretchRequest(Request):
    """A take, its timings where they are known, and how many times as fast it shall be."""

    audio: StoredFile
    timings: StoredFile | None
    tempo: float = Field(gt=1.0, le=2.0)


class TakeStretcher(Engine[StretchRequest, EngineSettings]):
    """Time-stretches takes. Results hold what speech engines' do: ``audio`` and ``timings``."""

    name = "stretcher"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[StretchRequest], folder: Path) -> Generator[Made]:
        """Stretch one take a request."""
        for number, request in enumerate(requests):
            audio = folder / f"take-{number}.wav"
            stretch(request.audio.path, audio, request.tempo)
            outputs = {"audio": MadeFile(audio, "audio/wav")}
            if request.timings is not None:
                timings = folder / f"timings-{number}.json"
                spoken = SpeechTimings.model_validate_json(request.timings.path.read_bytes())
                hurried = spoken.scaled(1 / request.tempo)
                timings.write_text(hurried.model_dump_json(), encoding="utf-8")
                outputs["timings"] = MadeFile(timings, "application/json")
            yield Made(outputs)
