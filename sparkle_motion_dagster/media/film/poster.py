"""The poster: the frame that stands for a film where it does not play."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import Plane, split_planes
from sparkle_motion_dagster.media.packets import open_packets

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer
    from PIL.Image import Image

_MOST_SHOTS = 24
_QUALITY = 88
_SCORED_WIDTH = 320
"""Pixels across of the picture that is scored: grain is no sharpness."""

_BLACK = 24
"""Mean level, of 255, under which a frame is too dark to stand for anything."""

_ONE = 1 << 16
_LUMA = round(_ONE * 255 / 219)
_RED_BY_V = round(_ONE * 255 / 224 * 2 * (1 - 0.2126))
_BLUE_BY_U = round(_ONE * 255 / 224 * 2 * (1 - 0.0722))
_GREEN_BY_V = round(_RED_BY_V * 0.2126 / 0.7152)
_GREEN_BY_U = round(_BLUE_BY_U * 0.0722 / 0.7152)
"""ITU-R BT.709-6, items 3.2 to 3.6, from limited to full range, in 65536ths."""


def write_poster(
    film: Path, shots: Sequence[range], frame_rate: Fraction, output: Path, strip_rows: int = 0
) -> int:
    """Write the most telling frame of a film as a JPEG of the film's size; return its number.

    The first frame of each shot (of at most 24, evenly chosen) is sought out, and the last shot's
    last: there a shot shows one keyframe, and later it may show two in a dissolve. They are
    compared by contrast, colourfulness and sharpness; black has nothing of it. Equal films give
    equal bytes.

    Args:
        film: The film.
        shots: The frames that show one shot and nothing else, shot by shot; at least one shot's.
        frame_rate: Frames per second.
        output: The JPEG to write; nothing is left there where writing fails.
        strip_rows: Height of the caption strip at the frames' upper edge, in pixels, even: what
            lies below is shown, as much of it as has the film's shape.

    Raises:
        MediaError: The film cannot be decoded, or lacks one of the frames.
    """
    import av
    from PIL import Image

    try:
        with open_packets(film) as container:
            frames = _frames(container, _candidates(shots), frame_rate)
            # `max` keeps the first of equals: the earliest frame.
            number, frame = max(
                frames, key=lambda candidate: _score(_planes(candidate[1], strip_rows))
            )
            size = frame.width, frame.height
            rgb = _rgb(*_planes(frame, strip_rows), (size[0], size[1] - strip_rows))
    except av.FFmpegError as error:
        raise MediaError(f"{film} cannot be decoded: {error.strerror}") from error
    with removed_on_failure(output):
        _shaped(Image.fromarray(rgb), size).save(output, format="JPEG", quality=_QUALITY)
    return number


def _candidates(shots: Sequence[range]) -> list[int]:
    """Return the frames that may stand for a film, in order."""
    count = min(len(shots), _MOST_SHOTS)
    chosen = [shots[(2 * number + 1) * len(shots) // (2 * count)] for number in range(count)]
    return sorted({*(shot.start for shot in chosen), shots[-1].stop - 1})


def _frames(
    container: InputContainer, numbers: Sequence[int], frame_rate: Fraction
) -> Iterator[tuple[int, VideoFrame]]:
    """Yield frames of a film: each is decoded from the keyframe before it, and no further."""
    if len(container.streams.video) != 1:
        raise MediaError(f"{container.name} must hold one picture stream")
    stream = container.streams.video[0]
    for number in numbers:
        wanted = round(number / frame_rate / Fraction(stream.time_base or 1))
        container.seek(wanted, stream=stream)
        frame = next(
            (one for one in _decoded(container, stream, wanted) if one.pts == wanted), None
        )
        if frame is None:
            raise MediaError(f"{container.name} ends before its frame {number}")
        yield number, frame


def _decoded(container: InputContainer, stream: VideoStream, last: int) -> Iterator[VideoFrame]:
    """Yield what is decoded from where a film stands up to the frame that is shown at a tick."""
    for packet in container.demux(stream):
        is_last = packet.pts == last
        # Frames that no other needs are passed over.
        stream.codec_context.skip_frame = "DEFAULT" if is_last else "NONREF"
        yield from stream.decode(packet)
        if is_last:
            yield from stream.decode(None)
            return


def _planes(frame: VideoFrame, strip_rows: int) -> tuple[Plane, Plane, Plane]:
    """Return the samples of what lies below the strip."""
    samples = np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)
    y, u, v = split_planes(samples, frame.height, frame.width).planes
    return y[strip_rows:], u[strip_rows // 2 :], v[strip_rows // 2 :]


def _shaped(picture: Image, size: tuple[int, int]) -> Image:
    """Return the middle of a picture that is too wide for a size, enlarged to that."""
    from PIL.Image import Resampling

    if picture.size == size:
        return picture
    width, height = size
    margin = (picture.width - picture.height * width / height) / 2
    box = margin, 0, picture.width - margin, picture.height
    return picture.resize(size, Resampling.BICUBIC, box=box)


def _rgb(y: Plane, u: Plane, v: Plane, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a frame as a picture (height, width, 3) of the size (width, height), full range."""
    import cv2

    luma, blueness, redness = (
        cv2.resize(
            plane,
            size,
            interpolation=cv2.INTER_LINEAR_EXACT if plane.shape[1] < size[0] else cv2.INTER_AREA,
        ).astype(np.int32)
        for plane in (y, u, v)
    )
    luma = (luma - 16) * _LUMA + _ONE // 2
    blueness, redness = blueness - 128, redness - 128
    channels = (
        luma + _RED_BY_V * redness,
        luma - _GREEN_BY_U * blueness - _GREEN_BY_V * redness,
        luma + _BLUE_BY_U * blueness,
    )
    return np.stack([np.clip(channel >> 16, 0, 255) for channel in channels], axis=-1).astype(
        np.uint8
    )


def _score(planes: tuple[Plane, Plane, Plane]) -> float:
    """Return how much a frame has to show: contrast times colourfulness times sharpness.

    Colourfulness is that of Hasler & Suesstrunk, "Measuring Colourfulness in Natural Images",
    2003, section 6.
    """
    rows, columns = planes[0].shape
    small = _rgb(*planes, (_SCORED_WIDTH, max(1, round(_SCORED_WIDTH * rows / columns))))
    red, green, blue = (small[..., channel].astype(np.float64) for channel in range(3))
    grey = (red + green + blue) / 3
    if grey.mean() < _BLACK:
        return 0.0
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    colourfulness = np.hypot(red_green.std(), yellow_blue.std()) + 0.3 * np.hypot(
        red_green.mean(), yellow_blue.mean()
    )
    # Squared: a blur spreads an edge and a dissolve doubles it, but both take of its steepness.
    sharpness = np.sqrt(sum(np.square(np.diff(grey, axis=axis)).mean() for axis in (0, 1)))
    return float(grey.std() * (1 + colourfulness) * sharpness)
