"""Conforming: footage at a model's own rate becomes a clip of exactly the film's frames."""

import contextlib
import operator
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field, JsonValue

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    Examined,
    Made,
    MadeFile,
    Request,
    frame_work,
)
from sparkle_motion_dagster.engines.builtin.conform.inbetweens import play
from sparkle_motion_dagster.engines.machinery.clips import examine_clip
from sparkle_motion_dagster.engines.video.base import ConformSettings, VideoRequest
from sparkle_motion_dagster.engines.video.fitting import fitting
from sparkle_motion_dagster.engines.video.retiming import retime
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import Plane, YuvFrame, load_keyframe, read_frames
from sparkle_motion_dagster.media.picture_review import psnr
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import FrameRate, FrameSize

_SECONDS = {"flow": 17.7, "blend": 2.4, "nearest": 2.2}
_720P = FrameSize(width=1280, height=720)


class ConformRequest(Request):
    """One clip of one shot, as ``VideoRequest`` describes it, from footage that is there.

    ``start`` and ``end`` are the keyframes: what the clip's edges are measured against. Footage
    that was made from its start alone ends on none.
    """

    footage: StoredFile
    start: StoredFile
    end: StoredFile | None
    frames: int = Field(ge=1)
    frame_rate: FrameRate
    size: FrameSize
    ends_on_keyframe: bool
    splices: tuple[int, ...] = Field(default=(), exclude_if=operator.not_)
    encoding: ClipEncoding

    @classmethod
    def of(cls, shot: VideoRequest, footage: StoredFile) -> Self:
        """Return the request for a shot's clip, from its footage."""
        return cls(
            footage=footage,
            start=shot.start,
            end=shot.end,
            frames=shot.frames,
            frame_rate=shot.frame_rate,
            size=shot.size,
            ends_on_keyframe=shot.ends_on_keyframe,
            splices=shot.splices,
            encoding=shot.encoding,
        )


class Conformer(Engine[ConformRequest, ConformSettings]):
    """Cuts and retimes footage.

    Frames of the footage that fall on a frame of the film are shown as they are; where rate, count
    and size agree, that is all of them. Equal requests give equal bytes on any number of cores.

    Each result says how it came about, measured before the frames are encoded: ``speed``,
    ``trimmed_frames`` (of the footage, at its end), ``method``, ``inbetweens`` (frames that lie
    between two of the footage), and the seams: ``keyframe_psnr_start``, the first frame against the
    start keyframe, and ``keyframe_psnr_end``, the last frame against the end keyframe, if there is
    one; of the luma and in dB; at most 100, which is "equal".
    """

    name: ClassVar[str] = "conform"
    version: ClassVar[int] = 1
    settings_model: ClassVar[type[ConformSettings]] = ConformSettings
    at_once = True
    usual_bytes: ClassVar[float] = 9e3

    def estimate(self, request: ConformRequest) -> float:
        """Return the seconds of a clip whose footage has another rate; see ``Engine.estimate``.

        Of 120 frames of 1280x720 the frames between others take 16, 0.7 or 0.5 s, by their method
        (docs/cinematic.md), and encoding 1.7 s.
        """
        seconds: float = _SECONDS[self.settings.method] / 120 / frame_work(_720P) * request.work
        return seconds

    def make(self, requests: Sequence[ConformRequest], folder: Path) -> Generator[Made, None, None]:
        """Make one clip a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            clip = folder / f"clip_{index:04d}.mp4"
            metadata = self._conform(request, clip)
            yield Made(outputs={"clip": MadeFile(clip, "video/mp4")}, metadata=metadata)

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)

    def _conform(self, request: ConformRequest, clip: Path) -> dict[str, JsonValue]:
        footage = _measured(request.footage.path)
        # What ends on no keyframe has nowhere to arrive: it plays as it was made.
        most_retime = 0 if request.end is None else self.settings.most_retime
        retiming = retime(
            footage.frames,
            footage.rate,
            request.frames,
            request.frame_rate,
            ends_on_keyframe=request.ends_on_keyframe,
            most_retime=Fraction(str(most_retime)),
        )
        fit = fitting(footage.width, footage.height, request.size)
        ends = _Ends()
        with contextlib.closing(read_frames(request.footage.path)) as frames:
            write_clip(
                clip,
                ends.noted(play(map(fit, frames), retiming.positions, self.settings.method)),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
        edges = (("start", request.start, ends.first), ("end", request.end, ends.last))
        return {
            "speed": round(float(retiming.speed), 4),
            "trimmed_frames": round(float(retiming.trimmed), 2),
            "method": self.settings.method,
            "inbetweens": sum(position.denominator > 1 for position in retiming.positions),
            **{
                f"keyframe_psnr_{edge}": psnr(shown, load_keyframe(keyframe.path, request.size).y)
                for edge, keyframe, shown in edges
                if keyframe is not None
            },
        }


@dataclass(frozen=True)
class _Footage:
    frames: int
    rate: Fraction
    width: int
    height: int


def _measured(path: Path) -> _Footage:
    """Return what a file of footage says that it holds, its packets counted and timed."""
    facts = probe(path, "video/mp4")
    if not (facts.frames and facts.frame_rate and facts.width and facts.height):
        raise MediaError(f"{path} holds no frames")
    return _Footage(facts.frames, facts.frame_rate, facts.width, facts.height)


class _Ends:
    """The luma of the first and the last frame that passed by."""

    first: Plane
    last: Plane

    def noted(self, frames: Iterable[YuvFrame]) -> Iterator[YuvFrame]:
        """Hand frames on."""
        for index, frame in enumerate(frames):
            if not index:
                self.first = frame.y
            self.last = frame.y
            yield frame
