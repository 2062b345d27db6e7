"""What a film must hold: what its check goes by."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from pydantic import JsonValue

from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.caption_check import SpokenLine
from sparkle_motion_dagster.media.film.join import Piece
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget
from sparkle_motion_dagster.plan.captions.captioning import USUAL_ROOM, CaptionRoom
from sparkle_motion_dagster.units import FrameSize

Measured: TypeAlias = tuple[bool, dict[str, JsonValue]]
"""Whether a promise is kept, and what was measured."""

Span: TypeAlias = tuple[int, int]
"""A first sample, and the one behind the last."""


@dataclass(frozen=True)
class ExpectedFilm:
    """What a film must hold.

    Attributes:
        frame_rate: Frames per second.
        size: Size of the picture.
        frames: Number of frames.
        pieces: What its picture was joined of.
        title: The film's title.
        chapters: Number of chapters.
        captions: Number of captions that can be shown or hidden.
        burned: Captions that the picture shows instead.
        track: The film's track before mastering (48 kHz WAV).
        lines: What sounds on the track, in order.
        target: What the sound was mastered to.
        is_mixed: Whether something is on the track beside the lines.
        is_levelled: Whether the sound was brought to the target's loudness, if it is not silent.
        caption_room: What the frame has room for.
    """

    frame_rate: Fraction
    size: FrameSize
    frames: int
    pieces: tuple[Piece, ...]
    title: str
    chapters: int
    captions: int
    track: Path
    lines: tuple[SpokenLine, ...]
    target: MasteringTarget
    is_mixed: bool = False
    is_levelled: bool = True
    burned: tuple[Caption, ...] = ()
    caption_room: CaptionRoom = USUAL_ROOM

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where lines sound: first sample, and the one behind the last."""
        return tuple((line.start, line.end) for line in self.lines)

    @property
    def duration_s(self) -> Fraction:
        """Length of the film in seconds."""
        return self.frames / self.frame_rate


def rounded(value: float | Fraction) -> float:
    """Return a number as it is told: to three places."""
    return round(float(value), 3)
