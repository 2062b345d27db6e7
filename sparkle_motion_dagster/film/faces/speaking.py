"""Real faces that speak in a film: what its finished clips show of them, read anew."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.mouth_reader import MouthReader, ReadMouthsRequest
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.speaking.speaking_lines import place_line
from sparkle_motion_dagster.faces.openings import Agreement, Openings, agreement, met
from sparkle_motion_dagster.faces.readings import MouthReadings
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import mouths_id
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.units import SAMPLE_RATE

_FROM_END_S = Fraction(1, 5)
"""Nearer to a frame in which a face comes or goes, its mouth may be on its way from rest, or back:
at both ends of the clip, at least."""

_LIPS_MEET = frozenset("mbp")
"""Sounds for which lips meet."""


@dataclass(frozen=True, eq=False)
class SpokenLine:
    """A line, as the faces of a finished clip show it.

    Attributes:
        speaker: Who speaks it.
        person: Whose face is the speaker's, as tracks count people.
        agreement: How its mouth goes with the line; None: too little is seen of it.
        met: For each of its sounds m, b and p that is seen, whether the lips meet.
        moved: How much each person's mouth does meanwhile that it did not before: the standard
            deviation of what was added to its opening.
    """

    speaker: str
    person: int
    agreement: Agreement | None
    met: tuple[bool, ...]
    moved: Mapping[int, float]


@dataclass(frozen=True, eq=False)
class SpokenClip:
    """A finished clip in which real faces speak.

    Attributes:
        shot: Its shot's id.
        people: Whose face is whose: the person, as tracks count people, by the speaker's id.
        readings: What was read of its faces.
        lines: What they speak, in order.
    """

    shot: str
    people: Mapping[str, int]
    readings: MouthReadings
    lines: tuple[SpokenLine, ...]

    @classmethod
    def of(
        cls, shot: str, request: LipsyncRequest, people: Mapping[str, int], readings: MouthReadings
    ) -> Self:
        """Return a clip that was made by a request."""
        lines = tuple(
            _spoken_line(request, line, readings, people[line.speaker.id])
            for line in request.lines
            if line.speaker.id in people
        )
        return cls(shot, people, readings, lines)


@dataclass(frozen=True)
class ReadClip:
    """The item of a clip in which real faces were followed, and the item of what was read of them.

    Attributes:
        moved: The clip, its mouths moved.
        request: What it was made by.
        read: What was read.
    """

    moved: Produced
    request: LipsyncRequest
    read: Produced

    @property
    def spoken(self) -> SpokenClip:
        """What its faces do, against what they speak."""
        readings = MouthReadings.model_validate_json(self.read.files["mouths"].path.read_bytes())
        return SpokenClip.of(self.moved.item_id, self.request, self._people, readings)

    @property
    def _people(self) -> Mapping[str, int]:
        told = self.moved.record.metadata.get("faces")
        faces = told if isinstance(told, dict) else {}
        return {
            speaker: person
            for speaker, face in faces.items()
            if isinstance(face, dict) and isinstance(person := face.get("person"), int)
        }


def read_clips(
    stage: Stage, moved: Iterable[tuple[Produced, LipsyncRequest]]
) -> tuple[ReadClip, ...]:
    """Return what is to be seen of real faces in clips, where some were followed.

    Args:
        stage: The stage that moves mouths.
        moved: Its clips, and what each was made by.
    """
    seen = [
        (clip, request, request.followed) for clip, request in moved if request.followed is not None
    ]
    items = [
        Item(
            mouths_id(clip.item_id),
            ReadMouthsRequest(before=request.clip, after=clip.files["clip"], followed=followed),
        )
        for clip, request, followed in seen
    ]
    read = stage.produce(MouthReader(EngineSettings()), items)
    return tuple(
        ReadClip(clip, request, item) for (clip, request, _), item in zip(seen, read, strict=True)
    )


def _spoken_line(
    request: LipsyncRequest, line: LipsyncLine, readings: MouthReadings, person: int
) -> SpokenLine:
    placed = place_line(line)
    seconds = (np.arange(request.frames) + 0.5) / float(request.frame_rate)
    heard = (placed.start_s <= seconds) & (seconds < placed.end_s)
    seen = heard & _settled(request, readings, person)
    asked = [placed.mouth.at(second - placed.start_s).opening for second in seconds]
    shown = readings.openings(person, request.frames)
    return SpokenLine(
        speaker=line.speaker.id,
        person=person,
        agreement=agreement(shown, np.where(seen, asked, np.nan)),
        met=tuple(met(shown, [frame for frame in _meetings(line, request) if seen[frame]])),
        moved={
            other: spread
            for other in readings.people
            if (spread := _spread(readings.added(other, request.frames)[heard])) is not None
        },
    )


def _settled(request: LipsyncRequest, readings: MouthReadings, person: int) -> NDArray[np.bool_]:
    """Tell in which frames a person's face has been seen for long enough, and will be, to speak."""
    near = math.ceil(_FROM_END_S * request.frame_rate)
    settled = np.zeros(request.frames, bool)
    for face in readings.faces:
        if face.person == person:
            settled[face.start + near : max(face.start + len(face.after) - near, 0)] = True
    return settled


def _meetings(line: LipsyncLine, request: LipsyncRequest) -> list[int]:
    """Return the frames of a clip in which the lips of whoever speaks a line meet."""
    if line.timings is None:
        return []
    timings = SpeechTimings.model_validate_json(line.timings.path.read_bytes())
    start_s = line.offset_samples / SAMPLE_RATE
    middles = [
        start_s + (phoneme.start_s + phoneme.end_s) / 2
        for phoneme in timings.phonemes
        if not _LIPS_MEET.isdisjoint(phoneme.ipa)
    ]
    frames = [math.floor(middle * request.frame_rate) for middle in middles]
    return [frame for frame in frames if 0 <= frame < request.frames]


def _spread(added: Openings) -> float | None:
    """Return how much openings differ; None: nothing is seen."""
    return float(np.nanstd(added)) if np.isfinite(added).any() else None
