"""Pictures that come from outside: opened with care, and fitted to the frame."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.units import FrameSize

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
"""What is tried. Pillow knows more, but runs other programs for some of it (EPS)."""

_MEDIA_TYPES = {f: f"image/{f.lower()}" for f in _FORMATS} | {"MPO": "image/jpeg"}
"""By Pillow's name of what was opened; an MPO is a JPEG with further ones behind it."""

_MOST_PIXELS = 80_000_000
"""A small file can unpack to any size; this is more than any camera gives, and 240 MB as RGB."""

_ORIENTATION = 0x0112
"""The EXIF tag that says how the camera was held (CIPA DC-008, 4.6.5.1)."""

_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, struct.error)
"""Pillow says "broken" and "cut off" in all of these ways."""


@dataclass(frozen=True)
class PictureFacts:
    """What a picture is, read from its content: its name may say anything.

    Attributes:
        media_type: Such as ``image/png``.
        width: In pixels, as it is shown: upright.
        height: In pixels, as it is shown: upright.
    """

    media_type: str
    width: int
    height: int


def check_picture(path: Path) -> PictureFacts:
    """Decode a picture to its end, as `fit_picture` will, and say what it is.

    Raises:
        MediaError: The file is no picture, is cut off, or unpacks to too many pixels.
    """
    picture = open_picture(path)
    return PictureFacts(_MEDIA_TYPES[picture.format or ""], picture.width, picture.height)


def fit_picture(source: Path, output: Path, size: FrameSize) -> None:
    """Make a picture fill the frame, centred, cut where its shape differs; write it as RGB PNG.

    The camera's orientation (EXIF) is honoured and transparency shows black. Nothing of the
    source but its pixels gets into the output, so that equal pixels give equal bytes.

    Raises:
        MediaError: `source` is no picture.
    """
    from PIL import Image, ImageOps

    fitted = ImageOps.fit(
        _flatten(open_picture(source)), (size.width, size.height), method=Image.Resampling.LANCZOS
    )
    fitted.info.clear()
    fitted.save(output, format="PNG")


def open_picture(path: Path) -> Image.Image:
    """Open a picture, decode it to its end, and turn it upright; its `format` is known.

    Raises:
        MediaError: The file is no picture, is cut off, or unpacks to too many pixels.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise MediaError(
                    f"{path} is {image.width}x{image.height}: pictures of more than "
                    f"{_MOST_PIXELS // 1_000_000} megapixels are not opened. Make it smaller."
                )
            image.load()
            return _upright(image)
    except UnidentifiedImageError as error:
        raise MediaError(
            f"{path} is no picture that can be read. Known are {', '.join(_FORMATS)}."
        ) from error
    except (*_BROKEN, Image.DecompressionBombError) as error:
        raise MediaError(f"{path} is no picture that can be read: {error}") from error


def _upright(image: Image.Image) -> Image.Image:
    """Turn a picture as its camera was held; where nobody can tell how, it stays as it is."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        turn = turns.get(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return image
    if turn is None:
        return image
    upright = image.transpose(turn)
    upright.format = image.format
    return upright


def _flatten(image: Image.Image) -> Image.Image:
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits a channel, which converting would clip, not scale
        return image.convert("I").point(lambda value: value / 257).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    transparent = image.convert("RGBA")
    black = Image.new("RGBA", transparent.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, transparent).convert("RGB")
