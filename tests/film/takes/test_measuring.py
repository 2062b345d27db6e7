"""What is measured of takes, against pictures, clips and words of which it is known."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from clips import stored, write_keyframe
from painted_face import OTHER, PaintedFace, paint
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.builtin.take_measurer import (
    MeasureRequest,
    TakeMeasures,
    measure,
)
from sparkle_motion_dagster.engines.hearing.base import HeardWord, Transcript
from sparkle_motion_dagster.engines.images.base import OwnPicture
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.picture_review import PHASH_ALIKE, bits_apart, sharpness
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
MARA = PaintedFace(x=160, y=150, height=150)


def picture(file: StoredFile, *people: Path) -> TakeMeasures:
    own = tuple(OwnPicture(sha256=stored(one).sha256, path=one) for one in people)
    return measure(MeasureRequest(take=file, kind="picture", people=own))


def blurred(file: StoredFile, sigma: float) -> StoredFile:
    shown = np.asarray(Image.open(file.path).convert("RGB"))
    path = file.path.with_name(f"blurred_{sigma}.png")
    Image.fromarray(cv2.GaussianBlur(shown, (0, 0), sigma)).save(path)
    return stored(path)


def detailed(path: Path, width: int = 640, height: int = 360) -> StoredFile:
    """A picture full of edges."""
    rows, columns = np.mgrid[0:height, 0:width] / (height / 90)
    lattice = ((rows // 4 + columns // 4) % 2 * 180 + 30).astype(np.uint8)
    Image.fromarray(np.stack([lattice] * 3, axis=-1)).save(path)
    return stored(path)


def clip(path: Path, pictures: list[NDArray[np.uint8]]) -> StoredFile:
    frames = (YuvFrame.from_rgb(one) for one in pictures)
    encoding = ClipEncoding(crf=4, preset="veryfast")
    write_clip(path, frames, size=SIZE, frame_rate=Fraction(24), encoding=encoding)
    return stored(path)


def rgb(file: StoredFile) -> NDArray[np.uint8]:
    return np.asarray(Image.open(file.path).convert("RGB"), np.uint8)


def test_what_is_blurred_is_less_sharp_the_more_it_is(tmp_path: Path) -> None:
    sharp = detailed(tmp_path / "sharp.png")
    values = [picture(one).sharpness for one in (sharp, blurred(sharp, 1.5), blurred(sharp, 4))]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True)
    assert known[0] > 3 * known[1] > 3 * known[2]
    Image.new("RGB", (64, 36), "#446688").save(tmp_path / "flat.png")
    assert picture(stored(tmp_path / "flat.png")).sharpness == 0


def test_sharpness_is_measured_at_one_size(tmp_path: Path) -> None:
    small, large = (detailed(tmp_path / f"{n}.png", 640 * n, 360 * n) for n in (1, 3))
    one, other = picture(small).sharpness, picture(large).sharpness
    assert one == pytest.approx(other, rel=0.1)


@given(gain=st.floats(0.2, 0.9))
def test_less_contrast_is_less_sharp(gain: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (90, 160), dtype=np.uint8)
    assert sharpness(np.asarray(noise * gain, np.uint8)) < sharpness(noise)


def test_a_clip_is_held_against_its_keyframes(tmp_path: Path) -> None:
    start, end = (write_keyframe(tmp_path / f"{seed}.png", seed) for seed in (1, 2))
    between = [np.asarray(rgb(start) * (1 - k) + rgb(end) * k, np.uint8) for k in (0.25, 0.5, 0.75)]
    right = clip(tmp_path / "right.mp4", [rgb(start), *between, rgb(end)])
    moved = np.roll(rgb(start), 6, axis=1)
    shifted = clip(tmp_path / "shifted.mp4", [moved, *between, rgb(start)])

    def seams(take: StoredFile) -> TakeMeasures:
        asked = MeasureRequest(take=take, kind="clip", frames=5, first=start, last=end)
        return measure(asked)

    good, bad = seams(right), seams(shifted)
    assert good.seam_start_db is not None
    assert good.seam_end_db is not None
    assert min(good.seam_start_db, good.seam_end_db) > 40
    assert bad.seam_start_db is not None
    assert bad.seam_end_db is not None
    assert max(bad.seam_start_db, bad.seam_end_db) < 25
    assert good.phash is not None
    assert bad.phash is not None
    assert bits_apart(good.phash, bad.phash) <= PHASH_ALIKE
    alone = measure(MeasureRequest(take=right, kind="clip", frames=5))
    assert (alone.seam_start_db, alone.seam_end_db) == (None, None)


def test_footage_is_held_against_its_keyframe_without_its_padding(tmp_path: Path) -> None:
    """A model makes 128x80 of a film of 128x72, by repeating the edges."""
    start = write_keyframe(tmp_path / "start.png", 3)
    padded = np.pad(rgb(start), ((4, 4), (0, 0), (0, 0)), mode="edge")
    path = tmp_path / "footage.mp4"
    write_clip(
        path,
        (YuvFrame.from_rgb(padded) for _ in range(5)),
        size=FrameSize(width=128, height=80),
        frame_rate=Fraction(16),
        encoding=ClipEncoding(crf=4, preset="veryfast"),
    )
    found = measure(MeasureRequest(take=stored(path), kind="clip", frames=5, first=start))
    assert found.seam_start_db is not None
    assert found.seam_start_db > 40


def test_a_clip_that_lacks_frames_is_refused(tmp_path: Path) -> None:
    start = write_keyframe(tmp_path / "start.png", 1)
    short = clip(tmp_path / "short.mp4", [rgb(start)] * 3)
    with pytest.raises(MediaError, match="has fewer"):
        measure(MeasureRequest(take=short, kind="clip", frames=5))


@pytest.mark.parametrize(
    ("heard", "wrong"),
    [("The ship is late.", 0), ("the ship is eight", 0.25), ("", 1), ("A ship was late", 0.5)],
)
def test_words_are_counted_that_were_heard_otherwise(
    tmp_path: Path, heard: str, wrong: float
) -> None:
    words = [HeardWord(text=one, start_s=0, end_s=1, probability=1) for one in heard.split()]
    path = tmp_path / "heard.json"
    path.write_text(Transcript(words=tuple(words)).model_dump_json())
    sound = tmp_path / "line.wav"
    sound.write_bytes(b"whatever it is, it was heard before")
    asked = MeasureRequest(
        take=stored(sound),
        kind="sound",
        heard=stored(path),
        text="The ship is late.",
        language="en-US",
    )
    assert measure(asked).words_wrong == wrong


def test_whoever_is_in_the_portrait_is_more_alike_than_somebody_else(tmp_path: Path) -> None:
    portrait = tmp_path / "portrait.png"
    Image.fromarray(paint(320, 320, [MARA])).save(portrait)
    found = {}
    for name, face in (("mara", MARA.at(200, 140, 130)), ("tom", OTHER.at(200, 140, 130))):
        path = tmp_path / f"{name}.png"
        Image.fromarray(paint(400, 300, [face])).save(path)
        found[name] = picture(stored(path), portrait).face_difference
    assert found["mara"] is not None
    assert found["tom"] is not None
    assert found["mara"] < 1 < found["tom"]


def test_where_there_is_no_face_nothing_is_claimed(tmp_path: Path) -> None:
    portrait = tmp_path / "portrait.png"
    Image.fromarray(paint(320, 320, [MARA])).save(portrait)
    found = picture(detailed(tmp_path / "wall.png"), portrait)
    assert found.face_difference is None
    assert found.missing == {"face_difference": "no face is found in it"}
