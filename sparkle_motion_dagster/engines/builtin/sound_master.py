"""The sound master: a film's track becomes the sound that is delivered, measured once."""

import dataclasses
import operator
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.media.sound.loudness import Loudness, measure_loudness
from sparkle_motion_dagster.media.sound.master_check import (
    ExpectedSound,
    HeardSound,
    LaidLine,
    check_master,
    listen,
)
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget, encode_track, master_track
from sparkle_motion_dagster.units import FrameRate


class MasteredLine(Request):
    """A line: the samples (at ``units.SAMPLE_RATE``) during which it sounds.

    ``rings`` is for how many samples more it may be heard: in a hall, a voice dies away slowly.
    """

    start: int
    end: int
    rings: int = Field(default=0, exclude_if=operator.not_)


class MasterRequest(Request):
    """A track of ``samples`` samples (at ``units.SAMPLE_RATE``), and what it must become.

    A line may sound a frame off its place; ``frame_rate`` says how long that is.
    """

    track: StoredFile
    samples: int
    frame_rate: FrameRate
    lines: tuple[MasteredLine, ...]
    target: MasteringTarget
    is_mixed: bool = Field(
        default=False,
        exclude_if=operator.not_,
        description="whether something is on the track beside the lines",
    )
    is_levelled: bool = Field(
        default=True,
        exclude_if=bool,
        description="whether it is brought to the target's loudness; else only its peaks are held",
    )


class SoundMaster(Engine[MasterRequest, EngineSettings]):
    """Masters sounds.

    Each result holds the outputs ``audio`` (``audio/mp4``: AAC, 48 kHz, stereo) and ``report``
    (``application/json``: what was measured of it, decoded; see ``master_check.check_master``). Its
    metadata holds the mastering's figures. A sound that is not as it must be is no error here: the
    film that it is in says so, among all that it promises.
    """

    name = "sound_master"
    version = 1
    settings_model = EngineSettings
    usual_pace = 0.034
    """60 s with four lines in 1.9 and 2.1 s."""
    usual_bytes = 24e3

    def make(self, requests: Sequence[MasterRequest], folder: Path) -> Generator[Made]:
        """Master and measure one track a request."""
        for number, request in enumerate(requests):
            sound, report = folder / f"sound-{number}.m4a", folder / f"report-{number}.json"
            master = master_track if request.is_levelled else encode_track
            listener = _Listener(_expected(request))
            mastered = master(request.track.path, sound, request.target, listener.measured)
            found = check_master(listener.heard, mastered.loudness)
            report.write_text(found.model_dump_json(), encoding="utf-8")
            outputs = {
                "audio": MadeFile(sound, "audio/mp4"),
                "report": MadeFile(report, "application/json"),
            }
            yield Made(outputs, {"mastering": dataclasses.asdict(mastered)})


class _Listener:
    """Listens to a sound while its loudness is measured.

    Attributes:
        heard: What was heard of the one that was measured last.
    """

    heard: HeardSound

    def __init__(self, expected: ExpectedSound) -> None:
        self._expected = expected

    def measured(self, sound: Path) -> Loudness:
        """Return the loudness of a sound.

        Each decodes it by itself, and keeps one core busy.
        """
        with ThreadPoolExecutor(1, "listening") as beside:
            heard = beside.submit(listen, sound, self._expected)
            loudness = measure_loudness(sound)
            self.heard = heard.result()
        return loudness


def _expected(request: MasterRequest) -> ExpectedSound:
    return ExpectedSound(
        track=request.track.path,
        samples=request.samples,
        frame_rate=request.frame_rate,
        lines=tuple(LaidLine(**line.model_dump()) for line in request.lines),
        target=request.target,
        is_mixed=request.is_mixed,
        is_levelled=request.is_levelled,
    )
