"""What a video engine is asked for, and what it answers."""

import operator
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineSettings,
    Examined,
    MadeFile,
    Request,
    RequestT,
    SettingsT,
)
from sparkle_motion_dagster.engines.machinery.clips import examine_clip
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameRate, FrameSize

RetimeMethod = Literal["nearest", "blend", "flow"]
"""How a frame between two frames comes about: the nearer one, both blended, or moved pixels."""


class ConformSettings(EngineSettings):
    """How footage becomes a clip of exactly the film's frames."""

    most_retime: float = Field(
        default=0.05,
        ge=0,
        le=0.05,
        description="how much faster or slower footage may play, as a share; what is still too "
        "much is trimmed from its end",
    )
    method: RetimeMethod = Field(
        default="flow", description="how frames between two frames of the footage come about"
    )


class Described(Request):
    """Somebody who is to be seen, and how they look."""

    name: str
    description: str


class MoveRequest(Request):
    """What one shot shows: the way from a keyframe to the next, in exactly ``frames`` frames.

    The keyframes' scenes are there where their engine knows them. Without an ``end`` there is one
    keyframe, from which the camera goes its way; where ``end`` is ``start``, that one is held.

    Frame k of n lies at k/n between the keyframes, so that the shared keyframe is shown once, as
    the next shot's first frame. Where ``ends_on_keyframe`` is set (the next shot does not begin on
    it) frame k lies at k/(n-1) instead, and the last frame is the end keyframe itself. Where that
    takes the place of another drawing, ``strip_changes`` says so: a caption strip is cut, never
    dissolved.
    """

    start: StoredFile
    start_scene: StoredFile | None = None
    end: StoredFile | None
    end_scene: StoredFile | None = None
    frames: int = Field(ge=1)
    frame_rate: FrameRate
    size: FrameSize
    ends_on_keyframe: bool
    strip_changes: bool = Field(
        default=False,
        exclude_if=operator.not_,
        description="whether a caption strip becomes the end keyframe's on the way",
    )
    end_rests: bool = Field(
        default=False,
        exclude_if=operator.not_,
        description="whether the end keyframe is to be seen for a while: no other shot goes on "
        "from it",
    )
    visual_description: str
    characters: tuple[Described, ...] = Field(
        default=(),
        exclude_if=operator.not_,
        description="who is in its keyframes, as far as the plan says how they look",
    )
    setting: str | None = None
    motion_prompt: str | None = None
    negative_prompt: str | None = None
    seed: int = Field(ge=0, lt=2**32)
    again: int | None = Field(
        default=None,
        exclude_if=lambda again: again is None,
        description="where a shot before starts on the same keyframe, what makes this one move "
        "differently if its prompt leaves that open",
    )

    @property
    def arrival(self) -> StoredFile | None:
        """The keyframe that the first one becomes; None where there is none, or it is held."""
        is_held = self.end is not None and self.end.sha256 == self.start.sha256
        return None if is_held and self.ends_on_keyframe else self.end

    def position(self, frame: int) -> float:
        """Return where frame k lies between the keyframes: 0 is the start, 1 the end."""
        last = self.frames - 1 if self.ends_on_keyframe else self.frames
        return frame / last if last else 0.0


class VideoRequest(MoveRequest):
    """One shot as a clip.

    Its stream can be cut before each of the frames ``splices``, and each part decoded by itself.
    """

    splices: tuple[int, ...] = Field(
        default=(),
        exclude_if=operator.not_,
        description="frames before which the stream can be cut",
    )
    encoding: ClipEncoding

    @classmethod
    def of(cls, move: MoveRequest, encoding: ClipEncoding, splices: tuple[int, ...]) -> Self:
        """Return the request for the clip of a shot."""
        return cls(**dict(move), encoding=encoding, splices=splices)


class PlannedShot(Request):
    """A shot as its plan has it, before anything is spoken: ``frames`` of the film's."""

    id: str
    frames: int = Field(ge=1)
    frame_rate: FrameRate
    size: FrameSize
    ends_on_keyframe: bool
    from_start_alone: bool = Field(
        default=False, description="whether it has no keyframe that it ends on"
    )
    is_held: bool = Field(default=False, description="whether it ends on its start keyframe")


class VideoEngine(Engine[RequestT, SettingsT]):
    """Moves from keyframe to keyframe: makes clips itself, or footage that clips are made of."""

    def rendering_with(self, model_id: str) -> Self:
        """Return the engine as a plan's ``render_profile.video.model_id`` wants it.

        Here that is the engine as it is: without a choice of models, it is only recorded.

        Raises:
            EngineInputError: The engine has a choice of models, and this is none of them.
        """
        return self

    def check_shots(self, shots: Sequence[PlannedShot]) -> None:
        """Make sure, before anything is made, that the engine can make these shots.

        Raises:
            EngineInputError: It cannot; the message names the shots and what to do instead.
        """

    def check_ready(self) -> None:
        """Make sure, before pictures are made for hours, that what the engine runs on is there.

        Raises:
            NotReadyError: It is not; the message says what to do.
        """

    def size_remark(self, film: FrameSize) -> str | None:
        """Return what people should know of how it makes films of a size; None: nothing."""
        return None

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)


class ClipEngine(VideoEngine[VideoRequest, SettingsT]):
    """Makes silent clips.

    Each result holds one output ``clip``: an MP4 (``video/mp4``) with one H.264 stream, encoded
    with the request's encoding, of exactly the frames, rate and size that were asked for. An engine
    that knows where faces are in its frames says so in a second output ``scene``
    (``application/json``, a ``ClipScene`` of ``engines/images/storyboard/scene.py``).
    """


class FrameEngine(ClipEngine[SettingsT]):
    """Makes clips of frames that can be had before they are encoded, so that they can be drawn on.

    Equal requests give equal frames. Whatever such an engine needs is there: it runs no model.
    """

    @abstractmethod
    def frames(self, move: MoveRequest, wanted: Sequence[int] | None = None) -> Iterator[YuvFrame]:
        """Yield the frames of a shot, in order, one at a time.

        Args:
            move: What the shot shows.
            wanted: The numbers of the frames that are wanted, none of them less than the one
                before; None: all of them.

        Raises:
            EngineInputError: It cannot be made as it is written.
        """

    @abstractmethod
    def scene(self, move: MoveRequest) -> str | None:
        """Return where the faces are in a shot's frames; None: there are none.

        It is what the output ``scene`` of the shot's clip holds.

        Raises:
            EngineInputError: It cannot be made as it is written.
        """


class FootageRequest(Request):
    """What a model makes of one shot: frames at its own rate, from one keyframe to the next.

    Frame 0 shows the start keyframe, the last frame the end keyframe, if there is one. It holds no
    exact length of the shot, so that a shot that grows by a few frames asks for the same footage.
    """

    start: StoredFile
    end: StoredFile | None
    frames: int = Field(ge=5, description="frames at the model's own rate, 4k+1")
    size: FrameSize = Field(description="both sides multiples of 16")
    prompt: str
    negative_prompt: str | None = None
    seed: int = Field(ge=0, lt=2**32)


class FootageEngine(VideoEngine[FootageRequest, SettingsT]):
    """Makes footage, which a conforming engine cuts and retimes to the film's frames.

    Each result holds one output ``footage``: an MP4 (``video/mp4``) with one H.264 stream, nearly
    lossless, of exactly the frames and size that were asked for, at `footage_rate`.
    """

    footage_rate: Fraction
    """Frames per second of the footage: those that the model was trained on."""

    @abstractmethod
    def footage_of(self, shot: VideoRequest) -> FootageRequest:
        """Return the footage that a shot needs.

        Raises:
            EngineInputError: The model cannot make so long a shot.
        """

    @abstractmethod
    def conforming(self) -> ConformSettings:
        """Return how footage is cut and retimed to the film's frames."""
