"""What a film must hold: what its check goes by."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.caption_check import SpokenLine
from sparkle_motion_dagster.media.film.join import JoinedPicture
from sparkle_motion_dagster.media.report import Report
from sparkle_motion_dagster.plan.captions.captioning import USUAL_ROOM, CaptionRoom
from sparkle_motion_dagster.units import FrameSize


@dataclass(frozen=True)
class ExpectedFilm:
    """What a film must hold.

    Attributes:
        size: Size of the picture.
        frames: Number of frames.
        picture: What its picture was joined of. Every frame of those clips was decoded when they
            were made.
        sound: The mastered sound.
        sound_report: What was measured of that.
        title: The film's title.
        chapters: Number of chapters.
        captions: Number of captions that can be shown or hidden.
        burned: Captions that the picture shows instead.
        lines: What is spoken, in order.
        caption_room: What the frame has room for.
    """

    size: FrameSize
    frames: int
    picture: JoinedPicture
    sound: Path
    sound_report: Report
    title: str
    chapters: int
    captions: int
    lines: tuple[SpokenLine, ...]
    burned: tuple[Caption, ...] = ()
    caption_room: CaptionRoom = USUAL_ROOM

    @property
    def frame_rate(self) -> Fraction:
        """Frames per second."""
        return self.picture.frame_rate

    @property
    def duration_s(self) -> Fraction:
        """Length of the film in seconds."""
        return self.frames / self.frame_rate
