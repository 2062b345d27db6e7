"""Where one speaker's face becomes another's: told with the word that mends it."""

from __future__ import annotations

from typing import Any

import pytest

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.morphs import morphs

LINE = {"character_id": "mara", "text": "Well?"}


def film(**changes: Any) -> MoviePlan:
    """Return a dialogue of three shots: Mara's face becomes Tom's, and Tom's becomes Mara's."""
    plan: dict[str, Any] = {
        "title": "Faces",
        "characters": [{"id": "mara", "name": "Mara"}, {"id": "tom", "name": "Old Tom"}],
        "base_images": [
            {"id": "mara_1", "prompt": "close-up of Mara", "characters": ["mara"]},
            {"id": "tom_1", "prompt": "Tom, medium shot", "characters": ["tom"]},
            {"id": "mara_2", "prompt": "Mara looks up", "characters": ["mara"]},
            {"id": "mara_3", "prompt": "close-up of Mara, smiling", "characters": ["mara"]},
        ],
        "shots": [
            {
                "id": f"s{number}",
                "duration_sec": 2,
                "visual_description": "x",
                "start_base_image_id": start,
                "end_base_image_id": end,
                "dialogue": [LINE] if number == 1 else [],
            }
            for number, (start, end) in enumerate(
                [("mara_1", "tom_1"), ("tom_1", "mara_2"), ("mara_2", "mara_3")]
            )
        ],
        "render_profile": {"video": {"model_id": "wan-2.1"}},
    }
    return MoviePlan.model_validate(plan | changes)


def changed(plan: MoviePlan, shot: int, **changes: Any) -> MoviePlan:
    shots = [one.model_dump() for one in plan.shots]
    shots[shot] |= changes
    return MoviePlan.model_validate(plan.model_dump() | {"shots": shots})


def test_a_face_that_becomes_another_is_named_with_the_word_that_mends_it() -> None:
    assert list(morphs(film())) == [
        (
            "shots[0]",
            "while they speak, the face of Mara becomes that of Old Tom. For a cut, write "
            "transition: cut, and take end_base_image_id out",
        ),
        (
            "shots[1]",
            "while they speak, the face of Old Tom becomes that of Mara. For a cut, write "
            "transition: cut, and take end_base_image_id out",
        ),
    ]


def test_what_it_says_mends_it() -> None:
    plan = film()
    for shot in (0, 1):
        plan = changed(plan, shot, transition="cut", end_base_image_id=None)
    assert list(morphs(plan)) == []


def test_the_last_picture_has_no_shot_to_cut_to() -> None:
    plan = changed(film(), 2, start_base_image_id="mara_2", dialogue=[LINE])
    images = [image.model_dump() for image in plan.base_images]
    images[3]["characters"] = ["tom"]
    plan = MoviePlan.model_validate(plan.model_dump() | {"base_images": images})
    *_, (field, remark) = morphs(plan)
    assert field == "shots[2]"
    assert remark.endswith("take end_base_image_id out, and show mara_3 in a shot of its own")


@pytest.mark.parametrize(
    ("prompt", "characters"),
    [
        ("wide shot of Mara on the pier", ["mara"]),
        ("establishing shot, Mara is a tiny figure", ["mara"]),
        ("Mara and Tom at the table", ["mara", "tom"]),
        ("an empty room", []),
    ],
)
def test_other_pictures_may_become_what_they_will(prompt: str, characters: list[str]) -> None:
    images = [image.model_dump() for image in film().base_images]
    images[0] |= {"prompt": prompt, "characters": characters}
    assert [field for field, _ in morphs(film(base_images=images))] == ["shots[1]"]


def test_where_nobody_speaks_a_face_may_become_another() -> None:
    assert list(morphs(changed(film(), 1, dialogue=[]))) == []


def test_lines_on_the_timeline_count_where_they_are_heard() -> None:
    timeline = [
        {"type": "silence", "start_time_sec": 0, "duration_sec": 4.0},
        {"type": "dialogue", **LINE, "start_time_sec": 4.0, "duration_sec": 2.0},
    ]
    shots = [shot.model_dump() | {"dialogue": []} for shot in film().shots]
    plan = film(dialogue_timeline=timeline, shots=shots)
    assert [field for field, _ in morphs(plan)] == ["shots[1]"]
