"""What a lip-sync engine is asked for, and what it answers."""

import operator
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from pydantic import Field, JsonValue

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    Examined,
    MadeFile,
    Request,
    SettingsT,
)
from sparkle_motion_dagster.engines.images.base import Appearance, OwnPicture
from sparkle_motion_dagster.engines.machinery.clips import examine_clip
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.plan.shot import FaceBox
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameRate, FrameSize


class LipsyncLine(Request):
    """A line that is heard during the clip.

    ``offset_samples`` counts from the clip's first frame, at ``units.SAMPLE_RATE``; it is negative
    for a line that began in an earlier shot. ``drawn_as`` is what an engine that draws the speaker
    makes of the description, where that is no person.
    """

    speaker: Appearance
    drawn_as: str | None = Field(default=None, exclude_if=lambda being: being is None)
    audio: StoredFile
    timings: StoredFile | None
    offset_samples: int


class Pictured(Request):
    """Somebody who is in a picture that a clip shows; ``reference`` is another picture of them."""

    id: str
    reference: OwnPicture | None = Field(
        default=None, exclude_if=lambda reference: reference is None
    )


class SpokenRequest(Request):
    """The frames of one clip, and the lines that are heard during them, in order.

    ``scene`` says where the faces are in them that their engine drew; ``faces`` where the plan says
    that the speakers' are (None: wherever they are found). A speaker whom ``faces`` does not name
    is not in the picture. Where faces were found in the clip that nobody drew, ``followed`` holds
    them (a ``ClipFaces`` of ``faces/records.py``), and ``pictured`` says who is in each of its
    keyframes, from left to right, as far as the plan says so. Who is in a clip of the plan's own
    nobody says: there ``known`` are the speakers of whom there is a picture. ``head`` frames of the
    clip come before its shot begins; its stream can be cut before each of the frames ``splices``.
    `written_left` says that a text will lie over it, on the left, above the place of captions.
    """

    scene: StoredFile | None = None
    followed: StoredFile | None = Field(default=None, exclude_if=lambda file: file is None)
    pictured: tuple[tuple[Pictured, ...], ...] = Field(default=(), exclude_if=operator.not_)
    known: tuple[Pictured, ...] = Field(default=(), exclude_if=operator.not_)
    lines: tuple[LipsyncLine, ...] = Field(min_length=1)
    faces: dict[str, FaceBox | None] | None = Field(
        default=None, exclude_if=lambda faces: faces is None
    )
    frames: int = Field(ge=1)
    frame_rate: FrameRate
    size: FrameSize
    head: int = Field(default=0, ge=0, exclude_if=operator.not_)
    splices: tuple[int, ...] = Field(default=(), exclude_if=operator.not_)
    written_left: bool = Field(default=False, exclude_if=operator.not_)
    encoding: ClipEncoding

    @property
    def seen(self) -> tuple[str, ...]:
        """Who is seen speaking.

        Where the plan says nothing of faces, it is whoever it says is in the pictures; where it
        says nothing of those either, whoever begins a line in the shot.
        """
        heard = [line.speaker.id for line in self.lines]
        pictured = {person.id for keyframe in self.pictured for person in keyframe}
        if self.faces is None and not pictured.isdisjoint(heard):
            return tuple(speaker for speaker in dict.fromkeys(heard) if speaker in pictured)
        # Cuts are rounded by up to half a frame.
        cut = (self.head - Fraction(1, 2)) * SAMPLE_RATE / self.frame_rate
        beginning = [line.speaker.id for line in self.lines if line.offset_samples >= cut]
        return seen_speakers(heard, beginning, self.faces)


class LipsyncRequest(SpokenRequest):
    """A clip that is there, silent, in which the lines are to be seen spoken."""

    clip: StoredFile


SpokenRequestT = TypeVar("SpokenRequestT", bound=SpokenRequest)


def seen_speakers(
    heard: Sequence[str], beginning: Sequence[str], faces: Mapping[str, FaceBox | None] | None
) -> tuple[str, ...]:
    """Return which of the speakers that are heard in a talking close-up are seen in it.

    Where the plan says nothing of faces, it is whoever begins a line in it: the line of somebody
    else may go on from the shot before.
    """
    if faces is not None:
        return tuple(speaker for speaker in dict.fromkeys(heard) if speaker in faces)
    return tuple(dict.fromkeys(beginning or heard))


class NoFaceFoundError(EngineError):
    """Somebody speaks in a talking close-up, and no face of theirs was found in it."""

    retryable = False

    def __init__(self, speakers: Sequence[str], *, can_be_placed: bool) -> None:
        """Say whose, and what to do.

        Args:
            speakers: Whose.
            can_be_placed: Whether the engine finds it once the plan says where it is.
        """
        where = (
            ". Say in the plan where it is (the shot's metadata: faces: "
            f"{{{speakers[0]}: {{left: 0.3, top: 0.2, width: 0.3, height: 0.5}}}})"
            if can_be_placed
            else ", nor anybody else's whose mouth can be moved. Show it larger, or more from the "
            "front"
        )
        super().__init__(
            f"No face of {' and '.join(speakers)} was found{where}, or say is_talking_closeup: "
            "false; or let such clips pass: without_face: pass in the profile's lipsync settings."
        )


class LipsyncEngine(Engine[LipsyncRequest, SettingsT]):
    """Moves the mouths of a clip.

    Each result holds one output ``clip``: a silent MP4 like the one that came in, with the same
    number of frames, rate and size, encoded with the request's encoding.

    The film's checks read ``without_face`` in the metadata, where an engine may fail to find a
    face: the speakers whose mouths were to be moved and are not; and ``soft_mouths``, where its
    mouths have a size of their own: the speakers whose faces are so large that their mouths are
    softer, and how high these are, in pixels.
    """

    def narrowed(self, request: SpokenRequestT) -> SpokenRequestT:
        """Return a request without what cannot change its clip, so that editing that costs nothing.

        What is left out lies inside of fields, beyond the reach of ``unused_fields``. An engine
        that reads something in it that decides its clips may say so there.
        """
        return request

    def check_ready(self) -> None:
        """Make sure, before pictures are made for hours, that what the engine runs on is there.

        Raises:
            NotReadyError: It is not, or cannot work; the message says what to do.
        """

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)


@dataclass(frozen=True)
class SpokenFrames:
    """Frames in which everybody speaks, to be taken once, and what is worth knowing of them."""

    frames: Iterator[YuvFrame]
    metadata: Mapping[str, JsonValue]


class FrameLipsyncEngine(LipsyncEngine[SettingsT]):
    """Moves mouths frame by frame, so that it can do so before anything is encoded."""

    @abstractmethod
    def spoken(self, request: SpokenRequest, frames: Iterator[YuvFrame]) -> SpokenFrames:
        """Return frames with the mouths of whoever speaks moved.

        Args:
            request: What is heard during them, and where faces are in them.
            frames: All of them, in order.

        Raises:
            EngineError: What the request says of them is of no use.
        """
