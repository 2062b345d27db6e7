"""A path leads where a person means it to, and changes that place and nothing else of a plan."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.plan.fields import Location, field_path
from sparkle_motion_dagster.plan.paths import (
    PathError,
    locations,
    value_at,
    with_value,
    without_value,
)
from studio import example, plan_format_example

DOTTED: dict[str, Any] = {
    "title": "Two",
    "base_images": [{"id": "a", "prompt": "one"}, {"id": "a.b", "prompt": "two"}],
    "shots": [
        {"id": "2", "start_base_image_id": "a", "duration_sec": 1, "visual_description": "x"},
        {"id": "s", "start_base_image_id": "a.b", "duration_sec": 1, "visual_description": "y"},
        {"id": "t", "start_base_image_id": "a.b", "duration_sec": 1, "visual_description": "z"},
    ],
    "render_profile": {"video": {"model_id": "camera"}},
}
PLANS = [plan_format_example(), example("twenty_shots"), DOTTED]


def places(value: Any, way: Location = ()) -> Iterator[Location]:
    """Yield the way to everything in a plan."""
    if way:
        yield way
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*way, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*way, index))


def spelled(plan: Any, way: Location, ways: st.DataObject) -> str:
    """Return a way as somebody may write it: each element by its id, by index or in brackets."""
    path, value = "", plan
    for step in way:
        inner = value[step]
        if isinstance(step, int):
            names = [f"[{step}]"]
            if str(step) not in {one.get("id") for one in value if isinstance(one, dict)}:
                names.append(f".{step}")
            if isinstance(inner, dict) and "id" in inner:
                names.append(f".{inner['id']}")
            path += ways.draw(st.sampled_from(names))
        else:
            path += f".{step}"
        value = inner
    return path.removeprefix(".")


@given(st.data())
def test_every_place_of_a_plan_is_found_however_it_is_written(data: st.DataObject) -> None:
    plan = data.draw(st.sampled_from(PLANS))
    way = data.draw(st.sampled_from(list(places(plan))))
    path = spelled(plan, way, data)
    assert locations(plan, path) == (way,)
    assert locations(plan, field_path(way)) == (way,)


@given(st.data())
def test_a_change_changes_that_place_alone(data: st.DataObject) -> None:
    plan = data.draw(st.sampled_from(PLANS))
    way = data.draw(st.sampled_from(list(places(plan))))
    path, before = spelled(plan, way, data), copy.deepcopy(plan)
    changed = with_value(plan, path, "something else")
    assert plan == before
    assert value_at(changed, way) == "something else"
    assert with_value(changed, field_path(way), value_at(plan, way)) == plan
    left = without_value(plan, path)
    holder = value_at(left, way[:-1])
    if isinstance(way[-1], str):
        assert way[-1] not in holder
        assert {**holder, way[-1]: value_at(plan, way)} == value_at(plan, way[:-1])
    else:
        assert len(holder) == len(value_at(plan, way[:-1])) - 1


def test_what_a_plan_does_not_say_yet_can_be_set() -> None:
    plan = with_value(DOTTED, "metadata.seed", 7)
    plan = with_value(plan, "shots.t.metadata.mine.of_my_own", [1])
    plan = with_value(plan, "render_profile.metadata.resolution", "720x1280")
    assert plan["metadata"] == {"seed": 7}
    assert plan["shots"][2]["metadata"] == {"mine": {"of_my_own": [1]}}
    assert plan["render_profile"]["metadata"] == {"resolution": "720x1280"}


def test_ids_win_over_indexes_and_the_longer_id_over_the_shorter() -> None:
    assert locations(DOTTED, "shots.2.seed") == (("shots", 0, "seed"),)
    assert locations(DOTTED, "shots[2].seed") == (("shots", 2, "seed"),)
    assert locations(DOTTED, "base_images.a.b.prompt") == (("base_images", 1, "prompt"),)
    assert locations(DOTTED, "base_images.a.prompt") == (("base_images", 0, "prompt"),)


def test_a_line_is_changed_wherever_it_is_written() -> None:
    plan = plan_format_example()
    changed = with_value(plan, "line_0001.text", "Pas ce soir.")
    assert changed["dialogue_timeline"][1]["text"] == "Pas ce soir."
    assert changed["shots"][1]["dialogue"][0]["text"] == "Pas ce soir."
    assert with_value(plan, "dialogue_timeline.line_0001.text", "Pas ce soir.") == changed
    del plan["dialogue_timeline"]
    assert with_value(plan, "line_0001.text", "No.")["shots"][1]["dialogue"][0]["text"] == "No."


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "A path names a field of the plan"),
        ("titel", "a plan has no 'titel'. Did you mean 'title'"),
        ("title.first", "title is 'Harbour Light', and nothing is in that"),
        ("characters.maria.name", "characters has no 'maria'. Did you mean 'mara'? It has mara."),
        ("characters.mara.voice_profile.lang", "Did you mean 'language'? It has cfg_weight"),
        ("shots.shot_003", "It has shot_001, shot_002."),
        ("shots.9.seed", "shots has no '9'"),
        ("shots[1]x", "leads nowhere: shots[1] has no 'x'"),
        ("line_0002.text", "there is no line_0002. Lines are line_0001 to line_0001."),
        ("line_0001.txt", "line_0001 has no 'txt'. Did you mean 'text'"),
        ("render_profile.metadata.resolution.width", "is '1280x720', and nothing is in that"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_with_what_there_is(path: str, said: str) -> None:
    with pytest.raises(PathError) as told:
        locations(plan_format_example(), path)
    assert said in str(told.value)


def test_what_is_not_set_cannot_be_left_out() -> None:
    with pytest.raises(PathError, match="style is not set"):
        without_value(DOTTED, "style")
    with pytest.raises(PathError, match=r"metadata\.seed is not set"):
        without_value(DOTTED, "metadata.seed")


@given(st.text(max_size=40), st.sampled_from(PLANS))
def test_any_text_leads_somewhere_or_is_told(path: str, plan: Any) -> None:
    with contextlib.suppress(PathError):  # a text of the reader's, and no other error
        assert len(locations(plan, path)) == 1
        assert with_value(plan, path, 1) is not plan
