"""The aligner: when the words of a take sound whose engine does not say it, by what was heard."""

from collections.abc import Generator, Sequence
from pathlib import Path

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.engines.hearing.base import Transcript
from sparkle_motion_dagster.media.sound.takes import line_samples
from sparkle_motion_dagster.units import SAMPLE_RATE


class AlignRequest(Request):
    """A take, what was heard in it, and the line that it speaks, with its language tag."""

    audio: StoredFile
    heard: StoredFile
    text: str
    language: str


class TakeAligner(Engine[AlignRequest, EngineSettings]):
    """Times the words and phonemes of takes.

    Each result holds the output ``timings``, as speech engines give it: the line's own words,
    where they were heard, and what espeak-ng says of how they sound.
    """

    name = "aligner"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[AlignRequest], folder: Path) -> Generator[Made]:
        """Time one take a request."""
        from sparkle_motion_dagster.engines.hearing.alignment import aligned

        for number, request in enumerate(requests):
            heard = Transcript.model_validate_json(request.heard.path.read_bytes())
            timings = aligned(
                request.text,
                request.language,
                heard,
                line_samples(request.audio.path) / SAMPLE_RATE,
            )
            path = folder / f"timings-{number}.json"
            path.write_text(timings.model_dump_json(), encoding="utf-8")
            yield Made({"timings": MadeFile(path, "application/json")})
