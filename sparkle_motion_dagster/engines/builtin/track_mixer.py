"""The mixer: lays the takes of a film on one track, where the measured timeline says."""

from collections.abc import Generator, Sequence
from pathlib import Path

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.media.sound.takes import Placement, lay_track
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline


class TrackRequest(Request):
    """A film's measured timeline, and the take of each of its lines, in order, as it is heard.

    A take may be longer than its line: what it has more rings on.
    """

    timeline: MeasuredTimeline
    takes: tuple[StoredFile, ...]

    @property
    def samples(self) -> int:
        """How long the track is."""
        return self.timeline.samples


class TrackMixer(Engine[TrackRequest, EngineSettings]):
    """Lays takes on a track.

    Each result holds the outputs ``audio`` (48 kHz, 16-bit, stereo WAV as long as the film) and
    ``timeline`` (the measured timeline as JSON).
    """

    name = "mixer"
    version = 1
    settings_model = EngineSettings
    usual_pace = 0.005
    """A track of 60 s in 0.2 s, with its lines, rounded up."""
    usual_bytes = 192e3

    def make(self, requests: Sequence[TrackRequest], folder: Path) -> Generator[Made]:
        """Mix one track a request."""
        for number, request in enumerate(requests):
            audio = folder / f"track-{number}.wav"
            placements = [
                Placement(take.path, line.start_sample, line.end_sample - line.start_sample)
                for take, line in zip(request.takes, request.timeline.lines, strict=True)
            ]
            lay_track(placements, request.timeline.samples, audio)
            timeline = folder / f"timeline-{number}.json"
            timeline.write_text(request.timeline.model_dump_json(indent=1), encoding="utf-8")
            yield Made(
                {
                    "audio": MadeFile(audio, "audio/wav"),
                    "timeline": MadeFile(timeline, "application/json"),
                }
            )
