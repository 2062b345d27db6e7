"""The poster: a frame of the film that shows something, sought out, as a JPEG."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import measure
from clips import luma_psnr
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.film.poster import write_poster
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=160, height=90)
RATE = Fraction(24000, 1001)
Picture = Callable[[int], YuvFrame]


def colourful(seed: int = 1, blocks: int = 9) -> YuvFrame:
    spots = np.random.default_rng(seed).integers(30, 225, (blocks, 16, 3), dtype=np.uint8)
    image = Image.fromarray(spots).resize((160, 90), Image.Resampling.BICUBIC)
    return YuvFrame.from_rgb(np.asarray(image))


def even(grey: int) -> YuvFrame:
    return YuvFrame.from_rgb(np.full((90, 160, 3), grey, np.uint8))


def ghost(one: YuvFrame, other: YuvFrame) -> YuvFrame:
    return YuvFrame(*((a // 2 + b // 2) for a, b in zip(one.planes, other.planes, strict=True)))


def film_of(folder: Path, *shots: YuvFrame) -> tuple[Path, list[range]]:
    """Write a film whose shots are 24 frames of a picture each."""

    def frames() -> Iterator[YuvFrame]:
        for picture in shots:
            yield from [picture] * 24

    film = folder / "film.mp4"
    encoding = ClipEncoding(crf=12, preset="veryfast")
    write_clip(film, frames(), size=SIZE, frame_rate=RATE, encoding=encoding)
    return film, [range(24 * number, 24 * number + 24) for number in range(len(shots))]


@pytest.mark.parametrize("place", range(3))
def test_the_frame_that_shows_most_is_taken(tmp_path: Path, place: int) -> None:
    shots = [even(0), ghost(colourful(1), colourful(2))]
    shots.insert(place, colourful(3))
    film, frames = film_of(tmp_path, *shots)
    number = write_poster(film, frames, RATE, tmp_path / "poster.jpg")
    assert number // 24 == place


@pytest.mark.parametrize("place", range(2))
def test_what_is_sharp_is_taken_before_what_is_blurred(tmp_path: Path, place: int) -> None:
    blocks = np.random.default_rng(3).integers(60, 190, (9, 16, 3), dtype=np.uint8)
    picture = np.asarray(Image.fromarray(blocks).resize((160, 90), Image.Resampling.NEAREST))
    soft = cv2.GaussianBlur(picture, (0, 0), 4).astype(float)
    soft = (soft - soft.mean()) * (1.1 * picture.std() / soft.std()) + soft.mean()
    shots = [YuvFrame.from_rgb(np.clip(soft, 0, 255).astype(np.uint8))]
    shots.insert(place, YuvFrame.from_rgb(picture))
    film, frames = film_of(tmp_path, *shots)
    assert write_poster(film, frames, RATE, tmp_path / "poster.jpg") // 24 == place


def test_the_poster_is_that_frame_of_the_film(tmp_path: Path) -> None:
    film, frames = film_of(tmp_path, even(90), colourful(3), even(200))
    number = write_poster(film, frames, RATE, tmp_path / "poster.jpg")
    with Image.open(tmp_path / "poster.jpg") as image:
        assert (image.format, image.size, image.mode) == ("JPEG", (160, 90), "RGB")
    frame = measure.pictures(film, {number})[number]
    assert luma_psnr(measure.picture(tmp_path / "poster.jpg"), frame) > 32


def test_a_black_film_has_a_black_poster(tmp_path: Path) -> None:
    film, frames = film_of(tmp_path, even(0), even(0))
    assert write_poster(film, frames, RATE, tmp_path / "poster.jpg") == 0
    assert measure.picture(tmp_path / "poster.jpg").max() == 0


@pytest.mark.parametrize(("first", "last", "taken"), [(3, 0, 0), (0, 3, 23)])
def test_a_shot_is_seen_where_it_shows_one_keyframe(
    tmp_path: Path, first: int, last: int, taken: int
) -> None:
    """Not in its dissolve, however much two pictures show together, and not while it is black."""
    one, other = (colourful(seed) if seed else even(0) for seed in (first, last))
    busy = YuvFrame.from_rgb(np.random.default_rng(5).integers(0, 256, (90, 160, 3), np.uint8))
    frames = [one] * 3 + [busy] * 18 + [other] * 3
    film = tmp_path / "film.mp4"
    encoding = ClipEncoding(crf=12, preset="veryfast")
    write_clip(film, iter(frames), size=SIZE, frame_rate=RATE, encoding=encoding)
    assert write_poster(film, [range(24)], RATE, tmp_path / "poster.jpg") == taken


def test_the_poster_shows_what_lies_below_the_strip_undistorted(tmp_path: Path) -> None:
    """A square stays one, a twelfth larger, and nothing of the strip is left."""
    picture = np.full((90, 160, 3), 90, np.uint8)
    picture[33:63, 65:95] = (220, 60, 40)
    picture[:8] = (20, 250, 20)
    film, frames = film_of(tmp_path, YuvFrame.from_rgb(picture))
    write_poster(film, frames, RATE, tmp_path / "poster.jpg", strip_rows=8)
    with Image.open(tmp_path / "poster.jpg") as image:
        shown = np.asarray(image).astype(int)
    assert shown.shape == (90, 160, 3)
    assert (shown[..., 1] < 150).all()
    red = shown[..., 0] > 155
    assert red.any(axis=1).sum() == pytest.approx(30 * 90 / 82, abs=1.5)
    assert red.any(axis=0).sum() == pytest.approx(30 * 90 / 82, abs=1.5)


def test_of_many_shots_some_are_looked_at(tmp_path: Path) -> None:
    film, frames = film_of(tmp_path, *[even(120)] * 9, colourful(3))
    parts = [
        range(shot.start + 2 * part, shot.start + 2 * part + 2)
        for shot in frames
        for part in range(12)
    ]
    assert len(parts) == 120
    assert write_poster(film, parts, RATE, tmp_path / "poster.jpg") >= 9 * 24


def test_equal_films_give_equal_bytes(tmp_path: Path) -> None:
    film, frames = film_of(tmp_path, colourful(1), colourful(2))
    for name in ("one.jpg", "two.jpg"):
        write_poster(film, frames, RATE, tmp_path / name)
    assert (tmp_path / "one.jpg").read_bytes() == (tmp_path / "two.jpg").read_bytes()


def test_a_film_that_is_too_short_or_none_is_named(tmp_path: Path) -> None:
    film, _ = film_of(tmp_path, colourful(1))
    output = tmp_path / "poster.jpg"
    with pytest.raises(MediaError, match=r"film\.mp4 ends before its frame 50"):
        write_poster(film, [range(50, 150)], RATE, output)
    with pytest.raises(MediaError, match=r"none\.mp4 cannot be decoded"):
        write_poster(tmp_path / "none.mp4", [range(9)], RATE, output)
    assert not output.exists()
