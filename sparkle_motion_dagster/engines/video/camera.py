"""The camera engine: a camera that moves over two keyframes while one dissolves into the other.

It needs no model. The move is read from the motion prompt; the first frame is the start keyframe
untouched and the last position the end keyframe untouched, so that shots follow each other without
a jump, and the view never leaves the picture.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.easing import smoothstep
from sparkle_motion_dagster.engines.video.base import VideoEngine, VideoRequest
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.frames import Plane, YuvFrame, load_keyframe


class CameraSettings(EngineSettings):
    """How far the camera travels, and how long one picture takes to become the next."""

    travel: float = Field(default=0.06, gt=0, le=0.1, description="share of the frame's side")
    dissolve: float = Field(default=0.5, gt=0, le=1, description="share of the shot")


@dataclass(frozen=True)
class Move:
    """Where the camera goes, in units of ``CameraSettings.travel``: right, down, and in."""

    right: float = 0.0
    down: float = 0.0
    push: float = 0.0

    def __add__(self, other: Move) -> Move:
        return Move(self.right + other.right, self.down + other.down, self.push + other.push)

    def __mul__(self, factor: float) -> Move:
        return Move(self.right * factor, self.down * factor, self.push * factor)


def _phrase(verbs: str, directions: str) -> re.Pattern[str]:
    """Match a verb in any form and, at most three words on, a direction: "panning to the left"."""
    return re.compile(rf"\b(?:{verbs})\w*(?:\W+\w+){{0,3}}?\W+(?:{directions})\b", re.IGNORECASE)


_SIDEWAYS = "pan|truck|track|slid|sweep"
_UPRIGHT = "tilt|crane|craning|boom|pedestal|rise|rising|climb"
_MOVES = (
    (_phrase(_SIDEWAYS, "left"), Move(right=-1)),
    (_phrase(_SIDEWAYS, "right"), Move(right=1)),
    (_phrase(_UPRIGHT, "up|upwards?"), Move(down=-1)),
    (_phrase(_UPRIGHT + "|sink|descend", "down|downwards?"), Move(down=1)),
    (_phrase("push|zoom|dolly|move|moving|track", "in|forwards?|closer|towards?"), Move(push=1)),
    (_phrase("pull|zoom|dolly|move|moving|track", "out|back|backwards?|away"), Move(push=-1)),
)
_STILL = re.compile(r"\b(?:static|locked|lock-?off|still|tripod|fixed)\b", re.IGNORECASE)
_SLOW = re.compile(r"\b(?:slow|gentl[ey]|quiet|subtl[ey])", re.IGNORECASE)
_FAST = re.compile(r"\b(?:fast|quick|rapid|swift|whip)", re.IGNORECASE)
_QUIET_PUSH = Move(push=0.5)


def parse_move(motion_prompt: str | None) -> Move:
    """Read the camera's move from a motion prompt; without one it pushes in quietly."""
    text = motion_prompt or ""
    moves = [move for pattern, move in _MOVES if pattern.search(text)]
    if not moves:
        return Move() if _STILL.search(text) else _QUIET_PUSH
    pace = 0.5 if _SLOW.search(text) else 2.0 if _FAST.search(text) else 1.0
    return sum(moves, Move()) * pace


class CameraEngine(VideoEngine[CameraSettings]):
    """Moves a camera over the keyframes, about as fast as the film plays.

    Equal requests give equal bytes on any number of cores of one kind of CPU: where the picture
    is warped, the last bit of a pixel may differ between CPU generations.
    """

    name: ClassVar[str] = "camera"
    version: ClassVar[int] = 1
    settings_model: ClassVar[type[CameraSettings]] = CameraSettings
    unused_fields: ClassVar[frozenset[str]] = frozenset(
        {"seed", "negative_prompt", "visual_description", "setting"}
    )

    def make(self, requests: Sequence[VideoRequest], folder: Path) -> Generator[Made, None, None]:
        """Make one clip a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            clip = folder / f"clip_{index:04d}.mp4"
            write_clip(
                clip,
                self._frames(request),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
            )
            yield Made(outputs={"clip": MadeFile(clip, "video/mp4")})

    def _frames(self, request: VideoRequest) -> Iterator[YuvFrame]:
        start = load_keyframe(request.start.path, request.size)
        end = load_keyframe(request.end.path, request.size)
        move = parse_move(request.motion_prompt) * self.settings.travel
        for frame in range(request.frames):
            position = request.position(frame)
            progress = smoothstep(position)
            share = self._end_share(position, move)
            if share == 0:
                yield _leaving(move, progress).of(start)
            elif share == 1:
                yield _arriving(move, progress).of(end)
            else:
                left, found = _leaving(move, progress).of(start), _arriving(move, progress).of(end)
                yield _blend(left, found, share)

    def _end_share(self, position: float, move: Move) -> float:
        """Return how much of the end keyframe shows, 0 to 1, at a position between the two.

        Pushing in can only move the first picture (the second must end whole), pulling out only
        the second: the dissolve leaves the stage to the one that moves.
        """
        begin = (1 - self.settings.dissolve) * (0.5 + 0.5 * float(np.sign(move.push)))
        return smoothstep((position - begin) / self.settings.dissolve)


@dataclass(frozen=True)
class _View:
    """The part of a picture that fills the frame.

    Attributes:
        scale: Its side as a share of the picture's, at most 1.
        right: How far its middle lies right of the picture's, as a share of the width.
        down: How far its middle lies below the picture's, as a share of the height.
    """

    scale: float
    right: float
    down: float

    def of(self, picture: YuvFrame) -> YuvFrame:
        """Return what the view shows; the whole picture is returned as it is."""
        if self == _View(scale=1.0, right=0.0, down=0.0):
            return picture
        rows, columns = picture.shape
        # Where the middle of the frame's first pixel lies in the picture, in pixels.
        x = columns * ((1 - self.scale) / 2 + self.right) + (self.scale - 1) / 2
        y = rows * ((1 - self.scale) / 2 + self.down) + (self.scale - 1) / 2
        # A chroma sample lies on the left column of its 2x2 block, half a row below the upper.
        chroma_x, chroma_y = x / 2, (y + (self.scale - 1) / 2) / 2
        return YuvFrame(
            y=_warp(picture.y, self.scale, x, y),
            u=_warp(picture.u, self.scale, chroma_x, chroma_y),
            v=_warp(picture.v, self.scale, chroma_x, chroma_y),
        )


def _leaving(move: Move, progress: float) -> _View:
    """Return the view of the start keyframe: all of it at first, then along the move."""
    return _View(
        scale=1 - progress * _narrowing(move, max(move.push, 0)),
        right=progress * move.right,
        down=progress * move.down,
    )


def _arriving(move: Move, progress: float) -> _View:
    """Return the view of the end keyframe: from where the move comes, to all of it at last."""
    left = 1 - progress
    return _View(
        scale=1 - left * _narrowing(move, max(-move.push, 0)),
        right=-left * move.right,
        down=-left * move.down,
    )


def _narrowing(move: Move, push: float) -> float:
    """Return how much smaller than the picture the view must get to stay inside it."""
    return 2 * (max(abs(move.right), abs(move.down)) + push)


def _warp(plane: Plane, scale: float, x: float, y: float) -> Plane:
    """Sample a plane so that pixel (column, row) shows (scale * column + x, scale * row + y)."""
    import cv2

    rows, columns = plane.shape
    return np.asarray(
        cv2.warpAffine(
            plane,
            np.array([[scale, 0, x], [0, scale, y]]),
            (columns, rows),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def _blend(start: YuvFrame, end: YuvFrame, share: float) -> YuvFrame:
    import cv2

    y, u, v = (
        np.asarray(cv2.addWeighted(one, 1 - share, other, share, 0), np.uint8)
        for one, other in zip(start.planes, end.planes, strict=True)
    )
    return YuvFrame(y, u, v)
