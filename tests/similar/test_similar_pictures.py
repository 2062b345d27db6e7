"""The same picture is found at other sizes, cropped, coded and tinted; another scene is not."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from keyframe_films import picture_file, pictures_plan, publish_keyframes
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.operations.similar import similar_to
from sparkle_motion_dagster.similar.thumbnails import thumbnail_of

SCENES = {
    "harbour": "a harbour at dusk, boats at the quay, wide shot",
    "beach": "a beach at dusk, waves, wide shot",
    "hill": "a castle on a hill at dusk, wide shot",
    "kitchen": "a bright kitchen at noon, a table at the window",
    "street": "a narrow town street at night, lamplight, wet cobbles",
    "close": "close-up of an old man with a beard in a forest in fog",
}
"""The first three have the same sky."""

Change = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SparkleHome:
    home = SparkleHome(tmp_path_factory.mktemp("similar") / "home")
    publish_keyframes(home, "scenes", pictures_plan(SCENES))
    return home


def jpeg(quality: int) -> Change:
    def coded(picture: Image.Image) -> Image.Image:
        data = io.BytesIO()
        picture.save(data, format="JPEG", quality=quality)
        return Image.open(data).convert("RGB")

    return coded


def cropped(left: float, top: float, size: float) -> Change:
    """Return what cuts out a part, by shares of the picture's sides."""
    return lambda picture: picture.crop(
        (
            round(picture.width * left),
            round(picture.height * top),
            round(picture.width * (left + size)),
            round(picture.height * (top + size)),
        )
    )


def tinted(picture: Image.Image) -> Image.Image:
    lit = ImageEnhance.Brightness(picture).enhance(1.08)
    warm = np.asarray(lit) + np.array([6, 0, -6])
    return Image.fromarray(np.clip(warm, 0, 255).astype(np.uint8))


CHANGES: Mapping[str, Change] = {
    "half the size": lambda picture: picture.resize((160, 90)),
    "4 times the size": lambda picture: picture.resize((1280, 720)),
    "another shape": lambda picture: picture.resize((320, 240)),
    "JPEG 30": jpeg(30),
    "tinted": tinted,
    "90 % of the area, at the top left": cropped(0, 0, 0.95),
    "80 %, in the middle": cropped(0.05, 0.06, 0.894),
    "70 %, at the bottom right": cropped(0.163, 0.163, 0.837),
    "80 %, small, coded": lambda picture: jpeg(50)(
        cropped(0.1, 0, 0.894)(picture).resize((160, 90))
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_is_found_in_whatever_version_it_comes_back(
    home: SparkleHome, change: str
) -> None:
    for scene in SCENES:
        with Image.open(picture_file(home, "scenes", scene)) as picture:
            changed = CHANGES[change](picture.convert("RGB"))
        found = similar_to(home, [thumbnail_of(changed)], 6)
        assert [one.item for one in found.items] == [scene], f"{scene}, {change}"


def test_a_whole_picture_finds_its_part(home: SparkleHome, tmp_path: Path) -> None:
    parts = {}
    for scene in SCENES:
        with Image.open(picture_file(home, "scenes", scene)) as picture:
            part = cropped(0.08, 0.04, 0.88)(picture.convert("RGB"))
        (tmp_path / "plans").mkdir(exist_ok=True)
        part.save(tmp_path / "plans" / f"{scene}.png")
        parts[f"part_of_{scene}"] = f"{scene}.png"
    other = SparkleHome(tmp_path / "home")
    publish_keyframes(other, "parts", pictures_plan(parts, own=parts))
    for scene in SCENES:
        with Image.open(picture_file(home, "scenes", scene)) as picture:
            whole = thumbnail_of(picture.convert("RGB"))
        found = similar_to(other, [whole], 6)
        assert [one.item for one in found.items] == [f"part_of_{scene}"]


def test_one_more_person_in_the_picture_is_another_picture(home: SparkleHome) -> None:
    """A small, strong difference is none of the hash's business, and tells all the same."""
    with Image.open(picture_file(home, "scenes", "harbour")) as picture:
        other = picture.convert("RGB")
    where = (140, 90, 165, 150)
    shadow = ImageEnhance.Brightness(other.crop(where)).enhance(0.5)
    for person in (shadow, (200, 60, 40)):
        other.paste(person, where)
        assert similar_to(home, [thumbnail_of(other)], 6).items == ()


def test_pictures_without_contrast_are_like_their_own_kind_alone(home: SparkleHome) -> None:
    for colour in ("black", "white", "#7f7f7f"):
        flat = Image.new("RGB", (320, 180), colour)
        assert similar_to(home, [thumbnail_of(flat)], 6).items == ()
