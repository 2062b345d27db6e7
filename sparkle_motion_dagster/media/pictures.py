"""Pictures that come from outside: opened with care, seen as in a viewer, fitted to the frame."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.viewing import (
    is_converted,
    is_transparent,
    needs_pixels,
    resizable,
    scale_hidden,
    shown,
)
from sparkle_motion_dagster.units import FrameSize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image
    from PIL.Image import Transpose

_USUAL = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
"""What is tried first; then whatever else Pillow reads."""

_LEFT_OUT = frozenset({"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"})
"""Formats that Pillow knows by name alone, or has other programs read."""

_SEQUENCES = frozenset({"AVIF", "DCX", "FLI", "GIF", "PNG", "TIFF", "WEBP"})
"""Formats whose further pictures follow the first; others keep a thumbnail or layers there."""

WHITE = "#ffffff"

_MOST_PIXELS = 200_000_000
"""A small file can unpack to any size; this is what the largest sensors give, 800 MB as RGB."""

_ORIENTATION = 0x0112
"""The EXIF tag that says how the camera was held (CIPA DC-008, 4.6.5.1)."""

_PNG_LEVEL = 2
"""zlib's, 1 to 9. With the filters that look at no more than one neighbour a keyframe of 1280x720
takes 36 ms and 0.69 MB; what Pillow writes, 50 ms and 0.80 MB at its level 1, 230 ms and 0.59 MB at
its usual one (6), and it takes longer to read."""

_BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError),
    *(OSError, RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zlib.error),
)
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


@dataclass(frozen=True)
class Viewing:
    """What a viewer does with a picture, beside decoding it and turning it upright.

    Attributes:
        converts: Its numbers are no sRGB: they go through its profile, or their range is another.
        sees_through: Some of it is transparent, so that a background shows.
        frames: How many pictures the file holds; the first one is shown.
    """

    converts: bool
    sees_through: bool
    frames: int


def check_picture(path: Path) -> PictureFacts:
    """Decode a picture to its end, as `fit_picture` will, and say what it is.

    Raises:
        MediaError: The file is no picture, is cut off, unpacks to too many pixels, or nobody can
            tell what its pixels' values mean.
    """
    from PIL import Image

    with _opened(path) as image:
        picture = _upright_colours(path, image)
        form = image.format or ""
        media_type = "image/jpeg" if form == "MPO" else Image.MIME.get(form)
        media_type = media_type or f"image/{form.lower()}"
        return PictureFacts(media_type, picture.width, picture.height)


def viewing_of(path: Path) -> Viewing:
    """Say what a viewer does with a picture; it is decoded only where its header does not tell.

    Raises:
        MediaError: As `check_picture` says, as far as it is looked at.
    """
    with _opened(path) as image:
        with _decoding(path):
            if needs_pixels(image):
                image.load()
        converts, sees_through = is_converted(image), is_transparent(image)
        with _decoding(path):
            return Viewing(converts, sees_through, _frames(image))


def fit_picture(source: Path, output: Path, size: FrameSize, background: str = WHITE) -> None:
    """Make a picture fill the frame, centred, cut where its shape differs; write it as RGB PNG.

    It looks as in a viewer: the camera's orientation (EXIF) and its colour profile are honoured.
    Nothing of the source but its pixels gets into the output, so that equal pixels give equal
    bytes.

    Args:
        source: The picture.
        output: The PNG to write.
        size: The frame's size.
        background: What shows where the picture is transparent, such as ``#ffffff``.

    Raises:
        MediaError: `source` is no picture, as `check_picture` says.
    """
    import numpy as np
    from PIL import Image, ImageOps

    with _opened(source) as image:
        picture = _upright_colours(source, image)
    fitted = shown(
        ImageOps.fit(picture, (size.width, size.height), method=Image.Resampling.LANCZOS),
        background,
    )
    write_png(np.asarray(fitted), output)


def write_png(picture: NDArray[np.uint8], output: Path) -> None:
    """Write a picture as RGB PNG, 8 bits a channel: equal pixels give equal bytes.

    Args:
        picture: Its pixels, (rows, columns, 3): red, green and blue.
        output: The file to write.

    Raises:
        MediaError: OpenCV cannot encode it.
        OSError: The file cannot be written.
    """
    import cv2

    how = (
        *(cv2.IMWRITE_PNG_COMPRESSION, _PNG_LEVEL),
        *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FAST_FILTERS),
    )
    encoded, png = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), how)
    if not encoded:
        raise MediaError(f"OpenCV could not encode {output.name}, {picture.shape}, as PNG")
    output.write_bytes(png.tobytes())


def viewed_picture(path: Path, background: str = WHITE) -> Image.Image:
    """Return a picture as a viewer shows it: upright, opaque, in sRGB (mode RGB).

    Raises:
        MediaError: The file is no picture, as `check_picture` says.
    """
    with _opened(path) as image:
        picture = _upright_colours(path, image)
    return shown(picture, background)


def open_picture(path: Path) -> Image.Image:
    """Open a picture, decode it to its end, and turn it upright; its `format` is known.

    Its pixels stay what they are: this is for pictures that the film was made of.

    Raises:
        MediaError: The file is no picture, is cut off, or unpacks to too many pixels.
    """
    with _opened(path) as image:
        with _decoding(path):
            image.load()
        turn = _turn(image)
        upright = image if turn is None else image.transpose(turn)
        upright.format = image.format
        return upright


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture, not yet decoded; pixels that cannot be understood (ValueError) say so."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    # For good: putting filters back is not safe where several threads read pictures.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    with _decoding(path):
        image = _identified(path)
    with image:
        if image.width * image.height > _MOST_PIXELS:
            raise MediaError(
                f"{path} is {image.width}x{image.height}: pictures of more than "
                f"{_MOST_PIXELS // 1_000_000} megapixels are not opened. Make it smaller."
            )
        scale_hidden(image)
        try:
            yield image
        except ValueError as error:
            raise MediaError(f"{path} is no picture that can be read: {error}") from error


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Say of a picture what Pillow finds wrong with it; nothing but Pillow belongs in here."""
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except UnidentifiedImageError as error:
        raise MediaError(
            f"{path} is no picture that can be read: its format, or the kind of its pixels, is "
            "none that Pillow knows. Save it as PNG, JPEG, WebP, AVIF or TIFF, with 8 or 16 bits "
            "a channel."
        ) from error
    except (*_BROKEN, Image.DecompressionBombError) as error:
        why = str(error) or "it is damaged"
        raise MediaError(f"{path} is no picture that can be read: {why}") from error


def _identified(path: Path) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(path, formats=_USUAL)
    except UnidentifiedImageError:
        Image.init()
        return Image.open(path, formats=sorted({*Image.OPEN} - {*_USUAL} - _LEFT_OUT))


def _upright_colours(path: Path, image: Image.Image) -> Image.Image:
    """Decode a picture: upright, its colours still those of its profile; see `resizable`."""
    with _decoding(path):
        image.load()
    turn = _turn(image)
    picture = resizable(image)
    return picture if turn is None else picture.transpose(turn)


def _frames(image: Image.Image) -> int:
    return getattr(image, "n_frames", 1) if image.format in _SEQUENCES else 1


def _turn(image: Image.Image) -> Transpose | None:
    """Return how a picture has to be turned to be upright; None: not, or nobody can tell."""
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
        return turns.get(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return None
