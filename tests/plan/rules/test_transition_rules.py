"""How a shot may end: the rules of keyframes and transitions, each with an error of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plan_texts import PLAN, changed, line_of, problem_of, refused, write
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan

MATCHED = {"start_base_image_id": "a", "end_base_image_id": "b"}
LAST = {"start_base_image_id": "b", "end_base_image_id": "c"}


def film(*shots: dict[str, Any], keyframes: str = "") -> str:
    """Return a plan of shots of 4 s, and of the keyframes that they name, or of those given."""
    named = {
        shot[field]
        for shot in shots
        for field in ("start_base_image_id", "end_base_image_id")
        if field in shot
    }
    plan = {
        "title": "Ends",
        "base_images": [
            {"id": name, "prompt": f"picture {name}"} for name in keyframes or sorted(named)
        ],
        "shots": [
            {"id": f"s{number}", "duration_sec": 4, "visual_description": "x", **shot}
            for number, shot in enumerate(shots)
        ],
        "render_profile": {"video": {"model_id": "wan-2.1"}},
    }
    return json.dumps(plan, indent=1)


def start(keyframe: str, **said: Any) -> dict[str, Any]:
    return {"start_base_image_id": keyframe, **said}


def loaded(folder: Path, text: str) -> MoviePlan:
    return load_plan(write(folder, text)).plan


def test_a_plan_that_says_nothing_matches_and_reads_as_ever(tmp_path: Path) -> None:
    plan = loaded(tmp_path, film(MATCHED, LAST))
    assert [shot.transition for shot in plan.shots] == ["match", "match"]
    assert "transition" not in plan.model_dump_json()
    assert plan == loaded(tmp_path, film({**MATCHED, "transition": "match"}, LAST))


@pytest.mark.parametrize(
    "shots",
    [
        (start("a", transition="cut"), LAST),
        (start("a", transition="hold"), LAST),
        (start("a", end_base_image_id="a", transition="hold"), LAST),
        (start("a", end_base_image_id="x", transition="cut"), LAST),
        ({**MATCHED, "transition": "cut"}, LAST),
        (start("a", transition="dissolve"), LAST),
        (start("a", transition="fade", transition_sec=8.0), LAST),
        (start("a", transition="wipe", transition_sec=7.0), start("b", transition="hold")),
        (start("a", end_base_image_id="x", transition="wipe"), {**LAST, "transition": "cut"}),
        (MATCHED, start("b", transition="fade", transition_sec=4)),
        (start("a", transition="dissolve"), start("b", transition="fade", transition_sec=3.6)),
        (start("a", transition="fade"),),
        (start("a", transition="cut"), start("b", transition="cut"), start("a", transition="hold")),
        (start("a", transition="cut"), start("b", end_base_image_id="a")),
    ],
)
def test_how_shots_may_end(tmp_path: Path, shots: tuple[dict[str, Any], ...]) -> None:
    assert len(loaded(tmp_path, film(*shots)).shots) == len(shots)


@pytest.mark.parametrize(
    ("shots", "field", "message"),
    [
        (
            (start("a", end_base_image_id="x"), LAST),
            "shots[0].end_base_image_id",
            "shot 's0' ends on 'x', but the next one, 's1', starts on 'b': both must be the same "
            "base image, unless the shot says how it ends, such as transition: cut",
        ),
        (
            (start("a"), LAST),
            "shots[0].end_base_image_id",
            "shot 's0' matches the next one, and so must end on the base image that it starts on "
            "('b'); where it should not, write transition: cut",
        ),
        (
            (MATCHED, start("b")),
            "shots[1].end_base_image_id",
            "shot 's1' is the last one, and says neither on which base image it ends nor how: "
            "give end_base_image_id, or write transition: cut",
        ),
        (
            (start("a", end_base_image_id="a"), LAST),
            "shots[0].end_base_image_id",
            "shot 's0' starts and ends on the same base image, 'a': the two must differ, unless "
            "it says transition: hold",
        ),
        (
            ({**MATCHED, "transition": "hold"}, LAST),
            "shots[0].end_base_image_id",
            "shot 's0' holds 'a', and so cannot end on 'b': leave end_base_image_id out, or write "
            "transition: cut",
        ),
        (
            (MATCHED, {**LAST, "transition": "dissolve"}),
            "shots[1].transition",
            "shot 's1' is the last one: there is nothing to dissolve into. A fade ends in black, "
            "a cut just ends",
        ),
        (
            (start("a", transition="cut", transition_sec=0.5), LAST),
            "shots[0].transition_sec",
            "shot 's0' ends with a cut, which takes no time: leave transition_sec out, or name a "
            "dissolve, a fade or a wipe",
        ),
        (
            ({**MATCHED, "transition_sec": 0.5}, LAST),
            "shots[0].transition_sec",
            "shot 's0' ends with a match, which takes no time: leave transition_sec out, or name "
            "a dissolve, a fade or a wipe",
        ),
        (
            (start("a", transition="wipe", transition_sec=8.1), start("b", transition="cut")),
            "shots[0].duration_sec",
            "shot 's0' lasts 4 s, but the transitions at its ends take 0 s and 4.05 s of it: make "
            "it longer, or them shorter",
        ),
        (
            (
                start("a", transition="dissolve"),
                {**LAST, "transition": "fade", "transition_sec": 4},
            ),
            "shots[1].duration_sec",
            "shot 's1' lasts 4 s, but the transitions at its ends take 0.4 s and 4 s of it: make "
            "it longer, or them shorter",
        ),
        (
            (start("a", transition="fade", transition_sec=0), LAST),
            "shots[0].transition_sec",
            "should be greater than 0, not 0",
        ),
        (
            (start("a", transition="fade", transition_sec="0.5"), LAST),
            "shots[0].transition_sec",
            "should be a number, not '0.5'",
        ),
        (
            (start("a", transition="morph"), LAST),
            "shots[0].transition",
            "should be 'match', 'hold', 'cut', 'dissolve', 'fade' or 'wipe', not 'morph'",
        ),
    ],
)
def test_how_they_may_not(
    tmp_path: Path, shots: tuple[dict[str, Any], ...], field: str, message: str
) -> None:
    problems = refused(write(tmp_path, film(*shots))).problems
    assert (problems[0].field, problems[0].message) == (field, message)


def test_a_problem_names_its_line(tmp_path: Path) -> None:
    text = changed(("end_base_image_id: frame_001", "transition: cut\n    transition_sec: 1"))
    problem = problem_of(tmp_path, text)
    assert problem.line == line_of(text, "transition_sec: 1")


def test_every_keyframe_is_shown(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, film(MATCHED, LAST, keyframes="abcd"))
    assert problem.field == "base_images[3]"
    assert problem.message == (
        "no shot starts or ends on base image 'd': name it in a shot, or take it out"
    )


@pytest.mark.parametrize("end", ["start", "end"])
def test_a_misspelt_keyframe_is_told_once(tmp_path: Path, end: str) -> None:
    number, old = (0, "frame_000") if end == "start" else (1, "frame_002")
    text = changed((f"{end}_base_image_id: {old}", f"{end}_base_image_id: frame_2"))
    problem = problem_of(tmp_path, text)
    assert problem.field == f"shots[{number}].{end}_base_image_id"
    assert problem.line == line_of(PLAN, f"{end}_base_image_id: {old}")
    assert problem.message == (
        f"shot 'shot_00{number + 1}' {end}s on 'frame_2', which is no base image; base images are "
        "frame_000, frame_001, frame_002"
    )


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    shots = start("a", transition_sec=1), start("b", transition="wipe", transition_sec=12)
    problems = refused(write(tmp_path, film(*shots, keyframes="abc"))).problems
    assert {problem.field for problem in problems} == {
        "base_images[2]",
        "shots[0].end_base_image_id",
        "shots[0].transition_sec",
        "shots[1].transition",
        "shots[1].duration_sec",
    }
