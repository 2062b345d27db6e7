"""Lines on a clip's clock, and the mouths that speak them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, SpokenRequest
from sparkle_motion_dagster.engines.lipsync.speaking.mouth_tracks import (
    MouthTrack,
    follow_loudness,
    follow_phonemes,
)
from sparkle_motion_dagster.engines.lipsync.speaking.strength import Strength, strength_of
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings
from sparkle_motion_dagster.units import SAMPLE_RATE

_FROM_CUT_S = 0.15
"""A face that speaks across a cut begins this long after it, and ends this long before it."""

_WAKING_S = 0.15
"""This long before its line a mouth begins to leave its expression, and after it, it is back."""


@dataclass(frozen=True)
class PlacedLine:
    """A line on the clip's clock, in seconds from its first frame."""

    speaker: Appearance
    start_s: float
    end_s: float
    mouth: MouthTrack
    driven_by: str
    audio: Path

    @cached_property
    def strength(self) -> Strength:
        """How strongly it is spoken."""
        return strength_of(self.audio)


@dataclass(frozen=True)
class Speech:
    """All that one speaker says in a clip, in order."""

    speaker: Appearance
    lines: tuple[PlacedLine, ...]

    def mouth(self, seconds: float) -> Mouth:
        """Return its mouth at a time: two of its lines never sound at once."""
        return self._moving(seconds)[1]

    def strong_mouth(self, seconds: float) -> Mouth:
        """Return that mouth as a real jaw opens it: wider where the line is spoken more strongly.

        A mouth that is moved by loudness alone is so already.
        """
        line, mouth = self._moving(seconds)
        if line.driven_by == "loudness":
            return mouth
        return replace(mouth, opening=mouth.opening * line.strength.at(seconds - line.start_s))

    def _moving(self, seconds: float) -> tuple[PlacedLine, Mouth]:
        """Return the line that moves its mouth at a time, and the mouth: the others' rest."""
        mouths = ((line, line.mouth.at(seconds - line.start_s)) for line in self.lines)
        return max(mouths, key=lambda moved: (moved[1].opening, moved[1].press))

    def presence(self, seconds: float) -> float:
        """Return how far the mouth speaks: 0 or less is not at all, 1 or more is all."""
        return max(
            min(seconds - line.start_s, line.end_s - seconds) / _WAKING_S + 1 for line in self.lines
        )

    def spans(self, lead_s: float, stay_s: float) -> list[tuple[float, float]]:
        """Return from when to when its lines are, with a lead on both sides, near ones as one."""
        spans: list[tuple[float, float]] = []
        for line in self.lines:
            if spans and line.start_s - spans[-1][1] <= stay_s:
                spans[-1] = spans[-1][0], max(spans[-1][1], line.end_s)
            else:
                spans.append((line.start_s, line.end_s))
        return [(start - lead_s, end + lead_s) for start, end in spans]

    def precedence(self, seconds: float, lead_s: float) -> tuple[bool, float]:
        """Return how far in front of others it stands: who speaks does, then who began last."""
        speaks = any(line.start_s <= seconds < line.end_s for line in self.lines)
        begun = [line.start_s for line in self.lines if line.start_s - lead_s <= seconds]
        return speaks, max(begun, default=-math.inf)


def place_line(line: LipsyncLine) -> PlacedLine:
    """Return a line on its clip's clock, with the mouth that speaks it.

    Raises:
        EngineError: Its timings are none.
    """
    import soundfile

    with soundfile.SoundFile(line.audio.path) as sound:
        duration_s = sound.frames / sound.samplerate
    phonemes = _timings(line).phonemes
    start_s = line.offset_samples / SAMPLE_RATE
    return PlacedLine(
        speaker=line.speaker,
        start_s=start_s,
        end_s=start_s + duration_s,
        mouth=follow_phonemes(phonemes) if phonemes else follow_loudness(line.audio.path),
        driven_by="phonemes" if phonemes else "loudness",
        audio=line.audio.path,
    )


def driven_by(lines: Sequence[PlacedLine]) -> str:
    """Return what moves the mouths that speak lines: phonemes, loudness, or both."""
    return " and ".join(sorted({line.driven_by for line in lines}))


def seconds_at(request: SpokenRequest, frame: int) -> float:
    """Return the middle of a frame's time, in seconds from the clip's first frame."""
    return float((frame + 0.5) / request.frame_rate)


def away_from_cuts(request: SpokenRequest, frame: int) -> float:
    """Return how far a frame is from both ends of its clip: at 0 nothing moves, from 1 on all."""
    return min(frame, request.frames - 1 - frame) / float(_FROM_CUT_S * request.frame_rate)


def speeches_of(lines: Sequence[PlacedLine]) -> list[Speech]:
    """Return what each speaker says, the speakers in the order of the lines."""
    speakers = {line.speaker.id: line.speaker for line in lines}
    return [
        Speech(
            speaker,
            tuple(
                sorted(
                    (line for line in lines if line.speaker.id == speaker.id),
                    key=lambda line: line.start_s,
                )
            ),
        )
        for speaker in speakers.values()
    ]


def _timings(line: LipsyncLine) -> SpeechTimings:
    if line.timings is None:
        return SpeechTimings()
    try:
        return SpeechTimings.model_validate_json(line.timings.path.read_bytes())
    except ValidationError as error:
        raise EngineError(
            f"the timings {line.timings.sha256} of a line that {line.speaker.id} speaks are no "
            f"speech timings: {error}"
        ) from error
