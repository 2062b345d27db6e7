"""Pictures look in the film as a viewer shows them: profiles, transparency, ranges of values."""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, PngImagePlugin

import profiles
from sparkle_motion_dagster.engines.images.base import OwnPicture
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.pictures import (
    Viewing,
    check_picture,
    fit_picture,
    viewed_picture,
    viewing_of,
)
from sparkle_motion_dagster.media.stated_colours import stated_profile
from sparkle_motion_dagster.units import FrameSize

SIDE = 64
FINE: dict[str, Any] = {"quality": 100, "subsampling": "4:4:4"}
NOTHING_TO_DO = Viewing(converts=False, sees_through=False, frames=1)
SIZE = FrameSize(width=SIDE, height=SIDE)
COLOUR = (200, 100, 50)
MAGENTA = "#ff00ff"
WIDE_GAMUTS = {
    "adobe": profiles.rgb_profile(profiles.ADOBE_RGB, 2.2),
    "display p3": profiles.rgb_profile(profiles.DISPLAY_P3, 2.2),
    "prophoto": profiles.rgb_profile(profiles.PROPHOTO, 1.8),
    "swapped": profiles.rgb_profile(profiles.SWAPPED, 2.2),
}
RAMP = np.tile(np.linspace(0, 1, SIDE), (SIDE, 1))


def fitted(source: Path, background: str = "#ffffff") -> NDArray[np.uint8]:
    check_picture(source)
    fit_picture(source, source.with_suffix(".out"), SIZE, background)
    with Image.open(source.with_suffix(".out")) as picture:
        return np.asarray(picture)


def colour(source: Path, background: str = "#ffffff") -> NDArray[np.int16]:
    return np.asarray(fitted(source, background)[SIDE // 2, SIDE // 2], np.int16)


def as_littlecms_says(pixel: Any, mode: str, profile: bytes) -> NDArray[np.int16]:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    to_srgb = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    shown = np.asarray(to_srgb.apply(Image.new(mode, (1, 1), pixel)), np.int16)
    return np.asarray(shown[0, 0])


# Colours


@pytest.mark.parametrize("gamut", WIDE_GAMUTS)
@pytest.mark.parametrize("name", ["p.png", "p.jpg", "p.tiff", "p.webp", "p.avif"])
def test_a_profile_says_which_colours_are_meant(tmp_path: Path, name: str, gamut: str) -> None:
    profile = WIDE_GAMUTS[gamut]
    Image.new("RGB", (80, SIDE), COLOUR).save(tmp_path / name, quality=100, icc_profile=profile)
    expected = as_littlecms_says(COLOUR, "RGB", profile)
    assert np.abs(expected - COLOUR).max() > 15
    assert np.abs(colour(tmp_path / name) - expected).max() <= 4
    assert np.abs(np.asarray(viewed_picture(tmp_path / name))[0, 0] - expected).max() <= 4
    assert viewing_of(tmp_path / name).converts


@pytest.mark.parametrize(
    ("mode", "pixel", "profile"),
    [
        ("CMYK", (128, 0, 70, 0), profiles.cmyk_profile()),
        ("L", 100, profiles.grey_profile(1.0)),
        ("L", 100, WIDE_GAMUTS["prophoto"]),
    ],
    ids=["CMYK", "grey", "grey in RGB"],
)
@pytest.mark.parametrize("name", ["p.tiff", "p.jpg"])
def test_profiles_of_other_colours_than_rgb(
    tmp_path: Path, name: str, mode: str, pixel: Any, profile: bytes
) -> None:
    picture = Image.new(mode, (SIDE, SIDE), pixel)
    picture.save(tmp_path / name, quality=100, icc_profile=profile)
    if mode == "L" and profile[16:20] == b"RGB ":
        mode, pixel = "RGB", (pixel, pixel, pixel)
    expected = as_littlecms_says(pixel, mode, profile)
    assert np.abs(colour(tmp_path / name) - expected).max() <= 2


def save_stating(path: Path, gamma: float | None, primaries: tuple[float, ...] | None) -> None:
    """Write a PNG that states its colours by numbers."""
    info = PngImagePlugin.PngInfo()
    if gamma is not None:
        info.add(b"gAMA", struct.pack(">I", round(100_000 * gamma)))
    if primaries is not None:
        info.add(b"cHRM", struct.pack(">8I", *(round(100_000 * value) for value in primaries)))
    Image.new("RGB", (80, SIDE), COLOUR).save(path, pnginfo=info)


ADOBE_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
SRGB_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
WHITE_OF_D50 = (0.3457, 0.3585, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)


@pytest.mark.parametrize(
    ("gamma", "primaries", "expected"),
    [
        (0.45455, ADOBE_PRIMARIES, (227, 100, 42)),
        (None, ADOBE_PRIMARIES, (227, 100, 42)),
        (1.0, None, (229, 168, 122)),
        (1.0, SRGB_PRIMARIES, (229, 168, 122)),
        (0.45455, (0.3127, 0.329, 0.3, 0.6, 0.64, 0.33, 0.15, 0.06), (100, 200, 46)),
    ],
)
def test_a_png_may_state_its_colours_by_numbers(
    tmp_path: Path, gamma: float | None, primaries: Any, expected: tuple[int, int, int]
) -> None:
    save_stating(tmp_path / "p.png", gamma, primaries)
    assert np.abs(colour(tmp_path / "p.png") - expected).max() <= 2
    assert viewing_of(tmp_path / "p.png").converts


@pytest.mark.parametrize("primaries", [ADOBE_PRIMARIES, WHITE_OF_D50])
def test_white_stays_white_whatever_the_primaries(tmp_path: Path, primaries: Any) -> None:
    save_stating(tmp_path / "p.png", 0.45455, primaries)
    with Image.open(tmp_path / "p.png") as picture:
        Image.new("RGB", picture.size, "#fff").save(
            tmp_path / "white.png", icc_profile=stated_profile(picture)
        )
    assert np.abs(colour(tmp_path / "white.png") - 255).max() <= 1


@pytest.mark.parametrize(
    ("gamma", "primaries"),
    [
        (0.45455, SRGB_PRIMARIES),
        (0.45455, None),
        (0.44, None),
        (0.0, None),
        (0.00001, None),
        (42949.0, None),
        (None, (0.3, 0) * 4),
        (0.5, (0.64, 0.329, 0.1, 21474.0, 2.0, 21474.0, 21474.0, 0.64)),
        (None, (0.3, 0.3) * 4),
    ],
)
def test_numbers_that_say_srgb_or_nothing_change_nothing(
    tmp_path: Path, gamma: float | None, primaries: Any
) -> None:
    save_stating(tmp_path / "p.png", gamma, primaries)
    assert viewing_of(tmp_path / "p.png") == NOTHING_TO_DO
    assert tuple(colour(tmp_path / "p.png")) == COLOUR


@pytest.mark.parametrize("mode", ["P", "RGBA", "LA"])
def test_palettes_and_alpha_are_kept_apart_from_the_profile(tmp_path: Path, mode: str) -> None:
    profile = WIDE_GAMUTS["adobe"]
    picture = Image.new("RGB", (SIDE, SIDE), COLOUR).convert(mode)
    pixel = picture.convert("RGB").getpixel((0, 0))
    picture.save(tmp_path / "p.png", icc_profile=profile)
    expected = as_littlecms_says(pixel, "RGB", profile)
    assert np.abs(colour(tmp_path / "p.png") - expected).max() <= 2
    assert not viewing_of(tmp_path / "p.png").sees_through


@pytest.mark.parametrize("alpha", [255, 128])
def test_a_grey_profile_holds_for_grey_with_alpha(tmp_path: Path, alpha: int) -> None:
    profile = profiles.grey_profile(1.0)
    Image.new("LA", (SIDE, SIDE), (100, alpha)).save(tmp_path / "p.png", icc_profile=profile)
    opaque = as_littlecms_says(100, "L", profile).astype(float)
    expected = (opaque * alpha + 255 * (255 - alpha)) / 255
    assert np.abs(colour(tmp_path / "p.png") - expected).max() <= 1


def test_lab_is_shown_as_rgb(tmp_path: Path) -> None:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    to_lab = ImageCms.buildTransform(srgb, lab, "RGB", "LAB")
    to_lab.apply(Image.new("RGB", (SIDE, SIDE), COLOUR)).save(tmp_path / "p.tiff")
    assert np.abs(colour(tmp_path / "p.tiff") - COLOUR).max() <= 2


@pytest.mark.parametrize(
    "profile",
    [
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        profiles.grey_profile(1.0),
        profiles.cmyk_profile(),
        WIDE_GAMUTS["adobe"][:200],
        b"no profile",
    ],
    ids=["sRGB", "grey", "CMYK", "cut off", "junk"],
)
def test_what_is_srgb_or_says_nothing_is_left_as_it_is(tmp_path: Path, profile: bytes) -> None:
    Image.new("RGB", (SIDE, SIDE), COLOUR).save(tmp_path / "p.png", icc_profile=profile)
    assert tuple(colour(tmp_path / "p.png")) == COLOUR
    assert viewing_of(tmp_path / "p.png") == NOTHING_TO_DO


# Transparency


def ink(mode: str) -> Image.Image:
    """A black bar in the middle of nothing, which hides green."""
    picture = Image.new("RGBA", (SIDE, SIDE), (0, 255, 0, 0))
    picture.paste((0, 0, 0, 255), (28, 0, 36, SIDE))
    return picture if mode == "RGBA" else picture.convert(mode)


def keyed(path: Path, bits: int, channels: int = 1) -> None:
    """Write a PNG of one value, which is transparent, with a black bar in the middle."""
    hidden = 2**bits // 2
    row = np.full((SIDE, channels), hidden, ">u2")
    row[28:36] = 0
    digits = np.unpackbits(row.reshape(-1, 1).view(np.uint8), axis=1)[:, 16 - bits :]
    lines = SIDE * (b"\0" + np.packbits(digits).tobytes())
    colours = 0 if channels == 1 else 2
    header = struct.pack(">IIBBBBB", SIDE, SIDE, bits, colours, 0, 0, 0)
    parts = {
        b"IHDR": header,
        b"tRNS": struct.pack(">H", hidden) * channels,
        b"IDAT": zlib.compress(lines),
        b"IEND": b"",
    }
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(itertools.starmap(chunk, parts.items())))


def chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def write_ink(path: Path, kind: str) -> None:
    match kind:
        case "RGBA" | "LA":
            exact: dict[str, Any] = {".webp": {"lossless": True}, ".avif": FINE}.get(
                path.suffix, {}
            )
            ink(kind).save(path, **exact)
        case "P":
            palette = Image.new("P", (SIDE, SIDE), 0)
            palette.putpalette([0, 255, 0, 0, 0, 0])
            palette.paste(1, (28, 0, 36, SIDE))
            palette.save(path, transparency=0)
        case "L" | "RGB":
            key: Any = 99 if kind == "L" else (99, 99, 99)
            picture = Image.new(kind, (SIDE, SIDE), key)
            picture.paste(Image.new(kind, (8, SIDE)), (28, 0))
            picture.save(path, transparency=key)
        case "16 bits":
            keyed(path, 16)
        case "48 bits":
            keyed(path, 16, channels=3)
        case "2 bits" | "4 bits":
            keyed(path, int(kind[0]))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((f"p.{name}", "RGBA") for name in ("png", "webp", "tiff", "avif", "ico", "tga", "dds")),
        ("p.gif", "P"),
        *(
            ("p.png", kind)
            for kind in ("LA", "P", "L", "RGB", "2 bits", "4 bits", "16 bits", "48 bits")
        ),
    ],
)
def test_what_is_transparent_shows_the_background(tmp_path: Path, name: str, kind: str) -> None:
    write_ink(tmp_path / name, kind)
    assert viewing_of(tmp_path / name).sees_through
    for background, expected in (("#ffffff", (255, 255, 255)), (MAGENTA, (255, 0, 255))):
        picture = fitted(tmp_path / name, background)
        assert np.abs(picture[:, :20].astype(int) - expected).max() <= 1
        assert picture[:, 30:34].max() <= 8
        # Nor is the hidden colour seen along the edge.
        assert (picture[:, 20:44, 1].astype(int) <= picture[:, 20:44, 0].astype(int) + 8).all()


def test_half_of_a_background_shines_through_what_is_half_transparent(tmp_path: Path) -> None:
    Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 127)).save(tmp_path / "p.png")
    assert np.abs(colour(tmp_path / "p.png") - (128, 128, 128)).max() <= 1
    assert np.abs(colour(tmp_path / "p.png", MAGENTA) - (128, 0, 128)).max() <= 1


def test_an_alpha_channel_that_hides_nothing_is_no_transparency(tmp_path: Path) -> None:
    Image.new("RGBA", (SIDE, SIDE), (*COLOUR, 255)).save(tmp_path / "p.png")
    assert viewing_of(tmp_path / "p.png") == NOTHING_TO_DO
    assert tuple(colour(tmp_path / "p.png")) == COLOUR


# Ranges of values


def write_values(path: Path, values: NDArray[Any], tags: dict[int, Any] | None = None) -> None:
    if path.suffix == ".pfm":
        path.write_bytes(b"Pf\n64 64\n-1.0\n" + values[::-1].astype("<f4").tobytes())
    elif path.suffix == ".pgm":
        path.write_bytes(b"P5 64 64 1023\n" + values.astype(">u2").tobytes())
    elif path.suffix == ".tiff":
        Image.fromarray(values).save(path, tiffinfo=tags or {})
    else:
        Image.fromarray(values).save(path)


@pytest.mark.parametrize(
    ("name", "values", "tags"),
    [
        ("p.tiff", RAMP.astype(np.float32), {}),
        ("p.tiff", (RAMP * 1.04 - 0.02).astype(np.float32), {}),
        ("p.pfm", RAMP, {}),
        ("p.tiff", (RAMP * 400).astype(np.float32), {340: 0.0, 341: 400.0}),
        ("p.tiff", (RAMP * 2e9 - 1e9).astype(np.int32), {340: -1e9, 341: 1e9}),
        ("p.png", (RAMP * 65535).astype(np.uint16), {}),
        ("p.tiff", (RAMP * 65535).astype(np.uint16), {}),
        ("p.tiff", ((1 - RAMP) * 65535).astype(np.uint16), {262: 0}),
        ("p.tiff", (RAMP * 255).astype(np.uint8), {262: 0}),
        ("p.tiff", (1 - RAMP).astype(np.float32), {262: 0}),
        ("p.pgm", RAMP * 1023, {}),
    ],
    ids=[
        "float",
        "overshooting",
        "PFM",
        "stated-float",
        "stated-int",
        "PNG16",
        "TIFF16",
        "inverse16",
        "inverse8",
        "inverse-float",
        "PGM10",
    ],
)
def test_the_whole_range_of_values_is_shown(
    tmp_path: Path, name: str, values: NDArray[Any], tags: dict[int, Any]
) -> None:
    write_values(tmp_path / name, values, tags)
    assert np.abs(fitted(tmp_path / name)[9, :, 0] - 255 * RAMP[9]).max() <= 8


@pytest.mark.parametrize(
    "values",
    [
        (RAMP * 255).astype(np.float32),
        (RAMP * 8 - 4).astype(np.float32),
        np.full_like(RAMP, np.nan, np.float32),
        (RAMP * 255).astype(np.int32),
        (RAMP * 2e9).astype(np.int32),
    ],
    ids=["float to 255", "negative", "nan", "int to 255", "int"],
)
def test_values_that_nobody_can_read_are_refused(tmp_path: Path, values: NDArray[Any]) -> None:
    write_values(tmp_path / "p.tiff", values)
    with pytest.raises(MediaError, match=r"p\.tiff is no picture.*nothing says which of them"):
        check_picture(tmp_path / "p.tiff")
    with pytest.raises(MediaError, match=r"p\.tiff is no picture.*nothing says which of them"):
        viewing_of(tmp_path / "p.tiff")


def test_a_request_names_only_what_there_is_to_do() -> None:
    """A picture that always was right keeps its fingerprint."""
    plain = OwnPicture(sha256="a" * 64, path=Path("p.png"))
    assert plain.model_dump(mode="json") == {"sha256": "a" * 64}
    shown = plain.model_copy(update={"converted": True, "background": "#ffffff"})
    assert shown.model_dump(mode="json") == {
        "sha256": "a" * 64,
        "converted": True,
        "background": "#ffffff",
    }
