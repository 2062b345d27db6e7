"""Frames as YUV planes: from a keyframe's PNG, and from a clip.

Everything between a keyframe and the film is 4:2:0, BT.709, limited range, so a picture is
converted once, when its PNG is read, and never again.

The matrix is ITU-R BT.709-6, items 3.2 to 3.6. Chroma lies where H.264 puts it when nothing else
is said (ITU-T H.264, figure 6-1): on the left column of each 2x2 block, between its two rows.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.pictures import open_picture
from sparkle_motion_dagster.units import FrameSize

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer

Plane: TypeAlias = NDArray[np.uint8]
"""One component of a picture: (rows, columns), 8 bits."""

_Samples: TypeAlias = NDArray[np.floating[Any]]

_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
_LUMA_OFFSET, _LUMA_RANGE = 16, 219
_CHROMA_OFFSET, _CHROMA_RANGE = 128, 224

_BAND = 64

BLACK = (_LUMA_OFFSET, _CHROMA_OFFSET, _CHROMA_OFFSET)
"""What no light is in each plane."""


@dataclass(frozen=True, eq=False)
class YuvFrame:
    """A picture as 4:2:0 planes, BT.709, limited range.

    Attributes:
        y: Luma, (h, w), both even.
        u: Blue difference, (h / 2, w / 2).
        v: Red difference, (h / 2, w / 2).
    """

    y: Plane
    u: Plane
    v: Plane

    def __post_init__(self) -> None:
        rows, columns = self.y.shape
        if not self.u.shape == self.v.shape == (rows / 2, columns / 2):
            raise MediaError(
                f"chroma planes of {self.u.shape} and {self.v.shape} do not belong to a luma "
                f"plane of {self.y.shape}: they must have half its even height and width"
            )

    @property
    def planes(self) -> tuple[Plane, Plane, Plane]:
        """The planes in the order in which they are written: y, u, v."""
        return self.y, self.u, self.v

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        rows, columns = self.y.shape
        return rows, columns

    @classmethod
    def from_rgb(cls, rgb: NDArray[np.uint8]) -> "YuvFrame":
        """Convert a picture (h, w, 3), full range, both sides even.

        Some rows at a time: what is worked out of them stays in the processor's cache.
        """
        bands = (_converted(rgb[top : top + _BAND]) for top in range(0, len(rgb), _BAND))
        return cls(*map(np.concatenate, zip(*bands, strict=True)))

    def to_rgb(self) -> NDArray[np.uint8]:
        """Return it as a picture (h, w, 3), full range, for whoever looks at it.

        Quick, and not what `from_rgb` was given to the last level: colours are spread by bilinear
        interpolation, as if they lay in the middle of their blocks.
        """
        import cv2

        rows, columns = self.shape
        whole = [cv2.resize(plane, (columns, rows)) for plane in (self.u, self.v)]
        return np.asarray(cv2.transform(cv2.merge([self.y, *whole]), _TO_RGB), np.uint8)


def _converted(rgb: NDArray[np.uint8]) -> tuple[Plane, Plane, Plane]:
    luma, blueness, redness = components(*_samples(rgb))
    return (
        luma_plane(luma),
        chroma_plane(halve_chroma(blueness)),
        chroma_plane(halve_chroma(redness)),
    )


def _samples(rgb: NDArray[np.uint8]) -> tuple[_Samples, _Samples, _Samples]:
    red, green, blue = (rgb[..., channel].astype(np.float32) / 255 for channel in range(3))
    return red, green, blue


def _luma_of(red: _Samples, green: _Samples, blue: _Samples) -> _Samples:
    luma: _Samples = _KR * red + _KG * green + _KB * blue
    return luma


def components(red: _Samples, green: _Samples, blue: _Samples) -> tuple[_Samples, ...]:
    """Return luma (0 to 1), blue and red difference (-0.5 to 0.5) of colours (0 to 1)."""
    luma = _luma_of(red, green, blue)
    return luma, (blue - luma) / (2 * (1 - _KB)), (red - luma) / (2 * (1 - _KR))


def colours(luma: _Samples, blueness: _Samples, redness: _Samples) -> tuple[_Samples, ...]:
    """Return red, green and blue of what `components` returns."""
    red = luma + 2 * (1 - _KR) * redness
    blue = luma + 2 * (1 - _KB) * blueness
    return red, (luma - _KR * red - _KB * blue) / _KG, blue


def _to_rgb() -> NDArray[np.float64]:
    """Return the matrix from 8-bit samples and 1 to red, green and blue in 8 bits, (3, 4)."""
    offsets = np.array([_LUMA_OFFSET, _CHROMA_OFFSET, _CHROMA_OFFSET])
    scales = 255 / np.array([_LUMA_RANGE, _CHROMA_RANGE, _CHROMA_RANGE])
    matrix = np.stack(colours(*np.diag(scales)))
    return np.column_stack([matrix, -matrix @ offsets])


_TO_RGB = _to_rgb()


def luma_plane(luma: _Samples) -> Plane:
    """Return luma (0 to 1) in 8 bits, limited range."""
    return _to_plane(luma, _LUMA_OFFSET, _LUMA_RANGE)


def chroma_plane(difference: _Samples) -> Plane:
    """Return a difference (-0.5 to 0.5) in 8 bits, limited range."""
    return _to_plane(difference, _CHROMA_OFFSET, _CHROMA_RANGE)


def load_keyframe(path: Path, size: FrameSize) -> YuvFrame:
    """Read a picture that has the film's size already.

    Raises:
        MediaError: The file is no picture, or its size is another.
    """
    return YuvFrame.from_rgb(_colours_of(path, size))


def load_luma(path: Path, size: FrameSize) -> Plane:
    """Read the luma plane of such a picture alone: that of `load_keyframe`.

    Raises:
        MediaError: As there.
    """
    return luma_of(_colours_of(path, size))


def luma_of(rgb: NDArray[np.uint8]) -> Plane:
    """Return the luma plane of a picture (h, w, 3), full range: that of `YuvFrame.from_rgb`."""
    bands = (_luma_of(*_samples(rgb[top : top + _BAND])) for top in range(0, len(rgb), _BAND))
    return np.concatenate([luma_plane(luma) for luma in bands])


def _colours_of(path: Path, size: FrameSize) -> NDArray[np.uint8]:
    picture = open_picture(path)
    if picture.size != (size.width, size.height):
        raise MediaError(
            f"{path} is {picture.width}x{picture.height}, but the film is {size}: fit the picture "
            "to the frame first"
        )
    return np.asarray(picture.convert("RGB"))


def read_frames(path: Path, first: int = 0) -> Generator[YuvFrame, None, None]:
    """Decode a clip frame by frame; closing the generator closes the file.

    Args:
        path: The clip.
        first: The number of the first frame that is wanted. What lies before it is decoded from
            the nearest keyframe of the stream on.

    Raises:
        MediaError: The file cannot be decoded, or holds anything but 8-bit 4:2:0 limited range; or
            its frames come at no even rate, where not all of them are wanted.
    """
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise MediaError(f"{path} holds no picture stream")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for frame in _decoded(path, container, stream, first):
                if frame.format.name != "yuv420p":
                    raise MediaError(f"{path} holds {frame.format.name} frames, not yuv420p")
                planes = np.asarray(frame.to_ndarray(), np.uint8)
                yield split_planes(planes, frame.height, frame.width)
    except av.FFmpegError as error:
        raise MediaError(f"{path} cannot be decoded: {error.strerror}") from error


def _decoded(
    path: Path, container: "InputContainer", stream: "VideoStream", first: int
) -> "Iterator[VideoFrame]":
    if not first:
        yield from container.decode(stream)
        return
    if stream.average_rate is None or stream.time_base is None:
        raise MediaError(f"{path} does not say at which rate its frames come")
    begin = round(first / stream.average_rate / stream.time_base)
    container.seek(begin, stream=stream)
    for frame in dropwhile(
        lambda frame: frame.pts is not None and frame.pts < begin, container.decode(stream)
    ):
        if first and frame.pts != begin:
            raise MediaError(f"{path} has no frame where its frame {first} should begin")
        first = 0
        yield frame


def halve_chroma(samples: _Samples) -> _Samples:
    """Halve a component (h, w) to (h / 2, w / 2) where 4:2:0 chroma lies.

    Sideways every other column is kept, smoothed by (1, 2, 1) / 4; downwards pairs are averaged.
    """
    padded = np.pad(samples, ((0, 0), (1, 0)), mode="edge")
    columns = (padded[:, :-1:2] + 2 * padded[:, 1::2] + padded[:, 2::2]) / 4
    return np.asarray((columns[::2] + columns[1::2]) / 2)


def _to_plane(samples: _Samples, offset: int, scale: int) -> Plane:
    return np.clip(np.rint(samples * scale + offset), 0, 255).astype(np.uint8)


def split_planes(samples: Plane, rows: int, columns: int) -> YuvFrame:
    """Split what PyAV gives for yuv420p: all three planes, one behind the other."""
    flat = samples.reshape(-1)
    luma = rows * columns
    chroma = luma // 4
    half = (rows // 2, columns // 2)
    return YuvFrame(
        y=flat[:luma].reshape(rows, columns),
        u=flat[luma : luma + chroma].reshape(half),
        v=flat[luma + chroma :].reshape(half),
    )
