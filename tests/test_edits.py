"""An edit makes again exactly what it touches, counted in items and in action records."""

from __future__ import annotations

import pytest

from studio import Gallery, Plan, Rendered, Studio, five_shots


@pytest.fixture(scope="module")
def first_render(
    gallery: Gallery, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Studio, Rendered]:
    """A studio with the film for all tests here, and what its first render left."""
    studio = gallery.five_shots().copy(tmp_path_factory.mktemp("five"))
    return studio, studio.rendered()


@pytest.fixture
def studio_of_five(first_render: tuple[Studio, Rendered]) -> tuple[Studio, Rendered, Plan]:
    """The studio, what its first render left, and a plan to edit."""
    return *first_render, five_shots()


Five = tuple[Studio, Rendered, Plan]


def speaking_shot(plan: Plan) -> int:
    """Return the number of a talking close-up with exactly one line."""
    return next(
        number
        for number, shot in enumerate(plan["shots"])
        if shot.get("is_talking_closeup") and len(shot.get("dialogue", [])) == 1
    )


def silent_shot(plan: Plan) -> int:
    """Return the number of a shot in the middle that nobody speaks in."""
    return next(
        number
        for number, shot in enumerate(plan["shots"])
        if number > 1 and not shot.get("dialogue") and not shot.get("is_talking_closeup")
    )


def test_the_same_plan_again_makes_nothing(studio_of_five: Five) -> None:
    studio, first, plan = studio_of_five
    again = studio.render(plan)
    assert again.made == {}
    assert again.new_actions == 0
    assert again.content == first.content
    assert again.digests == first.digests


def test_one_shots_motion_makes_its_clip_and_the_film(studio_of_five: Five) -> None:
    studio, first, plan = studio_of_five
    number = silent_shot(plan)
    shot = plan["shots"][number]
    shot["motion_prompt"] = "fast pan left"
    edited = studio.make(plan)
    assert edited.made == {"shot_clips": [shot["id"]], "video_final": ["film"]}
    assert edited.new_actions == 2
    assert edited.content["shot_clips"] != first.content["shot_clips"]


@pytest.mark.service
def test_one_keyframes_prompt_makes_it_the_two_clips_that_touch_it_and_the_film(
    studio_of_five: Five,
) -> None:
    studio, _, plan = studio_of_five
    number = next(
        number
        for number in range(1, 5)
        if not any(plan["shots"][n].get("is_talking_closeup") for n in (number - 1, number))
    )
    keyframe = plan["base_images"][number]
    keyframe["prompt"] += ", a red balloon"
    edited = studio.make(plan)
    assert edited.made == {
        "base_images": [keyframe["id"]],
        "shot_clips": sorted(plan["shots"][n]["id"] for n in (number - 1, number)),
        "video_final": ["film"],
    }
    assert edited.new_actions == 4


def test_one_lines_text_makes_its_take_the_track_and_its_close_up(studio_of_five: Five) -> None:
    studio, first, plan = studio_of_five
    number = speaking_shot(plan)
    shot = plan["shots"][number]
    shot["dialogue"][0]["text"] = "No."
    edited = studio.make(plan)
    assert len(edited.made["dialogue_wavs"]) == 1
    assert edited.made["timeline_track"] == ["timeline"]
    assert edited.made["lipsync_clips"] == [shot["id"]]
    assert edited.made["video_final"] == ["film", "sound"]
    assert "base_images" not in edited.made
    # The shorter line leaves every shot as long as it was, or gives back what the longer one took.
    assert set(edited.made.get("shot_clips", [])) <= {shot["id"]}
    assert edited.content["base_images"] == first.content["base_images"]


@pytest.mark.service
def test_the_title_makes_the_film_only(studio_of_five: Five) -> None:
    studio, first, plan = studio_of_five
    plan["title"] = "Another Name"
    edited = studio.make(plan)
    assert edited.made == {"video_final": ["film"]}
    assert edited.new_actions == 1
    same = set(first.content) - {"video_final", "movie_plan"}
    assert {stage: edited.content[stage] for stage in same} == {
        stage: first.content[stage] for stage in same
    }


def test_a_shot_in_the_middle_makes_what_is_new(studio_of_five: Five) -> None:
    studio, _, plan = studio_of_five
    number = silent_shot(plan)
    before, following = plan["shots"][number - 1], plan["shots"][number]
    opening = following["start_base_image_id"]
    plan["base_images"].insert(number + 1, {"id": "new_frame", "prompt": "an owl at midnight"})
    inserted = {
        "id": "new_shot",
        "duration_sec": 2.0,
        "visual_description": "the owl turns its head",
        "start_base_image_id": opening,
        "end_base_image_id": "new_frame",
    }
    following["start_base_image_id"] = "new_frame"
    plan["shots"].insert(number, inserted)
    edited = studio.make(plan)
    # The shot after the new one starts on the new keyframe, so that it is new as well. The keyframe
    # that opened it now opens the new shot, which its caption strip says: it is drawn again, and
    # so is the clip that ends on it. Every line is spoken already; the track is longer.
    assert edited.made == {
        "base_images": sorted([opening, "new_frame"]),
        "shot_clips": sorted([before["id"], "new_shot", following["id"]]),
        "timeline_track": ["timeline"],
        "video_final": ["film", "sound"],
    }
    assert edited.new_actions == 8
