"""A clip looked through once: where nothing shows or moves, and a few small pictures of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.artifacts.models import Stretch
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import Plane, YuvFrame, read_frames
from sparkle_motion_dagster.media.picture_review import difference, edge, glance, is_black

if TYPE_CHECKING:
    from av import VideoFrame

_THUMBS = 5
_THUMB_COLUMNS = 200

_STILL_S = Fraction(1, 2)
_STILL_LEVELS = 0.5
"""Mean change, in levels of luma, against the first frame of a stretch, that is no movement.

What coding changes in a picture that stands still is less (up to 0.3 where a group of pictures
begins); the quietest move of the camera engine changes more than 0.8 in half a second.
"""


@dataclass(frozen=True)
class ClipReview:
    """What was seen in a clip.

    Attributes:
        black: Where the picture is black.
        still: Where nothing moves for at least half a second.
        edges: The first frame's luma on top of the last's, small: (rows, columns).
        strip: Five frames side by side, from the first to the last: RGB, (rows, columns, 3).
    """

    black: tuple[Stretch, ...]
    still: tuple[Stretch, ...]
    edges: Plane
    strip: NDArray[np.uint8]


def review_clip(clip: Path, frames: int) -> ClipReview:
    """Decode a clip from its first frame to its last, and say what is to be seen.

    Args:
        clip: An MP4.
        frames: How many frames it says that it has.

    Raises:
        MediaError: Not all of them decode, or there are others.
    """
    import av

    notes = _Notes(frames)
    try:
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for frame in container.decode(stream):
                if frame.is_corrupt:
                    raise MediaError(f"{clip} is damaged: {notes.frames} of {frames} frames decode")
                notes.take(frame)
    except av.FFmpegError as error:
        raise MediaError(
            f"{clip} is damaged: {notes.frames} of {frames} frames decode, then: {error.strerror}"
        ) from error
    if notes.frames != frames:
        raise MediaError(
            f"{clip} is damaged: it says that it has {frames} frames, and {notes.frames} decode"
        )
    return notes.review()


@dataclass(frozen=True)
class SampledClip:
    """Some frames of a clip: its first, its last, and evenly chosen ones from first to last."""

    first: YuvFrame
    last: YuvFrame
    between: tuple[YuvFrame, ...]

    @property
    def middle(self) -> YuvFrame:
        """The frame in the middle of the chosen ones."""
        return self.between[len(self.between) // 2]


def sample_clip(clip: Path, frames: int, count: int) -> SampledClip:
    """Decode a clip, and keep some of its frames.

    Args:
        clip: An MP4.
        frames: How many frames it says that it has.
        count: How many are chosen, the first and the last among them.

    Raises:
        MediaError: It cannot be decoded, or has other frames than it says.
    """
    last = frames - 1
    wanted = [round(k * last / max(count - 1, 1)) for k in range(count)]
    kept = {
        number: frame for number, frame in enumerate(read_frames(clip)) if number in {*wanted, last}
    }
    if last not in kept:
        raise MediaError(f"{clip} is damaged: it says that it has {frames} frames, and has fewer")
    return SampledClip(kept[0], kept[last], tuple(kept[number] for number in wanted))


class _Notes:
    """What is noted of a clip while its frames pass by."""

    def __init__(self, frames: int) -> None:
        self.frames = 0
        self.edges: list[Plane] = []
        self.thumbs: list[NDArray[np.uint8]] = []
        self._last = frames - 1
        self._thumb_frames = [round(k * self._last / (_THUMBS - 1)) for k in range(_THUMBS)]
        self._black: list[Stretch] = []
        self._still: list[Stretch] = []
        self._black_since: int | None = None
        self._anchor: Plane | None = None
        self._anchored = 0
        self._shortest = 1

    def take(self, frame: VideoFrame) -> None:
        """Look at the next frame."""
        luma = _luma(frame)
        small = glance(luma)
        if self._anchor is None or difference(self._anchor, small) > _STILL_LEVELS:
            self._end_still()
            self._anchor, self._anchored = small, self.frames
            self._shortest = ceil(_STILL_S / _seconds(frame))
        if not is_black(small):
            self._end_black()
        elif self._black_since is None:
            self._black_since = self.frames
        if self.frames in (0, self._last):
            self.edges += [edge(luma)] * (1 if self._last else 2)
        if times := self._thumb_frames.count(self.frames):
            self.thumbs += [_thumb(frame)] * times
        self.frames += 1

    def review(self) -> ClipReview:
        """Return what was seen; no frame follows."""
        self._end_still()
        self._end_black()
        return ClipReview(
            black=tuple(self._black),
            still=tuple(self._still),
            edges=np.vstack(self.edges),
            strip=np.hstack(self.thumbs),
        )

    def _end_still(self) -> None:
        if self.frames - self._anchored >= self._shortest:
            self._still.append(_stretch(self._anchored, self.frames))

    def _end_black(self) -> None:
        if self._black_since is not None:
            self._black.append(_stretch(self._black_since, self.frames))
            self._black_since = None


def _stretch(begin: int, end: int) -> Stretch:
    return Stretch(start_frame=begin, frames=end - begin)


def _luma(frame: VideoFrame) -> Plane:
    """Return a frame's luma plane, without copying it: (rows, columns)."""
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return np.asarray(rows[: frame.height, : frame.width], np.uint8)


def _seconds(frame: VideoFrame) -> Fraction:
    """Return how long a frame is shown."""
    if not frame.duration or frame.time_base is None:
        raise MediaError("a frame of the clip does not say how long it is shown")
    return frame.duration * frame.time_base


def _thumb(frame: VideoFrame) -> NDArray[np.uint8]:
    rows = max(round(frame.height * _THUMB_COLUMNS / frame.width), 1)
    small = frame.reformat(width=_THUMB_COLUMNS, height=rows, format="rgb24", interpolation="AREA")
    return np.asarray(small.to_ndarray(), np.uint8)
