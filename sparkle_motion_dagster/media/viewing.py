"""What a viewer does to a picture's pixels before it shows them: colours, transparency, range.

The film's pictures are sRGB (IEC 61966-2-1), 8 bits a channel, opaque. A picture that somebody
brings may hold an ICC profile, transparent pixels, or numbers that no screen takes.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from sparkle_motion_dagster.media.stated_colours import stated_profile

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageCms import ImageCmsTransform

_PROFILE_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
"""Pillow's modes by the colour space that an ICC profile says it is for (ICC.1, 7.2.6)."""

_SAME_COLOUR = 3
"""Levels by which a profile may move colours and still be sRGB, as its many copies do."""

_LEAST_UNIT, _MOST_UNIT = -0.1, 1.1
"""Between these lie floats whose range is 0 to 1: resizing and sharpening overshoot a little."""

_BITS_PER_SAMPLE, _PHOTOMETRIC, _SMALLEST, _LARGEST = 258, 262, 340, 341
"""TIFF 6.0: BitsPerSample, PhotometricInterpretation, SMinSampleValue and SMaxSampleValue."""

_WHITE_IS_ZERO = 0
_SIXTEEN_BITS = (0.0, 65535.0)


def scale_hidden(image: Image.Image) -> None:
    """Have an opened picture name its transparent value as its decoded pixels will hold it.

    PNGs name it in the file's own depth, and Pillow leaves it there while it scales the pixels.
    """
    hidden = image.info.get("transparency")
    tiles = getattr(image, "tile", None)
    depth = tiles[0].args if image.format == "PNG" and tiles else None
    match depth, hidden:
        case (("L;2" | "L;4"), int()):
            image.info["transparency"] = hidden * (85 if depth == "L;2" else 17)
        case "RGB;16B", tuple():
            image.info["transparency"] = tuple(value >> 8 for value in hidden)


def needs_pixels(image: Image.Image) -> bool:
    """Tell whether a picture has to be decoded to know how it is shown."""
    return image.has_transparency_data or _is_wide(image)


def is_transparent(image: Image.Image) -> bool:
    """Tell whether anything is transparent in a picture, which is decoded if it `needs_pixels`."""
    return image.has_transparency_data and not _is_opaque(_with_alpha(image))


def is_converted(image: Image.Image) -> bool:
    """Tell whether a picture's numbers mean other colours than they would as sRGB.

    It is decoded if it `needs_pixels`.

    Raises:
        ValueError: Nobody can tell what its numbers mean.
    """
    if _is_wide(image) and _range(image) != _SIXTEEN_BITS:
        return True
    return _to_srgb(image) is not None


def resizable(image: Image.Image) -> Image.Image:
    """Return a decoded picture as 8-bit colours, and alpha where it is transparent.

    Its colours are still those of its profile. Its mode is one of RGB, RGBA, L, LA, CMYK and LAB,
    which are resized without a seam along what is transparent.

    Raises:
        ValueError: Nobody can tell what its numbers mean.
    """
    if image.has_transparency_data:
        with_alpha = _with_alpha(image)
        return with_alpha.convert(with_alpha.mode[:-1]) if _is_opaque(with_alpha) else with_alpha
    if _is_wide(image):
        return _eight_bits(image)
    if image.mode in ("RGB", "L", "LAB"):
        return image
    if image.mode == "CMYK" and _to_srgb(image) is not None:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def shown(image: Image.Image, background: str) -> Image.Image:
    """Return a picture as a viewer shows it: opaque, in sRGB.

    Args:
        image: What `resizable` returned, of any size.
        background: What lies behind it where it is transparent, such as ``#ffffff``.
    """
    from PIL import Image

    transform = _to_srgb(image)
    if transform is None:
        colours = image.convert("RGB")
    else:
        colours = transform.apply(image.convert(transform.input_mode))
    if image.mode not in ("LA", "RGBA"):
        return colours
    ground = Image.new("RGB", image.size, background)
    ground.paste(colours, mask=image.getchannel("A"))
    return ground


def _to_srgb(image: Image.Image) -> ImageCmsTransform | None:
    """Return what makes sRGB of a picture's colours; None: they are, for all that anybody knows.

    A profile that cannot be read, or belongs to other numbers than the picture's, says nothing.
    """
    from PIL import ImageCms

    content = image.info.get("icc_profile") or stated_profile(image)
    try:
        if image.mode == "LAB":
            profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif isinstance(content, bytes):
            profile = ImageCms.ImageCmsProfile(io.BytesIO(content))
        else:
            return None
        mode = _PROFILE_MODES.get(profile.profile.xcolor_space.strip())
        if mode is None or not _holds(image, mode):
            return None
        srgb = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(profile, srgb, mode, "RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None
    return None if mode in ("RGB", "L") and _changes_nothing(transform, mode) else transform


def _holds(image: Image.Image, mode: str) -> bool:
    """Tell whether a picture's numbers can be those of a profile's colour space."""
    if image.mode in ("CMYK", "LAB"):
        return image.mode == mode
    return mode == "RGB" or (mode == "L" and _is_grey(image))


def _is_grey(image: Image.Image) -> bool:
    return _is_wide(image) or image.mode in ("1", "L", "LA", "La")


def _changes_nothing(transform: ImageCmsTransform, mode: str) -> bool:
    from PIL import Image

    steps = np.arange(0, 256, 17, dtype=np.uint8)
    samples = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    before = Image.fromarray(samples if mode == "RGB" else steps.reshape(1, -1))
    moved = np.asarray(transform.apply(before), np.int16) - np.asarray(
        before.convert("RGB"), np.int16
    )
    return int(np.abs(moved).max()) <= _SAME_COLOUR


def _with_alpha(image: Image.Image) -> Image.Image:
    """Return a picture as LA if it is grey, else as RGBA."""
    from PIL import Image

    hidden = image.info.get("transparency")
    if _is_wide(image):  # one value of many is transparent, which Pillow looks for in 8 bits
        alpha = np.where(np.asarray(image) == hidden, 0, 255).astype(np.uint8)
        grey = _eight_bits(image)
        grey.info.pop("transparency", None)
        grey.putalpha(Image.fromarray(alpha))
        return grey
    mode = "LA" if _is_grey(image) else "RGBA"
    return image if image.mode == mode else image.convert(mode)


def _is_opaque(with_alpha: Image.Image) -> bool:
    return with_alpha.getchannel("A").getextrema() == (255, 255)


# Pixels that hold more than 8 bits


def _is_wide(image: Image.Image) -> bool:
    return image.mode.startswith("I") or image.mode == "F"


def _eight_bits(image: Image.Image) -> Image.Image:
    black, white = _range(image)
    scale, offset = 255 / (white - black), -255 * black / (white - black)
    numbers = image if image.mode == "F" else image.convert("I")
    return numbers.point(lambda value: value * scale + offset).convert("L")


def _range(image: Image.Image) -> tuple[float, float]:
    """Return which of a picture's values are black and white.

    Raises:
        ValueError: Nothing says so.
    """
    tags = getattr(image, "tag_v2", {})
    black, white = _values_from(image, tags)
    return (white, black) if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO else (black, white)


def _values_from(image: Image.Image, tags: dict[int, object]) -> tuple[float, float]:
    if image.mode.startswith("I;16"):
        bits = tags.get(_BITS_PER_SAMPLE)
        return 0.0, float(2 ** (bits[0] if isinstance(bits, tuple) else 16) - 1)
    if image.mode == "I" and image.format in ("PNG", "PPM"):  # Pillow scales PPM's to 16 bits
        return _SIXTEEN_BITS
    values = np.asarray(image)
    least, most = float(values.min()), float(values.max())
    if image.mode == "F" and _LEAST_UNIT <= least <= most <= _MOST_UNIT:
        return 0.0, 1.0
    stated = _number(tags.get(_SMALLEST)), _number(tags.get(_LARGEST))
    if stated[0] is not None and stated[1] is not None and stated[0] < stated[1]:
        return stated[0], stated[1]
    kind = "floating-point" if image.mode == "F" else "32-bit"
    raise ValueError(
        f"its values are {kind} numbers from {least:g} to {most:g}, and nothing says which of them "
        "are black and white: save it with 8 or 16 bits a channel, or as floats from 0 to 1"
    )


def _number(value: object) -> float | None:
    one = value[0] if isinstance(value, tuple) and value else value
    return float(one) if isinstance(one, int | float) else None
