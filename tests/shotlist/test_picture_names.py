"""What the names of pictures say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.shotlist.own_pictures.picture_names import (
    ShotNumber,
    in_order,
    shot_number,
)


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("2-3", "2-3"),
        ("02_03", "2-3"),
        ("2.3", "2-3"),
        ("02-03 Mara at the lamp", "2-3"),
        ("2-3 (1)", "2-3"),
        ("12A-3", "12a-3"),
        ("scene 2 shot 3", "2-3"),
        ("Storm, Scene 02, Shot 03, final", "2-3"),
        ("sc02_sh03", "2-3"),
        ("S2S3", "2-3"),
        ("scene 4", "4-1"),
        ("IMG_0012", None),
        ("2024-05-12", None),
        ("20240512_183012", None),
        ("12_1280x720", None),
        ("7", None),
        ("bus2-3", None),
        ("", None),
    ],
)
def test_which_shot_a_picture_is(stem: str, number: str | None) -> None:
    found = shot_number(stem)
    assert (None if found is None else str(found)) == number


@given(st.from_regex(r"[1-9][0-9]{0,2}[A-Z]?", fullmatch=True), st.integers(1, 999))
def test_a_picture_named_like_a_shot_is_that_shot(scene: str, shot: int) -> None:
    assert shot_number(f"{scene}-{shot}") == ShotNumber.read(f"{scene}-{shot}")


def test_the_order_is_that_of_people() -> None:
    names = ["10.png", "2.png", "a 10", "a 9", "A 1", "²", "٣.png"]
    assert sorted(names, key=in_order) == ["2.png", "10.png", "A 1", "a 9", "a 10", "²", "٣.png"]
