"""When whose mouth has to be moved in a clip, and what is heard meanwhile."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.owned_faces import frames_from_ends, owned_faces
from sparkle_motion_dagster.engines.machinery.easing import smoothstep
from sparkle_motion_dagster.faces.whose import Own
from sparkle_motion_dagster.media.sound.takes import Samples, line_samples, read_mono
from sparkle_motion_dagster.plan.shot import FaceBox
from sparkle_motion_dagster.units import SAMPLE_RATE

_EASE_S = 0.1
"""A mouth comes this long before its line, and is gone this long after it."""

_FROM_CUT_S = 0.15
"""One that speaks across a cut comes within this time after it, and goes before it; so does one
whose face comes or goes within the clip."""

_STAY_S = 0.5
"""Between two lines of one speaker that are no farther apart, the passage goes on."""

_MOST_S = 10
"""A longer passage is made in parts: its frames may all have to be in memory at once."""


@dataclass(frozen=True, eq=False)
class Passage:
    """Frames in which one speaker's mouth has to be moved.

    Attributes:
        speaker: Whose.
        first: The first of these frames.
        shares: How much of the moved mouth each frame shows, (frames,), 0 to 1.
    """

    speaker: str
    first: int
    shares: NDArray[np.float64]

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return len(self.shares)

    def share(self, frame: int) -> float:
        """Return how much of the moved mouth a frame of the clip shows."""
        place = frame - self.first
        return float(self.shares[place]) if 0 <= place < self.frames else 0.0


def passages_of(request: LipsyncRequest, faces: Mapping[str, FaceBox | Own]) -> list[Passage]:
    """Return the passages of a clip, speaker by speaker; none in its first and last frame.

    Args:
        request: The clip's.
        faces: Those of its speakers, as `speakers_faces` returns them.
    """
    return [
        Passage(speaker, first, shown)
        for speaker, face in faces.items()
        for first, shown in _stretches(_shares(request, speaker, face), request.frame_rate)
    ]


def speakers_faces(request: LipsyncRequest) -> dict[str, FaceBox | Own]:
    """Return the faces of a clip's speakers: as they were followed, else where the plan says.

    A place of the plan's does not move with the camera; it also says which of several faces that
    were followed is whose. Of whom is not found, there is none.
    """
    placed = {name: box for name, box in (request.faces or {}).items() if box is not None}
    faces = placed | owned_faces(request)
    return {speaker: faces[speaker] for speaker in request.seen if speaker in faces}


def heard_during(
    request: LipsyncRequest, passage: Passage, *, late_s: Fraction, tail_s: Fraction
) -> Samples:
    """Return what a passage's speaker says in it, at ``units.SAMPLE_RATE``, silence between.

    Args:
        request: The clip's.
        passage: One of its passages.
        late_s: How much later than in the film everything is to sound, in seconds.
        tail_s: How much longer than the passage it is to be, in seconds.
    """
    begin_s = passage.first / request.frame_rate - late_s
    length = (passage.frames / request.frame_rate + tail_s) * SAMPLE_RATE
    track = np.zeros(math.ceil(length), np.float32)
    for line in _lines_of(request, passage.speaker):
        spoken = read_mono(line.audio.path)
        at = line.offset_samples - round(begin_s * SAMPLE_RATE)
        start, end = max(at, 0), min(at + len(spoken), len(track))
        if start < end:
            track[start:end] += spoken[start - at : end - at]
    return track


def _shares(request: LipsyncRequest, speaker: str, face: FaceBox | Own) -> NDArray[np.float64]:
    """Return how much of a speaker's moved mouth each frame of a clip shows, (frames,)."""
    spans = [
        (Fraction(line.offset_samples, SAMPLE_RATE), Fraction(samples, SAMPLE_RATE))
        for line in _lines_of(request, speaker)
        for samples in [line_samples(line.audio.path)]
    ]
    return np.array([_share(request, spans, face, frame) for frame in range(request.frames)])


def _share(
    request: LipsyncRequest,
    spans: Sequence[tuple[Fraction, Fraction]],
    face: FaceBox | Own,
    frame: int,
) -> float:
    seconds = (frame + Fraction(1, 2)) / request.frame_rate
    speaks = max(
        min(seconds - start, start + length - seconds) / Fraction(_EASE_S) + 1
        for start, length in spans
    )
    from_cut = min(frame, request.frames - 1 - frame)
    if isinstance(face, Own):
        from_cut = min(from_cut, frames_from_ends(face, frame))
    return smoothstep(min(float(speaks), float(from_cut / (_FROM_CUT_S * request.frame_rate))))


def _stretches(
    shares: NDArray[np.float64], frame_rate: Fraction
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield where shares are above 0: the first frame, and the shares; near ones as one.

    None is longer than `_MOST_S`.
    """
    most = math.floor(_MOST_S * frame_rate)
    shown = np.flatnonzero(shares)
    breaks = np.flatnonzero(np.diff(shown) > 1 + _STAY_S * frame_rate) + 1
    for run in np.split(shown, breaks):
        if len(run):
            end = int(run[-1]) + 1
            for first in range(int(run[0]), end, most):
                yield first, shares[first : min(first + most, end)]


def _lines_of(request: LipsyncRequest, speaker: str) -> list[LipsyncLine]:
    return [line for line in request.lines if line.speaker.id == speaker]
