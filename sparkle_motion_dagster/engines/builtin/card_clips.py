"""The clips of title cards: a picture that stands still, and comes out of black and goes back."""

import operator
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.engines.machinery.clips import examine_clip
from sparkle_motion_dagster.media.cube_files import stored_look
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.fades import darkened, share_shown
from sparkle_motion_dagster.media.frames import YuvFrame, load_keyframe
from sparkle_motion_dagster.units import FrameRate, FrameSize


class CardClipRequest(Request):
    """A card's picture, shown for ``frames`` frames, of which some it takes to come and to go."""

    picture: StoredFile
    grade: StoredFile | None = Field(
        default=None,
        exclude_if=lambda grade: grade is None,
        description="the look-up table (.cube) that the picture goes through; black stays black",
    )
    frames: int = Field(ge=1)
    opening: int = Field(ge=0, description="frames in which it comes out of black")
    closing: int = Field(ge=0, description="frames in which it goes back")
    frame_rate: FrameRate
    size: FrameSize
    splices: tuple[int, ...] = Field(
        default=(),
        exclude_if=operator.not_,
        description="frames before which the stream can be cut",
    )
    encoding: ClipEncoding


class CardFilmer(Engine[CardClipRequest, EngineSettings]):
    """Makes clips of cards. Results hold what clip engines' do: one output ``clip``."""

    name = "card_clip"
    version = 1
    settings_model = EngineSettings
    at_once = True

    def make(self, requests: Sequence[CardClipRequest], folder: Path) -> Generator[Made]:
        """Make one clip a request."""
        for number, request in enumerate(requests):
            clip = folder / f"card-{number}.mp4"
            write_clip(
                clip,
                _frames(request),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
            yield Made({"clip": MadeFile(clip, "video/mp4")})

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)


def _frames(request: CardClipRequest) -> Iterator[YuvFrame]:
    picture = load_keyframe(request.picture.path, request.size)
    if request.grade is not None:
        picture = stored_look(request.grade.path).graded(picture)
    for number in range(request.frames):
        shown = share_shown(number, range(request.frames), request.opening, request.closing)
        yield darkened(picture, shown)
