"""Pictures that users bring: fitted to the frame, or refused with a reason."""

from __future__ import annotations

import contextlib
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from clips import digest
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.pictures import (
    PictureFacts,
    check_picture,
    fit_picture,
    viewed_picture,
    viewing_of,
)
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # about damaged EXIF


def quarters(width: int, height: int) -> Image.Image:
    """Red, green over blue, white."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (255, 0, 0)
    picture[: height // 2, width // 2 :] = (0, 255, 0)
    picture[height // 2 :, : width // 2] = (0, 0, 255)
    picture[height // 2 :, width // 2 :] = (255, 255, 255)
    return Image.fromarray(picture)


def fitted(source: Path) -> NDArray[np.uint8]:
    output = source.with_name("fitted.png")
    fit_picture(source, output, SIZE)
    with Image.open(output) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (128, 72))
        return np.asarray(picture)


def corners(picture: NDArray[np.uint8]) -> list[list[int]]:
    return [picture[y, x].tolist() for y in (10, -10) for x in (10, -10)]


def near(colours: list[list[int]], expected: list[list[int]]) -> bool:
    return bool(np.abs(np.array(colours) - np.array(expected)).max() <= 6)


ALL_FOUR = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]


@pytest.mark.parametrize(
    "name", ["p.png", "p.jpg", "p.webp", "p.bmp", "p.tiff", "p.gif", "p.avif", "p.jp2", "p.tga"]
)
def test_formats_that_users_bring_are_fitted(tmp_path: Path, name: str) -> None:
    quarters(256, 144).save(tmp_path / name, quality=95)
    check_picture(tmp_path / name)
    assert near(corners(fitted(tmp_path / name)), ALL_FOUR)


def test_a_picture_of_another_shape_is_cut_at_its_edges_not_squeezed(tmp_path: Path) -> None:
    wide = Image.new("RGB", (400, 100), (255, 0, 0))
    wide.paste((0, 0, 255), (150, 0, 250, 100))
    wide.save(tmp_path / "wide.png")
    row = fitted(tmp_path / "wide.png")[36]
    assert int((row[:, 2] > 128).sum()) == 72  # 100 of 100 rows became 72: so did 100 columns
    assert row[0].tolist() == [255, 0, 0]
    assert row[64].tolist() == [0, 0, 255]


def test_the_cameras_orientation_is_honoured(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise to be upright
    quarters(144, 256).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    blue_red_white_green = [ALL_FOUR[index] for index in (2, 0, 3, 1)]
    assert near(corners(fitted(tmp_path / "turned.jpg")), blue_red_white_green)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_undone(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = quarters(144, 256)
    turned.save(tmp_path / "turned.png", exif=exif)
    facts = check_picture(tmp_path / "turned.png")
    assert (facts.width, facts.height) == ((256, 144) if orientation >= 5 else (144, 256))
    upright = ImageOps.exif_transpose(Image.open(tmp_path / "turned.png"))
    upright.save(tmp_path / "upright.png", exif=Image.Exif())
    assert np.array_equal(fitted(tmp_path / "turned.png"), fitted(tmp_path / "upright.png"))


@pytest.mark.parametrize("name", ["p.png", "p.jpg", "p.webp"])
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0not an exif block",
        b"Exif\0\0II*\0",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x05\0\xff\0\0\0\xff\xff\xff\x7f\0\0\0\0",
    ],
    ids=["no block", "no offset", "cut off", "a wild count"],
)
def test_an_orientation_that_cannot_be_read_is_none(tmp_path: Path, name: str, exif: bytes) -> None:
    quarters(256, 144).save(tmp_path / name, exif=exif, quality=95)
    check_picture(tmp_path / name)
    assert near(corners(fitted(tmp_path / name)), ALL_FOUR)


@pytest.mark.parametrize("name", ["p.png", "p.jpg", "p.webp", "p.tiff", "p.gif", "p.avif", "p.ico"])
def test_what_is_accepted_is_fitted_however_it_is_damaged(tmp_path: Path, name: str) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x011A] = 6, "a lamp", 72.5
    quarters(48, 32).save(tmp_path / name, exif=exif)
    whole = (tmp_path / name).read_bytes()
    rng = np.random.default_rng(12)
    for _ in range(150):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(damaged), 3):
            damaged[place] = rng.integers(0, 256)
        (tmp_path / name).write_bytes(damaged)
        with contextlib.suppress(MediaError):
            check_picture(tmp_path / name)
            viewing_of(tmp_path / name)
            fit_picture(tmp_path / name, tmp_path / "fitted", SIZE)


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "bmp", "gif", "tiff", "avif"])
def test_a_pictures_kind_is_that_of_its_content(tmp_path: Path, name: str) -> None:
    quarters(64, 32).save(tmp_path / f"p.{name}")
    (tmp_path / f"p.{name}").rename(tmp_path / "p.txt")
    assert check_picture(tmp_path / "p.txt") == PictureFacts(f"image/{name}", 64, 32)


def test_a_jpeg_with_another_one_behind_it_is_a_jpeg(tmp_path: Path) -> None:
    second = quarters(64, 32)
    quarters(64, 32).save(tmp_path / "p.mpo", append_images=[second], save_all=True)
    assert check_picture(tmp_path / "p.mpo") == PictureFacts("image/jpeg", 64, 32)


def test_the_fitted_picture_has_not_changed(tmp_path: Path) -> None:
    """Where this fails, raise the fitter's version: films are made again only then."""
    x, y = np.meshgrid(np.arange(200), np.arange(150))
    waves = np.stack((x * 7 % 256, y * 5 % 256, (x + y) * 3 % 256), axis=-1).astype(np.uint8)
    Image.fromarray(waves).save(tmp_path / "waves.png")
    assert digest(fitted(tmp_path / "waves.png")) == "f15462057cbde305"


def test_equal_pixels_give_equal_bytes(tmp_path: Path) -> None:
    picture = quarters(200, 200)
    picture.save(tmp_path / "plain.png")
    picture.save(tmp_path / "labelled.png", dpi=(300, 300), icc_profile=b"an unknown profile")
    for name in ("plain", "labelled"):
        fit_picture(tmp_path / f"{name}.png", tmp_path / f"{name}.out.png", SIZE)
    plain, labelled = ((tmp_path / f"{n}.out.png").read_bytes() for n in ("plain", "labelled"))
    assert plain == labelled


PNG = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    check = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + check


def bomb() -> bytes:
    """A PNG header that promises 60000 x 60000 pixels."""
    side = (60000).to_bytes(4, "big")
    return (
        PNG
        + chunk(b"IHDR", side + side + bytes([8, 2, 0, 0, 0]))
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain text",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        bomb(),
    ],
    ids=["empty", "text", "eps", "svg", "bomb"],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "brought.png"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"brought\.png is no picture"):
        check_picture(path)
    with pytest.raises(MediaError, match=r"brought\.png is no picture"):
        fit_picture(path, tmp_path / "out.png", SIZE)
    assert not (tmp_path / "out.png").exists()


def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    huge = struct.pack(">IIBBBBB", 20000, 10100, 1, 0, 0, 0, 0)
    (tmp_path / "huge.png").write_bytes(PNG + chunk(b"IHDR", huge) + chunk(b"IDAT", b""))
    with pytest.raises(MediaError, match=r"huge\.png is 20000x10100: pictures of more than 200 me"):
        check_picture(tmp_path / "huge.png")


def test_a_picture_of_the_largest_phones_is_read_without_a_warning(tmp_path: Path) -> None:
    Image.new("1", (12000, 9000), 1).save(tmp_path / "large.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_picture(tmp_path / "large.png") == PictureFacts("image/png", 12000, 9000)


def test_only_the_first_picture_of_several_is_shown(tmp_path: Path) -> None:
    red, blue = Image.new("RGB", (64, 32), (255, 0, 0)), Image.new("RGB", (64, 32), (0, 0, 255))
    for name, frames in {"gif": 3, "png": 3, "webp": 3, "tiff": 3, "mpo": 1}.items():
        path = tmp_path / f"p.{name}"
        red.save(path, save_all=True, append_images=[blue, red])
        assert viewing_of(path).frames == frames, name
        assert near([fitted(path)[36, 64].tolist()], [[255, 0, 0]]), name


@pytest.mark.parametrize("name", ["p.png", "p.jpg", "p.webp"])
def test_a_picture_that_is_cut_off_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    noise = np.random.default_rng(2).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    with pytest.raises(MediaError, match="is no picture"):
        check_picture(path)


@pytest.mark.parametrize(
    ("name", "content"), [(b"gAMA", b"??"), (b"iCCP", b""), (b"zTXt", b"a\0\x05")]
)
def test_a_picture_with_a_malformed_part_behind_its_pixels_is_refused(
    tmp_path: Path, name: bytes, content: bytes
) -> None:
    path = tmp_path / "p.png"
    quarters(64, 32).save(path)
    end = chunk(b"IEND", b"")
    path.write_bytes(path.read_bytes().removesuffix(end) + chunk(name, content) + end)
    with pytest.raises(MediaError, match=r"p\.png is no picture"):
        check_picture(path)


def test_a_missing_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.png is no picture that can be read.*No such file"):
        check_picture(tmp_path / "gone.png")


def test_a_mistake_of_ours_is_not_told_of_the_picture(tmp_path: Path) -> None:
    Image.new("RGBA", (64, 32), (255, 0, 0, 128)).save(tmp_path / "p.png")
    with pytest.raises(ValueError, match="unknown color"):
        viewed_picture(tmp_path / "p.png", "no colour")
