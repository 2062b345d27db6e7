"""Conforming clips that people bring: cut out, brought to the film's rate, size and colours."""

import operator
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from fractions import Fraction
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
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.own_clips import frames_at, survey_clip
from sparkle_motion_dagster.media.pictures import WHITE
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.units import Colour, FrameRate, FrameSize


class OwnClipRequest(Request):
    """A shot that is a clip: which part of it, in how many frames of the film.

    ``head`` and ``tail`` of the ``frames`` lie before and after the shot, for transitions.
    """

    clip: StoredFile
    in_sec: float = Field(ge=0, description="where in the clip the shot begins, in seconds")
    out_sec: float | None = Field(
        default=None,
        exclude_if=lambda seconds: seconds is None,
        description="where in it the shot ends at the latest",
    )
    frames: int = Field(ge=1)
    head: int = Field(default=0, ge=0, exclude_if=operator.not_)
    tail: int = Field(default=0, ge=0, exclude_if=operator.not_)
    frame_rate: FrameRate
    size: FrameSize
    background: Colour | None = Field(
        default=None,
        exclude_if=lambda colour: colour is None,
        description="what shows where the clip is transparent; None: nowhere",
    )
    splices: tuple[int, ...] = Field(
        default=(),
        exclude_if=operator.not_,
        description="frames before which the stream can be cut",
    )
    encoding: ClipEncoding


@dataclass(frozen=True)
class Moments:
    """What is shown of a clip.

    Attributes:
        seconds: The moment of the clip that each frame of the film shows, from the clip's start.
        held: How many frames of the shot show the last picture that there is for it, again.
    """

    seconds: tuple[Fraction, ...]
    held: int


def moments_of(request: OwnClipRequest, clip_seconds: Fraction) -> Moments:
    """Return what each frame shows: the middle of its own time, in the clip's time.

    So a frame shows what a player would show then, whatever the clip's rate is, and whether it is
    constant. Where a shot is longer than what the plan lets be seen of the clip, the last picture
    of that is held: that it is a frame longer at most, because cuts lie between frames, is no
    matter. What lies beside the shot comes from the clip beyond its two points, as far as there is
    any.

    Args:
        request: The shot.
        clip_seconds: How long the clip is.
    """
    frame = 1 / request.frame_rate
    begin = exact_seconds(request.in_sec)
    shot = request.frames - request.head - request.tail
    longest = begin + (shot - 1) * frame
    limit = clip_seconds
    # A shot within its points may go on beyond them in a transition; one that outgrew them not.
    if request.out_sec is not None and longest > exact_seconds(request.out_sec):
        limit = min(limit, exact_seconds(request.out_sec))
    last = limit - frame / 2
    wanted = [begin + (number + Fraction(1, 2)) * frame for number in range(-request.head, shot)]
    after = [
        begin + (number + Fraction(1, 2)) * frame for number in range(shot, shot + request.tail)
    ]
    return Moments(
        seconds=tuple(max(min(moment, last), Fraction(0)) for moment in (*wanted, *after)),
        held=sum(moment > last for moment in wanted) if longest > limit else 0,
    )


class OwnClipConformer(Engine[OwnClipRequest, EngineSettings]):
    """Conforms clips. Results hold what clip engines' do: one output ``clip``.

    ``metadata["held_frames"]`` is how many frames at the shot's end repeat its last picture,
    because the shot became longer than the clip.
    """

    name = "own_clip"
    version = 1
    settings_model = EngineSettings
    at_once = True

    def make(self, requests: Sequence[OwnClipRequest], folder: Path) -> Generator[Made]:
        """Conform one clip a request."""
        for number, request in enumerate(requests):
            path = folder / f"clip-{number}.mp4"
            shown = moments_of(request, survey_clip(request.clip.path).seconds)
            background = request.background or WHITE
            write_clip(
                path,
                frames_at(request.clip.path, shown.seconds, request.size, background),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
            yield Made({"clip": MadeFile(path, "video/mp4")}, {"held_frames": shown.held})

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)
