"""The transition engine: the frames of a film in which one shot becomes the next."""

import contextlib
import operator
from collections.abc import Generator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.engines.builtin.transition.pictures import dissolve, fade, wipe
from sparkle_motion_dagster.engines.images.storyboard.scene import highest_strip
from sparkle_motion_dagster.engines.machinery.clips import examine_clip
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.plan.shot import TimedTransition
from sparkle_motion_dagster.units import FrameRate, FrameSize


class ClipPart(StoredFile):
    """Some frames of a clip: ``frames`` of them, from frame ``first`` on."""

    first: int = Field(ge=0)
    frames: int = Field(ge=0)


class TransitionRequest(Request):
    """One transition: what becomes what, and how.

    In a dissolve and in a wipe both parts are seen at once, and equally long; a fade shows one
    behind the other. After the film's last shot nothing is ``entering``.
    """

    kind: TimedTransition
    leaving: ClipPart
    entering: ClipPart | None
    frame_rate: FrameRate
    size: FrameSize
    encoding: ClipEncoding
    scenes: tuple[StoredFile, ...] = Field(
        default=(),
        exclude_if=operator.not_,
        description="of the keyframes, where both clips are seen, and scenes of both are known",
    )

    @property
    def frames(self) -> int:
        """The frames that it reads."""
        return self.leaving.frames + (self.entering.frames if self.entering else 0)


class TransitionEngine(Engine[TransitionRequest, EngineSettings]):
    """Makes transitions.

    Each result holds one output ``clip``: a silent MP4, encoded with the request's encoding. Equal
    requests give equal frames on any number of cores and every kind of CPU.
    """

    name: ClassVar[str] = "transition"
    version: ClassVar[int] = 1
    settings_model: ClassVar[type[EngineSettings]] = EngineSettings
    at_once = True

    def make(self, requests: Sequence[TransitionRequest], folder: Path) -> Generator[Made]:
        """Make one transition a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            clip = folder / f"transition_{index:04d}.mp4"
            with (
                contextlib.closing(_frames(request.leaving)) as leaving,
                contextlib.closing(_frames(request.entering)) as entering,
            ):
                write_clip(
                    clip,
                    _pictures(request, leaving, entering),
                    size=request.size,
                    frame_rate=request.frame_rate,
                    encoding=request.encoding,
                )
            yield Made(outputs={"clip": MadeFile(clip, "video/mp4")})

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)


def _pictures(
    request: TransitionRequest, leaving: Iterator[YuvFrame], entering: Iterator[YuvFrame]
) -> Iterator[YuvFrame]:
    before = request.leaving.frames
    after = request.entering.frames if request.entering else 0
    strip_rows = highest_strip(scene.path for scene in request.scenes)
    match request.kind:
        case "dissolve":
            return dissolve(leaving, entering, before, strip_rows)
        case "wipe":
            return wipe(leaving, entering, before, strip_rows)
        case "fade":
            return fade(leaving, before, entering, after)


def _frames(part: ClipPart | None) -> Generator[YuvFrame, None, None]:
    """Yield the frames of a part; none where there is no part.

    Raises:
        EngineError: The clip ends before.
    """
    if part is None:
        return
    count = 0
    with contextlib.closing(read_frames(part.path, part.first)) as frames:
        for frame in islice(frames, part.frames):
            yield frame
            count += 1
    if count != part.frames:
        raise EngineError(
            f"the clip {part.sha256} ends {part.frames - count} frames before the transition does"
        )
