"""Pictures that come from outside: opened with care, and fitted to the frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.units import FrameSize

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
"""What is tried. Pillow knows more, but runs other programs for some of it (EPS)."""

_MOST_PIXELS = 80_000_000
"""A small file can unpack to any size; this is more than any camera gives, and 240 MB as RGB."""


def check_picture(path: Path) -> None:
    """Decode a picture to its end.

    Raises:
        MediaError: The file is no picture, is cut off, or unpacks to too many pixels.
    """
    open_picture(path)


def fit_picture(source: Path, output: Path, size: FrameSize) -> None:
    """Make a picture fill the frame, centred, cut where its shape differs; write it as RGB PNG.

    The camera's orientation (EXIF) is honoured and transparency shows black. Nothing of the
    source but its pixels gets into the output, so that equal pixels give equal bytes.

    Raises:
        MediaError: `source` is no picture.
    """
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(open_picture(source))
    fitted = ImageOps.fit(
        _flatten(upright), (size.width, size.height), method=Image.Resampling.LANCZOS
    )
    fitted.info.clear()
    fitted.save(output, format="PNG")


def open_picture(path: Path) -> Image.Image:
    """Open a picture and decode it to its end.

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
            return image
    except UnidentifiedImageError as error:
        raise MediaError(
            f"{path} is no picture that can be read. Known are {', '.join(_FORMATS)}."
        ) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        # Pillow's decoders say "broken" and "cut off" in all of these ways.
        raise MediaError(f"{path} is no picture that can be read: {error}") from error


def _flatten(image: Image.Image) -> Image.Image:
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits a channel, which converting would clip, not scale
        return image.convert("I").point(lambda value: value / 257).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    transparent = image.convert("RGBA")
    black = Image.new("RGBA", transparent.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, transparent).convert("RGB")
