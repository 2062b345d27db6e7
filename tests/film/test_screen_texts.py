"""What is written on the screen is held against font, room and time before anything is made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from plan_texts import PLAN, changed, write
from sparkle_motion_dagster.artifacts.models import ActionRecord, EngineIdentity
from sparkle_motion_dagster.engines.builtin.ink import written_in
from sparkle_motion_dagster.film.checks.screen_texts import text_is_safe
from sparkle_motion_dagster.film.intake import opened_plan
from sparkle_motion_dagster.film.screen_texts import brief, unwritable
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.media.titling.safe_area import Box
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.resources.profiles import load_profile
from sparkle_motion_dagster.units import FrameSize


@pytest.fixture(scope="module")
def settings() -> FilmSettings:
    return load_profile("animatic").film


def plan_with(tmp_path: Path, **fields: Any) -> MoviePlan:
    """Return the plan with a title card, and a text over its first shot, which lasts 4 s."""
    plan = load_plan(write(tmp_path, PLAN)).plan.model_dump(mode="json", exclude_none=True)
    if "card" in fields:
        plan["title_card"] = fields["card"]
    if "text" in fields:
        plan["shots"][0]["on_screen_text"] = [fields["text"]]
    plan["render_profile"]["burned_captions"] = fields.get("captions", "off")
    plan["shots"][1]["dialogue"][0]["text"] = fields.get("line", "Not tonight.")
    plan["dialogue_timeline"][1]["text"] = fields.get("line", "Not tonight.")
    plan["characters"][1]["name"] = "Tom 👍"
    return MoviePlan.model_validate(plan)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"card": {"text": "灯台 ✨"}}, "title_card.text", "3 characters not in the font: Chinese"),
        ({"card": {"text": "night " * 83}}, "title_card.text", None),
        ({"card": {"text": "\n".join("night") * 12}}, "title_card.text", "there is room for"),
        ({"text": {"text": "שלום"}}, "shots[0].on_screen_text[0].text", "Hebrew letters"),
        ({"text": {"text": "night " * 80}}, "shots[0].on_screen_text[0].text", "lower_third"),
        ({"text": {"text": "\u200b\u0301"}}, "shots[0].on_screen_text[0].text", "would be seen"),
        ({"line": "Не спи, 夜!", "captions": "words"}, "dialogue_timeline[1].text", "(burned_capt"),
        ({"line": "Не спи, 夜!"}, "", None),
        ({"line": "Не спи <b>{\\an8}", "captions": "lines"}, "", None),
    ],
)
def test_what_cannot_be_written_is_told_by_its_field(
    tmp_path: Path, settings: FilmSettings, fields: dict[str, Any], field: str, message: str | None
) -> None:
    problems = list(unwritable(plan_with(tmp_path, **fields), settings))
    if message is None:
        assert problems == []
        return
    (problem,) = problems
    assert problem.field == field
    assert message in problem.message


def test_a_profile_may_burn_captions_into_all_its_films(
    tmp_path: Path, settings: FilmSettings
) -> None:
    burning = settings.model_copy(update={"burned_captions": "lines"})
    plan = load_plan(write(tmp_path, PLAN)).plan
    assert (settings.captions_of(plan), burning.captions_of(plan)) == ("off", "lines")
    assert burning.captions_of(plan_with(tmp_path, captions="off")) == "off"


def test_texts_that_are_gone_before_they_are_read_are_noted(tmp_path: Path) -> None:
    card = {"text": "A very long title that says it all twice, and then again", "seconds": 1}
    plan = plan_with(tmp_path, card=card, text={"text": "Neringa, 1961", "from": 3.6})
    assert dict(brief(plan)) == {
        "title_card": "its text takes about 2.8 s to read, and is shown for 1 s",
        "shots[0].on_screen_text[0]": "its text takes about 0.7 s to read, and is shown for 0.4 s",
    }
    assert list(brief(plan_with(tmp_path, card=card | {"seconds": 3}))) == []


def test_a_broken_look_is_told_by_the_lines_of_both_files(tmp_path: Path) -> None:
    (tmp_path / "warm.cube").write_text("LUT_3D_SIZE 2\n0 0 0\n0 0 x\n")
    loaded = load_plan(write(tmp_path, changed(("base_images:", "grade: warm.cube\nbase_images:"))))
    with pytest.raises(PlanError) as refused:
        opened_plan(loaded)
    (problem,) = refused.value.problems
    assert (problem.field, problem.line) == ("grade", 11)
    assert problem.message == "warm.cube, line 3: 'x' is no number"


def test_a_shots_own_look_is_taken_in_beside_the_plans(tmp_path: Path) -> None:
    colours = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    for name in ("warm", "cold"):
        (tmp_path / f"{name}.cube").write_text(f"# {name}\nLUT_3D_SIZE 2\n{colours}\n")
    shot = "    duration_sec: 4.0"
    text = changed(
        ("base_images:", "grade: warm.cube\nbase_images:"), (shot, f"{shot}\n    grade: cold.cube")
    )
    assert set(opened_plan(load_plan(write(tmp_path, text))).files) == {"warm.cube", "cold.cube"}


# What was drawn


def drawn(item_id: str, *inks: Box | None) -> Produced:
    """Return an item that was written over in boxes, in pixels."""
    record = ActionRecord(
        fingerprint="0" * 64,
        engine=EngineIdentity(name="card", version=1),
        request={},
        outputs={},
        metadata=written_in(inks),
        seconds=0.0,
        made_at=datetime.now(UTC),
        versions={},
    )
    return Produced(item_id, record, files={}, previews={}, made=True, seeded=False)


def test_text_outside_the_safe_area_is_told_by_its_item() -> None:
    size = FrameSize(width=1280, height=720)
    inside = drawn("title_card", Box(64, 36, 300, 80), None, Box(900, 600, 1216, 684))
    plain = drawn("shot_001@finished")
    kept = text_is_safe([inside, plain], size)
    assert (kept.kept, kept.measured) == (True, {"written_over": 1, "outside": "none"})
    for box in (Box(62, 36, 300, 80), Box(64, 34, 300, 80), Box(64, 36, 1218, 80)):
        outside = text_is_safe([inside, drawn("shot_002@finished", box)], size)
        assert (outside.kept, outside.measured["outside"]) == (False, "shot_002@finished")
