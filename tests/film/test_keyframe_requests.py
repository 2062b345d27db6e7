"""What an image engine is asked for: what a keyframe takes over from those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from devices import on_cpu
from sketch_engine.engine import SketchEngine, SketchSettings
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.images.base import ImageEngine, ImageRequest
from sparkle_motion_dagster.engines.images.storyboard.engine import (
    StoryboardEngine,
    StoryboardSettings,
)
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.keyframes import drawn_keyframes, make_keyframes
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.production.loop import fingerprint
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import write_plan
from theatre import Theatre

STORYBOARD = StoryboardEngine(StoryboardSettings())
PROMPTS = (
    "a kitchen at night",
    "close-up of Mara in the kitchen",
    "a beach at noon",
    "Mara, surprised",
    "the kitchen, morning",
)


def requests(
    *prompts: str,
    engine: ImageEngine[Any] = STORYBOARD,
    seed: int | None = None,
    style: str | None = None,
    settings: Sequence[str | None] = (),
) -> Mapping[str, ImageRequest]:
    """Return what is asked for in a chain of shots, which have settings of their own."""
    plan = MoviePlan.model_validate(
        {
            "title": "Places",
            "style": style,
            "base_images": [
                {"id": f"f{number}", "prompt": prompt, "metadata": {} if number else {"seed": seed}}
                for number, prompt in enumerate(prompts)
            ],
            "shots": [
                {
                    "id": f"s{number}",
                    "duration_sec": 1,
                    "visual_description": "a place",
                    "start_base_image_id": f"f{number}",
                    "end_base_image_id": f"f{number + 1}",
                    "setting": settings[number] if settings else None,
                }
                for number in range(len(prompts) - 1)
            ],
            "render_profile": {"video": {"model_id": "any"}},
        }
    )
    animatic = load_profile("animatic").film
    items = drawn_keyframes(FrozenPlan(plan, {}, "0" * 64), animatic, engine, {})
    return {item.id: item.request for item in items}


def reverse_shots(*listed: str) -> Mapping[str, ImageRequest]:
    """Return the requests of a dialogue in a kitchen, cut to and fro, with a beach after it.

    The keyframes are listed in some order.
    """
    prompts = {
        "room": "a kitchen at night",
        "mara": "close-up of Mara",
        "tom": "close-up of Tom",
        "beach": "a beach at noon",
    }
    shown = ["room", "mara", "tom", "mara", "tom", "beach"]
    plan = MoviePlan.model_validate(
        {
            "title": "To and fro",
            "base_images": [{"id": name, "prompt": prompts[name]} for name in listed],
            "shots": [
                {
                    "id": f"s{number}",
                    "duration_sec": 1,
                    "visual_description": "they speak",
                    "start_base_image_id": name,
                    "transition": "cut",
                }
                for number, name in enumerate(shown)
            ],
            "render_profile": {"video": {"model_id": "any"}},
        }
    )
    items = drawn_keyframes(
        FrozenPlan(plan, {}, "0" * 64), load_profile("animatic").film, STORYBOARD, {}
    )
    assert [item.id for item in items] == list(listed)
    return {item.id: item.request for item in items}


def test_reverse_shots_stay_in_their_room_in_whatever_order_keyframes_are_listed() -> None:
    asked = reverse_shots("room", "mara", "tom", "beach")
    for face in ("mara", "tom"):
        assert asked[face].model_dump()["setting"] == {
            "seed": asked["room"].seed,
            "places": ("kitchen",),
            "hour": "night",
        }
    assert asked["beach"].setting is None
    assert asked == reverse_shots("beach", "tom", "room", "mara")


def test_a_keyframe_is_captioned_with_the_first_shot_that_shows_it() -> None:
    asked = reverse_shots("room", "mara", "tom", "beach")
    assert [asked[name].shot for name in ("room", "mara", "tom", "beach")] == [
        "s0",
        "s1",
        "s2",
        "s5",
    ]


def changed(before: Mapping[str, ImageRequest], after: Mapping[str, ImageRequest]) -> set[str]:
    return {name for name, request in before.items() if request != after[name]}


def test_who_shows_a_place_first_takes_nothing_over_and_its_request_says_nothing() -> None:
    first, second, beach, *_ = requests(*PROMPTS).values()
    assert "setting" not in first.model_dump()
    assert beach.setting is None
    assert second.model_dump()["setting"] == {
        "seed": first.seed,
        "places": ("kitchen",),
        "hour": "night",
    }


@pytest.mark.parametrize(
    ("prompt", "others"),
    [
        ("a kitchen at dawn", {"f0", "f1"}),
        ("a kitchen at night, a clock", {"f0"}),
        ("a kitchen at night, winter", {"f0", "f1", "f2", "f3", "f4"}),
        ("Davy's kitchen at night", {"f0"}),
        ("a forest at night", {"f0", "f1", "f4"}),
    ],
)
def test_an_edited_prompt_draws_again_what_stands_in_its_place(
    prompt: str, others: set[str]
) -> None:
    assert changed(requests(*PROMPTS), requests(prompt, *PROMPTS[1:])) == others


def test_another_seed_is_another_place_for_all_that_stand_in_it() -> None:
    assert changed(requests(*PROMPTS, seed=1), requests(*PROMPTS, seed=2)) == {"f0", "f1", "f4"}


def test_an_engine_that_keeps_no_places_is_asked_as_before() -> None:
    asked = requests(*PROMPTS, engine=SketchEngine(SketchSettings()))
    assert all("setting" not in request.model_dump() for request in asked.values())


def test_style_and_place_are_told_of_and_the_storyboard_draws_nothing_again() -> None:
    plain = requests("a kitchen", "a pier", "a boat")
    told = requests(
        "a kitchen", "a pier", "a boat", style="35mm", settings=("indoors", "a harbour")
    )
    assert {name: (each.place, each.style) for name, each in told.items()} == {
        "f0": ("indoors", "35mm"),
        "f1": ("a harbour", "35mm"),  # of the shot that it opens
        "f2": ("a harbour", "35mm"),
    }
    for name, asked in told.items():
        assert fingerprint(STORYBOARD, asked) == fingerprint(STORYBOARD, plain[name])
        assert not {"place", "style"} & plain[name].model_dump().keys()


def test_where_nothing_is_drawn_no_model_is_looked_for(tmp_path: Path) -> None:
    plan = {
        "title": "A card and a picture",
        "title_card": {"text": "A card"},
        "base_images": [{"id": "own", "prompt": "a picture", "local_path": "own.png"}],
        "shots": [
            {
                "id": "still",
                "duration_sec": 1,
                "visual_description": "a picture",
                "start_base_image_id": "own",
                "transition": "hold",
            }
        ],
        "render_profile": {
            "video": {"model_id": "any"},
            "metadata": {"resolution": "128x72"},
        },
    }
    Image.new("RGB", (128, 72), "teal").save(tmp_path / "own.png")
    path = write_plan(plan, tmp_path / "film.yaml")
    stage = Theatre(Workbench(SparkleHome(tmp_path / "home")), path).stage(BASE_IMAGES)
    sdxl = engines_of(load_profile("cinematic"), on_cpu()).images
    assert sdxl.identity().model_id is not None
    keyframes = make_keyframes(stage, sdxl)
    assert [picture.item_id for picture in keyframes.pictures] == ["title_card", "own"]
    assert keyframes.result.engine.model_id is None
