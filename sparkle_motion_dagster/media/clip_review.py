"""A clip looked through once: where nothing shows or moves, and a few small pictures of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.artifacts.models import MediaFacts, Stretch
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import Plane, YuvFrame, read_frames
from sparkle_motion_dagster.media.giving_up import go_on
from sparkle_motion_dagster.media.picture_review import difference, edge, glance, is_black
from sparkle_motion_dagster.media.probe import probe_video

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.stream import VideoStream

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


def review_clip(clip: Path) -> tuple[MediaFacts, ClipReview]:
    """Read a clip once from its first packet to its last, decode all of it, and look at it.

    It is decoded although its frames were known before they were encoded: only that shows that it
    can be, and what it shows. It is looked at in luma, at the size that each measure needs; colours
    are read of the frames of the strip alone.

    Args:
        clip: An MP4.

    Returns:
        What it holds, and what is to be seen.

    Raises:
        ProbeError: It is no such clip, or cut off.
        MediaError: Not all of its frames decode.
        GivenUpError: Nobody waits for that any more.
    """
    decoding: list[_WholeClip] = []

    def whole(stream: VideoStream) -> _WholeClip:
        decoding.append(_WholeClip(clip, stream))
        return decoding[0]

    facts = probe_video(clip, whole)
    return facts, decoding[0].notes.review()


class _WholeClip:
    """Decodes every frame of a clip, and notes what it shows."""

    def __init__(self, path: Path, stream: VideoStream) -> None:
        self.notes = _Notes(stream.frames)
        self._path, self._frames, self._codec = path, stream.frames, stream.codec_context
        self._codec.thread_type = "AUTO"

    def take(self, packet: Packet[Any]) -> None:
        """Decode the next packet."""
        go_on()
        if packet.duration and packet.time_base:  # all frames are shown equally long
            self.notes.shortest = ceil(_STILL_S / (packet.duration * packet.time_base))
        self._decode(packet)

    def check(self, last: int) -> None:
        """Decode what is left; see ``Decoding.check``."""
        self._decode(None)
        if self.notes.frames != self._frames:
            raise MediaError(
                f"{self._path} is damaged: it says that it has {self._frames} frames, and "
                f"{self.notes.frames} decode"
            )

    def _decode(self, packet: Packet[Any] | None) -> None:
        import av

        said = f"{self.notes.frames} of {self._frames} frames decode"
        try:
            frames = self._codec.decode(packet)
        except av.FFmpegError as error:
            raise MediaError(f"{self._path} is damaged: {said}, then: {error.strerror}") from error
        for frame in frames:
            if frame.is_corrupt:
                raise MediaError(f"{self._path} is damaged: {said}")
            self.notes.take(frame)


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
    """What is noted of a clip while its frames pass by.

    ``shortest`` is in how many frames nothing moves, at least, where that is noted.
    """

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
        self.shortest = 1

    def take(self, frame: VideoFrame) -> None:
        """Look at the next frame."""
        luma = _luma(frame)
        small = glance(luma)
        if self._anchor is None or difference(self._anchor, small) > _STILL_LEVELS:
            self._end_still()
            self._anchor, self._anchored = small, self.frames
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
        if self.frames - self._anchored >= self.shortest:
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


def _thumb(frame: VideoFrame) -> NDArray[np.uint8]:
    rows = max(round(frame.height * _THUMB_COLUMNS / frame.width), 1)
    small = frame.reformat(width=_THUMB_COLUMNS, height=rows, format="rgb24", interpolation="AREA")
    return np.asarray(small.to_ndarray(), np.uint8)
