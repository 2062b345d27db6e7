from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from plan_texts import PLAN, changed
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.schema import plan_schema

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "plans").glob("*.yaml"))
VALIDATOR = Draft202012Validator(plan_schema())
FREE_FORM = {"Notes", "BaseImageMetadata", "ShotMetadata", "RenderMetadata", "PlanMetadata"}


def objects() -> dict[str, dict[str, Any]]:
    schema = plan_schema()
    return {"MoviePlan": schema, **{k: v for k, v in schema["$defs"].items() if "properties" in v}}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(plan_schema())
    json.dumps(plan_schema(), allow_nan=False)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_keep_schema_and_rules(path: Path) -> None:
    VALIDATOR.validate(YAML(typ="safe", pure=True).load(path.read_text("utf-8")))
    VALIDATOR.validate(load_plan(path).plan.model_dump(mode="json"))


def test_every_field_is_described() -> None:
    assert set(objects()) == FREE_FORM | {
        *("MoviePlan", "CharacterSpec", "VoiceProfile", "BaseImageSpec", "ShotSpec", "FaceBox"),
        *("TitleCard", "OnScreenText", "OwnClip"),
        *(
            "DialogueLine",
            "DialogueEntry",
            "SilenceEntry",
            "RenderProfile",
            "VideoProfile",
            "Limits",
        ),
        *("Soundtrack", "FileCue", "AmbienceCue", "Place"),
    }
    for name, schema in objects().items():
        assert schema["description"], name
        for field, inner in schema["properties"].items():
            assert inner["title"], f"{name}.{field}"
            assert inner["description"], f"{name}.{field}"


def test_unknown_keys_are_refused_where_loading_refuses_them() -> None:
    for name, schema in objects().items():
        assert (schema["additionalProperties"] is False) == (name not in FREE_FORM), name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Harbour Light", "title: '  '"),
        ("title: Harbour Light", "titel: x"),
        ("title: Harbour Light", "title: " + 501 * "x"),
        ("name: Tom", "name: " + 201 * "x"),
        ("id: tom", "id: ../tom"),
        ("id: tom", "id: -tom"),
        ("duration_sec: 4.0", "duration_sec: 0"),
        ("duration_sec: 4.0", "duration_sec: '4'"),
        ("max_fps: 24", "max_fps: -1"),
        ("{type: silence, start_time_sec: 0.0", "{type: pause, start_time_sec: 0.0"),
        ("resolution: 1280x720", "resolution: HD"),
        ('seed: "1234"', "seed: abc"),
        ('seed: "1234"', "seed: -1"),
    ],
)
def test_the_schema_refuses_wrong_fields(old: str, new: str) -> None:
    load = YAML(typ="safe", pure=True).load
    assert VALIDATOR.is_valid(load(PLAN))
    assert not VALIDATOR.is_valid(load(changed((old, new))))
