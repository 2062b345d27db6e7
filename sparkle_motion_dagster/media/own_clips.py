"""Clips that people bring: what they hold, and their frames as the film shows them.

A clip is shown as a player shows it: upright, its pixels square, in its own time, on the film's
colours; it fills the frame, and what sticks out is cropped evenly. Its sound is left out.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sparkle_motion_dagster.media.clip_picture import ClipPicture
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_MEDIA_TYPES = {
    "mov": "video/mp4",
    "matroska": "video/x-matroska",
    "avi": "video/x-msvideo",
    "mxf": "application/mxf",
    "mpegts": "video/mp2t",
    "mpeg": "video/mpeg",
    "ogg": "video/ogg",
    "flv": "video/x-flv",
    "asf": "video/x-ms-wmv",
}
"""Containers that are opened, by the first of ffmpeg's names: those that lead to no other file."""

_OPENING = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,matroska,webm,avi,mxf,mpegts,mpeg,ogg,flv,asf",
}

_BEFORE_S = 1
"""How long before what is wanted decoding begins, in seconds: where an index is not exact."""

_CONTAINER_TICKS = 1_000_000
"""In what part of a second ffmpeg counts a container's length."""

_LEFT_OUT_S = Fraction(1, 2)
"""How much earlier than it says a whole Matroska file may end, in seconds."""

_LARGEST_SIDE = 8192
"""In pixels: 8K."""


@dataclass(frozen=True)
class OwnClipFacts:
    """What a clip holds.

    Attributes:
        media_type: What its container is.
        width: Width as it is shown, in pixels: upright, its pixels square.
        height: Height as it is shown.
        frames: How many pictures it has.
        seconds: How long it lasts, from its first picture to the end of its last.
        has_sound: Whether it has sound.
    """

    media_type: str
    width: int
    height: int
    frames: int
    seconds: Fraction
    has_sound: bool


def survey_clip(path: Path) -> OwnClipFacts:
    """Read a clip to its end, and decode its first picture.

    What was read is remembered, for as long as the file does not change.

    Raises:
        MediaError: It is no clip that can be shown; the message says why.
    """
    status = path.stat()
    return _survey(path, (status.st_mtime_ns, status.st_size))


@functools.lru_cache(maxsize=256)
def _survey(path: Path, signature: tuple[int, int]) -> OwnClipFacts:
    with _opened(path) as container:
        stream = _pictures(path, container)
        frames, seconds = _timed(path, container, stream)
        media_type = _MEDIA_TYPES[container.format.name.split(",")[0]]
        has_sound = bool(container.streams.audio)
    first = next(_decoded(path, Fraction(0)))
    if frames == 1:
        raise MediaError(
            f"{path} holds a single picture: use it as the picture of a base image, with "
            "transition: hold"
        )
    width, height = first.picture.size
    if max(width, height) > _LARGEST_SIDE:
        raise MediaError(f"{path} is {width}x{height}: clips of more than 8K are not opened")
    return OwnClipFacts(media_type, width, height, frames, seconds, has_sound)


def sees_through(path: Path) -> bool:
    """Tell whether a clip has transparent pixels.

    Raises:
        MediaError: It is no clip that can be read.
    """
    with _opened(path) as container:
        pixels = _pictures(path, container).codec_context.format
        return pixels is not None and any(part.is_alpha for part in pixels.components)


def check_frames(path: Path, begin: Fraction, end: Fraction) -> None:
    """Decode what a clip shows from one moment to another.

    Args:
        path: The clip.
        begin: In seconds from its first picture.
        end: In seconds from its first picture.

    Raises:
        MediaError: It is damaged there.
    """
    for moment in _decoded(path, begin):
        if moment.begins >= end:
            return


def frames_at(
    path: Path, moments: Sequence[Fraction], size: FrameSize, background: str
) -> Iterator[YuvFrame]:
    """Yield what a clip shows at moments, as the film shows it.

    Args:
        path: The clip.
        moments: In seconds from its first picture, in order; after its end its last picture shows.
        size: The film's size.
        background: What shows where the clip is transparent, such as ``#ffffff``.

    Raises:
        MediaError: It is damaged before the last of them.
    """
    source = _decoded(path, moments[0])
    shown, ahead = next(source), next(source, None)
    frame: YuvFrame | None = None
    for moment in moments:
        while ahead is not None and ahead.begins <= moment:
            shown, ahead, frame = ahead, next(source, None), None
        frame = frame or shown.picture.fitted(size, background)
        yield frame


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """Open a clip; what ffmpeg finds wrong with it in the block is said."""
    import av

    if path.stat().st_size == 0:
        raise MediaError(f"{path} is empty")
    try:
        with av.open(str(path), options=_OPENING, metadata_errors="replace") as container:
            if container.format.name.split(",")[0] not in _MEDIA_TYPES:
                _no_clip(path, f"it is {container.format.long_name}")
            yield container
    except av.ArgumentError:
        _no_clip(path, "it is no video file, or one of a kind that is not opened")
    except av.FFmpegError as error:
        _no_clip(path, error.strerror)


def _no_clip(path: Path, why: str | None) -> NoReturn:
    raise MediaError(
        f"{path} is no clip that can be read: {why}. Save it as MP4 or MOV (H.264, HEVC, ProRes), "
        "WebM or Matroska."
    )


def _pictures(path: Path, container: InputContainer) -> VideoStream:
    from av.stream import Disposition

    covers = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [each for each in container.streams.video if not each.disposition & covers]
    if not streams:
        sound = "sound alone" if container.streams.audio else "no pictures"
        raise MediaError(f"{path} holds {sound}: a clip has moving pictures")
    stream = streams[0]
    if stream.codec_context is None:
        _no_clip(path, "its pictures are protected, or in a codec that ffmpeg does not know")
    if stream.codec_context.codec_tag in {"encv", "drmi"}:
        _no_clip(path, "it is protected against copying (DRM)")
    return stream


def _timed(path: Path, container: InputContainer, stream: VideoStream) -> tuple[int, Fraction]:
    """Read all packets, and return how many pictures there are and how long they last."""
    begins: list[tuple[int, int]] = []
    read, ended = 0, Fraction(0)
    for packet in container.demux(stream, *container.streams.audio):
        if packet.is_corrupt:
            raise MediaError(f"{path} is cut off or damaged: it ends within a picture")
        if packet.pts is None or packet.time_base is None:
            continue
        ended = max(ended, (packet.pts + (packet.duration or 0)) * packet.time_base)
        if packet.stream.index == stream.index:
            read += 1
            if not packet.is_discard:
                begins.append((packet.pts, packet.duration or 0))
    if not begins or stream.time_base is None:
        raise MediaError(f"{path} holds no picture that has a time")
    said = Fraction(container.duration or 0, _CONTAINER_TICKS)
    if read < stream.frames or ("matroska" in container.format.name and said - ended > _LEFT_OUT_S):
        raise MediaError(
            f"{path} is cut off: it ends after {float(ended):.2f} s, and says that it is "
            f"{float(said):.2f} s long"
        )
    begins.sort()
    last, duration = begins[-1]
    if not duration and len(begins) > 1:
        duration = last - begins[-2][0]
    return len(begins), (last + duration - begins[0][0]) * stream.time_base


@dataclass(frozen=True)
class _Moment:
    """A picture, and when it begins to show, in seconds from the first one."""

    begins: Fraction
    picture: ClipPicture


def _decoded(path: Path, begin: Fraction) -> Iterator[_Moment]:
    """Yield the pictures of a clip in the order in which they show, from the one at a moment on.

    Raises:
        MediaError: One of them is damaged, or cannot be shown; or there is none.
    """
    first = next(_moments(path, 0, None), None)
    if first is None:
        raise MediaError(f"{path} holds no picture that can be decoded")
    zero = first.picture.frame.pts or 0
    near = begin - _BEFORE_S
    source = _moments(path, zero, near if near > 0 else None)
    shown = next(source, None)
    if shown is None or shown.begins > begin:  # its index leads astray
        source = _moments(path, zero, None)
        shown = next(source)
    for moment in source:
        if moment.begins > begin:
            yield _showable(path, shown)
        shown = moment
    yield _showable(path, shown)


def _moments(path: Path, zero: int, near: Fraction | None) -> Iterator[_Moment]:
    """Decode a clip, from the key picture before a moment on, else from the first one.

    Args:
        path: The clip.
        zero: When its first picture shows, in ticks of its stream.
        near: In seconds from its first picture.
    """
    import av

    begins = Fraction(0)
    with _opened(path) as container:
        stream = _pictures(path, container)
        stream.thread_type = "AUTO"
        pixel_shape = stream.sample_aspect_ratio or Fraction(1)
        if near is not None and stream.time_base is not None:
            container.seek(zero + floor(near / stream.time_base), stream=stream)
        try:
            for frame in container.decode(stream):
                if frame.pts is None or frame.time_base is None:
                    _no_clip(path, "its pictures have no times")
                begins = (frame.pts - zero) * frame.time_base
                yield _Moment(begins, ClipPicture(frame, pixel_shape))
        except av.FFmpegError as error:
            raise MediaError(
                f"{path} is damaged: after {float(begins):.2f} s it cannot be decoded "
                f"({error.strerror})"
            ) from error


def _showable(path: Path, moment: _Moment) -> _Moment:
    """Return a picture that can be shown.

    Raises:
        MediaError: It cannot.
    """
    if (obstacle := moment.picture.obstacle()) is not None:
        raise MediaError(
            f"{path} cannot be shown: its picture at {float(moment.begins):.2f} s {obstacle}"
        )
    return moment
