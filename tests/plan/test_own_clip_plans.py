"""Plans in which a shot is a clip: how it is written, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.own_clip import OwnClip
from sparkle_motion_dagster.plan.reading.loading import load_plan

PLAN = """\
title: Harbour
base_images:
  - {id: a, prompt: a harbour}
shots:
  - id: one
    duration_sec: 2
    visual_description: the harbour
    start_base_image_id: a
    transition: cut
  - id: two
    duration_sec: 2
    visual_description: a boat
    clip: {file: boat.mp4, in: 1.5, out: 4}
render_profile: {video: {model_id: wan-2.1}}
"""
CLIP = "clip: {file: boat.mp4, in: 1.5, out: 4}"


def loaded(folder: Path, *changes: tuple[str, str]) -> MoviePlan:
    text = PLAN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "boat.mp4").touch()
    (folder / "plan.yaml").write_text(text)
    return load_plan(folder / "plan.yaml").plan


def refused(folder: Path, *changes: tuple[str, str]) -> PlanProblem:
    with pytest.raises(PlanError) as refusal:
        loaded(folder, *changes)
    (problem,) = refusal.value.problems
    return problem


def test_a_clip_in_short_and_at_length(tmp_path: Path) -> None:
    shot = loaded(tmp_path).shots[1]
    assert shot.clip == OwnClip.model_validate({"file": "boat.mp4", "in": 1.5, "out": 4})
    assert shot.transition == "cut"
    assert shot.keyframes == ()
    short = loaded(tmp_path, (CLIP, "clip: boat.mp4")).shots[1].clip
    assert short == OwnClip.model_validate({"file": "boat.mp4"})


def test_a_plan_with_a_clip_is_read_back(tmp_path: Path) -> None:
    plan = loaded(tmp_path)
    dumped = plan.model_dump(mode="json")
    assert MoviePlan.model_validate_json(plan.model_dump_json()) == plan
    assert dumped["shots"][1]["clip"] == {"file": "boat.mp4", "in": 1.5, "out": 4.0}
    assert "clip" not in dumped["shots"][0]
    assert "start_base_image_id" not in dumped["shots"][1]


def test_a_film_of_clips_alone_has_no_base_images(tmp_path: Path) -> None:
    images = "base_images:\n  - {id: a, prompt: a harbour}\n"
    first = "    start_base_image_id: a\n    transition: cut\n"
    plan = loaded(tmp_path, (images, "base_images: []\n"), (first, "    clip: boat.mp4\n"))
    assert plan.base_images == ()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ([(CLIP, "clip: 5")], "clip", "should be a mapping of keys to values, not 5"),
        ([(CLIP, "clip: ''")], "clip", "is blank"),
        ([(CLIP, "clip: /boat.mp4")], "clip", "absolute path"),
        ([(CLIP, "clip: ../boat.mp4")], "clip", "leads out of the plan's folder"),
        ([(CLIP, "clip: https://x.org/boat.mp4")], "clip", "nothing is fetched"),
        ([(CLIP, "clip: other.mp4")], "clip.file", "there is no file 'other.mp4'"),
        ([("in: 1.5", "in: -1")], "clip.in", "greater than or equal to 0"),
        ([("in: 1.5", "in: '1.5'")], "clip.in", "should be a number, not '1.5'"),
        ([("out: 4", "out: 1.5")], "clip.out", "does not lie behind the point"),
        ([("out: 4", "out: 3")], "clip.out", "lasts 2 s, but from 1.5 s to 3 s the clip has 1.5 s"),
        ([("out: 4", "end: 4")], "clip.end", "known here: file, in, out"),
        ([("file: boat.mp4, ", "")], "clip.file", "is missing"),
        ([(CLIP, f"{CLIP}\n    transition: match")], "transition", "leave transition out"),
        ([(CLIP, f"{CLIP}\n    transition: hold")], "transition", "hold is not possible"),
        (
            [(CLIP, f"{CLIP}\n    start_base_image_id: a")],
            "start_base_image_id",
            "is the clip 'boat.mp4', and so starts on no base image",
        ),
        (
            [(CLIP, f"{CLIP}\n    end_base_image_id: a")],
            "end_base_image_id",
            "ends on no base image",
        ),
        ([(f"    {CLIP}\n", "")], "start_base_image_id", "is missing"),
    ],
)
def test_what_is_wrong_with_a_clip(
    tmp_path: Path, changes: list[tuple[str, str]], field: str, said: str
) -> None:
    problem = refused(tmp_path, *changes)
    assert problem.field == f"shots[1].{field}"
    assert said in problem.message
    assert problem.line is not None
    assert problem.line >= 10


def test_nothing_matches_into_a_clip(tmp_path: Path) -> None:
    problem = refused(tmp_path, ("transition: cut", "transition: match"))
    assert problem.field == "shots[0].transition"
    assert "which is a clip" in problem.message
    assert problem.message.endswith("write transition: cut")
