"""A picture of somebody's clip as the film shows it: upright, filling the frame, in its colours."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.frames import YuvFrame, split_planes
from sparkle_motion_dagster.media.hdr import Gamut, Transfer, WideColours, to_film_colours
from sparkle_motion_dagster.units import FrameSize

if TYPE_CHECKING:
    from av import VideoFrame

_HIGH_DEFINITION = 720
"""Rows from which colours are BT.709's where a file does not say (ITU-R BT.601 is for fewer)."""

_BT709, _UNSAID, _FULL, _LIMITED = 1, 2, 2, 1
_RGB, _BT601, _BT2020 = 0, 5, 9
_MATRICES = {_BT709: 1, 4: 4, 5: _BT601, 6: _BT601, 7: 7, 9: _BT2020, 10: _BT2020}
"""Which of swscale's matrices belongs to a file's (ITU-T H.273, table 4)."""

_SHARES = {
    _BT709: (0.2126, 0.0722),
    4: (0.30, 0.11),
    _BT601: (0.299, 0.114),
    7: (0.212, 0.087),
    _BT2020: (0.2627, 0.0593),
}
"""The shares of red and of blue in the luma of each."""

_LIMITED_16 = (16 << 8, 219 << 8, 224 << 8)
"""Black, and the ranges of luma and chroma, of limited range in 16 bits."""

_TRANSFERS: dict[int, Transfer] = {16: "pq", 18: "hlg"}
_OUT_OF_REACH = {8: "linear light", 9: "logarithmic light", 10: "logarithmic light"}
"""ITU-T H.273, table 3."""

_GAMUTS: dict[int, Gamut] = {9: "bt2020", 11: "p3", 12: "p3"}
"""ITU-T H.273, table 2."""

_AS_IT_LIES = (1, 0, 0, 1)


@dataclass(frozen=True)
class ClipPicture:
    """A decoded picture, and how wide its pixels are beside their height."""

    frame: VideoFrame
    pixel_shape: Fraction

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as it is shown, in pixels: upright, its pixels square."""
        across, down = round(self.frame.width * self.pixel_shape), self.frame.height
        return (down, across) if self.is_turned else (across, down)

    @property
    def is_turned(self) -> bool:
        """Whether it lies on its side in the file."""
        return self.orientation[0] == 0

    @property
    def orientation(self) -> tuple[int, int, int, int]:
        """Where the file's columns and rows point as they are shown: (x, y) each, 1, 0 or -1.

        After the display matrix (ISO/IEC 14496-12, 6.2.2), to the nearest quarter turn.
        """
        side_data: Any = self.frame.side_data  # PyAV's types know but one of its keys
        if "DISPLAYMATRIX" not in side_data:
            return _AS_IT_LIES
        a, b, _, c, d = struct.unpack_from("<5i", bytes(side_data["DISPLAYMATRIX"]))
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return _sign(a), 0, 0, _sign(d)
        return 0, _sign(b), _sign(c), 0

    def obstacle(self) -> str | None:
        """Say why it cannot be shown; None: it can."""
        if self.frame.is_corrupt:
            return "is not whole"
        if self.frame.interlaced_frame:
            return (
                "is interlaced, two half pictures in one: deinterlace the clip first, such as with "
                "ffmpeg's filter bwdif"
            )
        if (light := _OUT_OF_REACH.get(self.frame.color_trc)) is not None:
            return f"is in {light}: grade the clip to BT.709, PQ or HLG first"
        if self.frame.colorspace not in {*_MATRICES, _UNSAID, _RGB}:
            return (
                f"has colours of a kind that is not read (matrix {self.frame.colorspace} of ITU-T "
                "H.273): save the clip in BT.709"
            )
        return None

    def fitted(self, size: FrameSize, background: str) -> YuvFrame:
        """Return it so that it fills the film's frame; what sticks out is cropped evenly.

        Args:
            size: The film's size.
            background: What shows where it is transparent, such as ``#ffffff``.
        """
        if self._is_the_films(size):
            planes = np.asarray(self.frame.to_ndarray(), np.uint8)
            return split_planes(planes, self.frame.height, self.frame.width)
        width, height = self.size
        scale = max(Fraction(size.width, width), Fraction(size.height, height))
        covering = ceil(width * scale), ceil(height * scale)
        upright = self._upright(self._scaled(*self._turned(*covering), background))
        left, top = (covering[0] - size.width) // 2, (covering[1] - size.height) // 2
        return YuvFrame.from_rgb(upright[top : top + size.height, left : left + size.width])

    def _is_the_films(self, size: FrameSize) -> bool:
        """Tell whether it is a picture of the film as it is, sample for sample."""
        frame = self.frame
        return (
            frame.format.name == "yuv420p"
            and self.pixel_shape == 1
            and (frame.width, frame.height) == (size.width, size.height)
            and self.orientation == _AS_IT_LIES
            and frame.color_range != _FULL
            and _matrix(frame) == _BT709
            and _wide_colours(frame) is None
        )

    def _turned(self, width: int, height: int) -> tuple[int, int]:
        return (height, width) if self.is_turned else (width, height)

    def _upright(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        right_x, right_y, down_x, down_y = self.orientation
        if self.is_turned:
            picture = picture.transpose(1, 0, 2)
        if right_x + down_x < 0:
            picture = picture[:, ::-1]
        if right_y + down_y < 0:
            picture = picture[::-1]
        return picture

    def _scaled(self, width: int, height: int, background: str) -> NDArray[np.uint8]:
        """Return it in a size, in the film's colours: RGB, as it lies in the file."""
        from av import VideoFrame
        from av.video.reformatter import Interpolation

        frame = self.frame
        if any(part.is_alpha for part in frame.format.components):
            opaque = _on(background, _converted(frame, "rgba", frame.width, frame.height))
            frame = VideoFrame.from_ndarray(opaque, format="rgb24")
        smaller = width * height <= frame.width * frame.height
        method = Interpolation.AREA if smaller else Interpolation.LANCZOS
        wide = _wide_colours(frame)
        if wide is None:
            return _converted(frame, "rgb24", width, height, method)
        return to_film_colours(_signal(frame, width, height, method), wide)


def _sign(number: int) -> int:
    return -1 if number < 0 else 1


def _on(background: str, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay a picture with transparent pixels, (rows, columns, 4), on a colour."""
    ground = np.array(list(bytes.fromhex(background.removeprefix("#"))), np.uint32)
    opaque = picture[..., 3:].astype(np.uint32)
    mixed = picture[..., :3] * opaque + ground * (255 - opaque)
    return ((mixed + 127) // 255).astype(np.uint8)


def _signal(frame: VideoFrame, width: int, height: int, method: int) -> NDArray[np.uint16]:
    """Return a picture in a size, its colours as they are coded: RGB of 16 bits, full range.

    swscale brings it to the size. Its own RGB of 16 bits wraps around where colours lie outside of
    it, so that it is made of the planes here.
    """
    if frame.format.is_rgb:
        return np.asarray(_converted(frame, "rgb48le", width, height, method), np.uint16)
    coded = _converted(frame, "yuv444p16le", width, height, method).astype(np.float32)
    red_share, blue_share = _SHARES[_matrix(frame)]
    low, luma_range, chroma_range = (0, 65535, 65535) if _is_full(frame) else _LIMITED_16
    luma = (coded[..., 0] - np.float32(low)) / np.float32(luma_range)
    blue, red = (
        luma + (coded[..., plane] - np.float32(32768)) * np.float32(2 * (1 - share) / chroma_range)
        for plane, share in ((1, blue_share), (2, red_share))
    )
    others = red * np.float32(red_share) + blue * np.float32(blue_share)
    green = (luma - others) / np.float32(1 - red_share - blue_share)
    signal = np.stack([red, green, blue], axis=-1)
    return np.asarray(np.rint(np.clip(signal, 0, 1) * np.float32(65535)), np.uint16)


def _converted(
    frame: VideoFrame, pixels: str, width: int, height: int, method: int = 0
) -> NDArray[Any]:
    """Return a picture in a size and in other pixels; RGB of it is full range."""
    from av.video.reformatter import Interpolation

    exactly = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.BITEXACT
    becomes_rgb = pixels.startswith("rgb")
    converted = frame.reformat(
        width=width,
        height=height,
        format=pixels,
        src_colorspace=_matrix(frame),
        dst_colorspace=_BT709 if becomes_rgb else _matrix(frame),
        src_color_range=_FULL if _is_full(frame) else _LIMITED,
        dst_color_range=_FULL if becomes_rgb or _is_full(frame) else _LIMITED,
        interpolation=(method or Interpolation.LANCZOS) | exactly,
        threads=1,
    )
    return converted.to_ndarray()


def _is_full(frame: VideoFrame) -> bool:
    """Tell whether a picture's levels go from the first to the last."""
    return frame.color_range == _FULL or frame.format.is_rgb or "yuvj" in frame.format.name


def _matrix(frame: VideoFrame) -> int:
    """Return swscale's number of the matrix by which a picture's colours were coded."""
    if frame.colorspace in {_UNSAID, _RGB}:
        return _BT709 if frame.height >= _HIGH_DEFINITION else _BT601
    return _MATRICES[frame.colorspace]


def _wide_colours(frame: VideoFrame) -> WideColours | None:
    """Return what a picture's colours mean; None: what the film's mean."""
    transfer = _TRANSFERS.get(frame.color_trc, "sdr")
    gamut = _GAMUTS.get(frame.color_primaries, None if transfer == "sdr" else "bt2020")
    return None if gamut is None else WideColours(transfer, gamut)
