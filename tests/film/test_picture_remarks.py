"""What people are told of the pictures that they bring, before a film is rendered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from painted_face import PaintedFace, paint
from sparkle_motion_dagster.film.own_pictures import remarks
from sparkle_motion_dagster.plan.models import MoviePlan
from studio import short_film


def told(path: Path, prompt: str, background: str = "#ffffff") -> list[str]:
    raw = short_film()
    raw["base_images"][1] |= {"prompt": prompt, "local_path": path.name}
    plan = MoviePlan.model_validate(raw)
    said = list(remarks(plan, {path.name: path}, background))
    assert {field for field, _ in said} <= {"base_images[1]"}
    return [remark for _, remark in said]


@pytest.mark.parametrize(
    "prompt",
    ["a black card", "The End, night", "Schwarzbild", "écran noir", "чёрный экран", "黒い画面"],
)
def test_a_black_picture_is_told_unless_its_prompt_explains_it(tmp_path: Path, prompt: str) -> None:
    Image.new("RGB", (64, 36)).save(tmp_path / "p.png")
    assert told(tmp_path / "p.png", "the harbour") == [
        "p.png is black all over, and its prompt does not say so"
    ]
    assert told(tmp_path / "p.png", prompt) == []


def test_ink_on_nothing_is_black_on_a_black_background_only(tmp_path: Path) -> None:
    Image.new("RGBA", (64, 36), (0, 0, 0, 40)).save(tmp_path / "ink.png")
    assert told(tmp_path / "ink.png", "a sketch") == []
    assert len(told(tmp_path / "ink.png", "a sketch", "#000000")) == 1


def test_an_animation_is_told(tmp_path: Path) -> None:
    red, blue = Image.new("RGB", (64, 36), "red"), Image.new("RGB", (64, 36), "blue")
    red.save(tmp_path / "p.webp", save_all=True, append_images=[blue])
    assert told(tmp_path / "p.webp", "a flag") == [
        "p.webp holds 2 pictures: the first one is shown"
    ]


@pytest.mark.parametrize(
    ("shows_a_face", "talks", "count"), [(False, True, 1), (True, True, 0), (False, False, 0)]
)
def test_a_picture_of_somebody_who_is_seen_speaking_shows_a_face(
    tmp_path: Path, *, shows_a_face: bool, talks: bool, count: int
) -> None:
    people = [PaintedFace(100, 90, 110)] if shows_a_face else []
    Image.fromarray(paint(200, 180, people)).save(tmp_path / "mara.png")
    raw = short_film()
    raw["characters"][0]["reference_image"] = "mara.png"
    raw["shots"][1]["is_talking_closeup"] = talks
    plan = MoviePlan.model_validate(raw)
    said = list(remarks(plan, {"mara.png": tmp_path / "mara.png"}))
    assert [field for field, _ in said] == ["characters[0]"] * count
    assert all("mara.png shows no face by which mara could be known" in one for _, one in said)
