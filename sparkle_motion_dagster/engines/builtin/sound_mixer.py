"""The sound mixer: adds up a film's stems."""

from collections.abc import Generator, Sequence
from pathlib import Path

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.media.sound.cues import write_sum


class MixRequest(Request):
    """The stems that are to be added, each of so many samples."""

    stems: tuple[StoredFile, ...]
    samples: int


class SoundMixer(Engine[MixRequest, EngineSettings]):
    """Adds up stems.

    Each result holds one output ``audio``: a WAV of 32-bit floats, 48 kHz, stereo, as long as the
    film. Nothing is scaled and nothing clips: it is what they add up to, to the last bit.
    """

    name = "sound_mixer"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[MixRequest], folder: Path) -> Generator[Made]:
        """Add up one mix a request."""
        for number, request in enumerate(requests):
            mix = folder / f"mix-{number}.wav"
            write_sum([stem.path for stem in request.stems], request.samples, mix)
            yield Made({"audio": MadeFile(mix, "audio/wav")})
