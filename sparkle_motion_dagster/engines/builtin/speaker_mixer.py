"""The speaker mixer: lays the takes of one speaker on a stem of their own."""

from collections.abc import Generator, Sequence
from pathlib import Path

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.media.sound.takes import Placement, lay_track


class PlacedTake(Request):
    """A take, and between which samples (at ``units.SAMPLE_RATE``) of the film its line lies.

    What it has beyond its line rings on.
    """

    audio: StoredFile
    start_sample: int
    end_sample: int


class SpeakerRequest(Request):
    """The takes of one speaker, on a stem of so many samples."""

    takes: tuple[PlacedTake, ...]
    samples: int


class SpeakerMixer(Engine[SpeakerRequest, EngineSettings]):
    """Lays the takes of speakers on stems, as the track mixer lays those of all on the track.

    Each result holds one output ``audio``: 48 kHz, 16-bit, stereo WAV as long as the film.
    """

    name = "speaker_mixer"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[SpeakerRequest], folder: Path) -> Generator[Made]:
        """Mix one stem a request."""
        for number, request in enumerate(requests):
            stem = folder / f"speaker-{number}.wav"
            placements = [
                Placement(take.audio.path, take.start_sample, take.end_sample - take.start_sample)
                for take in request.takes
            ]
            lay_track(placements, request.samples, stem)
            yield Made({"audio": MadeFile(stem, "audio/wav")})
