"""The viseme engine: whoever speaks is seen speaking, in a small round portrait.

An animatic's drawings have no mouth that could be moved. So a portrait of the speaker comes into
a lower corner for as long as the line lasts, and its mouth follows the phonemes. The clip's first
and last frames stay as they are, so that the portrait never crosses a cut.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from sparkle_motion_dagster.engines.base import EngineError, EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.easing import smoothstep
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.figures import Look, Mouth, draw_portrait, look_of
from sparkle_motion_dagster.engines.lipsync.base import LipsyncEngine, LipsyncLine, LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.mouths import (
    MouthTrack,
    follow_loudness,
    follow_phonemes,
)
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.frames import Plane, YuvFrame, halve_chroma, read_frames
from sparkle_motion_dagster.plan.speech_timings import SpeechTimings
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameSize

_OVERSIZE = 3
"""Portraits are drawn this much larger than they are shown, which smooths their edges."""

_LEAD_S = 0.3
"""The portrait is there this long before the line and after it; it takes `_EASE_S` to come."""

_EASE_S = 0.2
_STAY_S = 1.0
"""Between two lines of one speaker that are no farther apart, the portrait stays."""

_RING = (250, 248, 244)


class VisemeSettings(EngineSettings):
    """How large the portrait is."""

    diameter: float = Field(default=0.36, ge=0.1, le=0.6, description="share of the frame's height")


class VisemeEngine(LipsyncEngine[VisemeSettings]):
    """Shows the speaker in an inset portrait with a moving mouth. Deterministic.

    ``metadata["driven_by"]`` of a result is what moved the mouths: ``phonemes``, or ``loudness``
    where the lines have no phonemes, or ``loudness and phonemes`` where some have.
    """

    name: ClassVar[str] = "viseme"
    version: ClassVar[int] = 1
    settings_model: ClassVar[type[VisemeSettings]] = VisemeSettings

    def make(self, requests: Sequence[LipsyncRequest], folder: Path) -> Generator[Made, None, None]:
        """Make one clip a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            clip = folder / f"clip_{index:04d}.mp4"
            lines = [_place_line(line) for line in request.lines]
            write_clip(
                clip,
                self._frames(request, lines),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
            )
            yield Made(
                outputs={"clip": MadeFile(clip, "video/mp4")},
                metadata={"driven_by": " and ".join(sorted({line.driven_by for line in lines}))},
            )

    def _frames(self, request: LipsyncRequest, lines: Sequence[_Line]) -> Iterator[YuvFrame]:
        """Yield the clip's frames with the portraits in them."""
        portraits = _portraits(lines, request.size, self.settings.diameter)
        ease = max(1, round(_EASE_S * request.frame_rate))
        count = 0
        with contextlib.closing(read_frames(request.clip.path)) as frames:
            for frame in frames:
                from_cut = min(count, request.frames - 1 - count) / ease
                seconds = float((count + 0.5) / request.frame_rate)
                shown = frame
                for portrait in sorted(portraits, key=lambda one: one.precedence(seconds)):
                    presence = smoothstep(min(from_cut, portrait.presence(seconds)))
                    if presence > 0:
                        shown = portrait.drawn_on(shown, portrait.mouth(seconds), presence)
                yield shown
                count += 1
        if count != request.frames:
            raise EngineError(
                f"the clip {request.clip.sha256} has {count} frames, but its shot has "
                f"{request.frames}: it cannot be lip-synced"
            )


@dataclass(frozen=True)
class _Line:
    """A line on the clip's clock, in seconds from its first frame."""

    speaker: Appearance
    start_s: float
    end_s: float
    mouth: MouthTrack
    driven_by: str


def _place_line(line: LipsyncLine) -> _Line:
    import soundfile

    with soundfile.SoundFile(line.audio.path) as sound:
        duration_s = sound.frames / sound.samplerate
    phonemes = _timings(line).phonemes
    start_s = line.offset_samples / SAMPLE_RATE
    return _Line(
        speaker=line.speaker,
        start_s=start_s,
        end_s=start_s + duration_s,
        mouth=follow_phonemes(phonemes) if phonemes else follow_loudness(line.audio.path),
        driven_by="phonemes" if phonemes else "loudness",
    )


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


@dataclass(frozen=True)
class _Portrait:
    """One speaker's portrait in its corner; `left`, `top` and `side` are even, in pixels."""

    look: Look
    lines: tuple[_Line, ...]
    left: int
    top: int
    side: int

    def presence(self, seconds: float) -> float:
        """Return how much of the portrait is there: 0 or less is nothing, 1 or more is all."""
        return max(
            min(seconds - start, end - seconds) / _EASE_S for start, end in self._appearances()
        )

    def precedence(self, seconds: float) -> tuple[bool, float]:
        """Return how far in front it stands where portraits share a corner.

        Who speaks stands in front of all others; then whose line is about to begin, or began last.
        """
        speaks = any(line.start_s <= seconds < line.end_s for line in self.lines)
        begun = [line.start_s for line in self.lines if line.start_s - _LEAD_S <= seconds]
        return speaks, max(begun, default=-math.inf)

    def mouth(self, seconds: float) -> Mouth:
        """Return the widest open of its mouths: two of its lines never sound at once."""
        return max(
            (line.mouth.at(seconds - line.start_s) for line in self.lines),
            key=lambda mouth: mouth.openness,
        )

    def drawn_on(self, frame: YuvFrame, mouth: Mouth, presence: float) -> YuvFrame:
        """Return a frame with the portrait over it, `presence` (0 to 1) of it."""
        picture, disc = self._paint(mouth)
        cover = disc * np.float32(presence)
        chroma_cover = halve_chroma(cover)
        box = np.s_[self.top : self.top + self.side, self.left : self.left + self.side]
        chroma_box = np.s_[
            self.top // 2 : (self.top + self.side) // 2,
            self.left // 2 : (self.left + self.side) // 2,
        ]
        return YuvFrame(
            y=_covered(frame.y, box, picture.y, cover),
            u=_covered(frame.u, chroma_box, picture.u, chroma_cover),
            v=_covered(frame.v, chroma_box, picture.v, chroma_cover),
        )

    def _appearances(self) -> Iterator[tuple[float, float]]:
        """Yield from when to when the portrait is there: around its lines, near ones as one."""
        start, end = None, None
        for line in self.lines:
            if start is None or end is None:
                start, end = line.start_s, line.end_s
            elif line.start_s - end <= _STAY_S:
                end = max(end, line.end_s)
            else:
                yield start - _LEAD_S, end + _LEAD_S
                start, end = line.start_s, line.end_s
        if start is not None and end is not None:
            yield start - _LEAD_S, end + _LEAD_S

    def _paint(self, mouth: Mouth) -> tuple[YuvFrame, NDArray[np.floating]]:
        """Return the portrait's square, and how much each of its pixels covers, 0 to 1."""
        from PIL import Image, ImageDraw

        side = self.side * _OVERSIZE
        ring = side * 0.025
        canvas = Image.new("RGB", (side, side), self.look.backdrop)
        draw_portrait(
            ImageDraw.Draw(canvas), (side / 2, side * 0.47), side * 0.34, self.look, mouth
        )
        inner, outer = Image.new("L", canvas.size), Image.new("L", canvas.size)
        ImageDraw.Draw(inner).ellipse((ring, ring, side - ring, side - ring), fill=255)
        ImageDraw.Draw(outer).ellipse((0, 0, side - 1, side - 1), fill=255)
        framed = Image.composite(canvas, Image.new("RGB", canvas.size, _RING), inner)
        picture = YuvFrame.from_rgb(np.asarray(framed.reduce(_OVERSIZE)))
        return picture, np.asarray(outer.reduce(_OVERSIZE), np.float32) / np.float32(255)


def _portraits(lines: Sequence[_Line], size: FrameSize, diameter: float) -> list[_Portrait]:
    """Give every speaker a portrait, in the lower corners by turns, in order of appearance."""
    side = _even(diameter * min(size.width / 2, size.height))
    margin = _even(0.05 * min(size.width, size.height))
    speakers = {line.speaker.id: line.speaker for line in lines}
    return [
        _Portrait(
            look=look_of(speaker),
            lines=tuple(
                sorted(
                    (line for line in lines if line.speaker.id == speaker.id),
                    key=lambda line: line.start_s,
                )
            ),
            left=size.width - margin - side if turn % 2 else margin,
            top=size.height - margin - side,
            side=side,
        )
        for turn, speaker in enumerate(speakers.values())
    ]


def _covered(
    plane: Plane, box: tuple[slice, slice], over: Plane, cover: NDArray[np.floating]
) -> Plane:
    under = plane[box].astype(np.float32)
    result = plane.copy()
    result[box] = np.rint(under + (over - under) * cover).astype(np.uint8)
    return result


def _even(pixels: float) -> int:
    return 2 * round(pixels / 2)
