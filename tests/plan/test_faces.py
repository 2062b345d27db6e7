"""Whose face is where in a shot, as a plan says it, and who is heard in it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from plan_texts import PLAN, changed, line_of, problem_of, write
from sparkle_motion_dagster.film.feasibility import talking_shots
from sparkle_motion_dagster.plan.film_format import film_format
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.shot import FaceBox
from sparkle_motion_dagster.units import FrameSize

CLOSEUP = "is_talking_closeup: true"
TIMELINE = PLAN[PLAN.index("dialogue_timeline:") : PLAN.index("render_profile:")]


def with_faces(faces: str) -> str:
    return changed((CLOSEUP, f"{CLOSEUP}\n    metadata: {{faces: {faces}, mood: calm}}"))


def plan_of(folder: Path, text: str) -> MoviePlan:
    return load_plan(write(folder, text)).plan


def talking(plan: MoviePlan) -> list[str]:
    return talking_shots(plan, film_format(plan, Fraction(24), FrameSize(width=1280, height=720)))


def test_faces_are_boxes_or_to_be_found(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        with_faces("{mara: {left: 0.1, top: 0, width: 0.9, height: 0.5}, tom: null}"),
    )
    faces = plan.shots[1].metadata.faces
    assert faces == {"mara": FaceBox(left=0.1, top=0, width=0.9, height=0.5), "tom": None}


def test_a_plan_without_faces_is_written_as_it_ever_was(tmp_path: Path) -> None:
    """Its digest stays, and so does all that hangs on it."""
    shots = plan_of(tmp_path, PLAN).model_dump(mode="json")["shots"]
    assert [shot["metadata"] for shot in shots] == [{}, {}]


@pytest.mark.parametrize(
    ("faces", "message"),
    [
        ("{mary: null}", "'mary' is no character; characters are mara, tom"),
        (
            "{mara: {left: 0.6, top: 0, width: 0.5, height: 0.5}}",
            "ends at 1.1 of the width",
        ),
        ("{mara: {left: 0, top: 0.8, width: 1, height: 0.5}}", "1 of the width and 1.3 of the"),
        ("{mara: {left: -0.1, top: 0, width: 1, height: 0.5}}", "left"),
        ("{mara: {left: 0, top: 0, width: 0, height: 0.5}}", "width"),
        ("{mara: {left: 0, top: 0, width: 1}}", "height"),
    ],
)
def test_faces_that_are_none_are_refused(tmp_path: Path, faces: str, message: str) -> None:
    text = with_faces(faces)
    problem = problem_of(tmp_path, text)
    assert message in str(problem)
    assert problem.line == line_of(text, "faces:")


def test_who_is_heard_is_planned_by_the_timeline(tmp_path: Path) -> None:
    """Mara's line begins in the shot before."""
    assert talking(plan_of(tmp_path, PLAN)) == ["shot_002"]


def test_a_line_that_begins_with_a_shot_is_heard_in_it_alone(tmp_path: Path) -> None:
    """Though the cut lies at a whole frame, up to half a one later than the line begins."""
    later = "start_time_sec: 4.03, duration_sec: 3.47"
    text = changed(
        ("duration_sec: 4.0", "duration_sec: 4.03\n    is_talking_closeup: true"),
        ("{type: silence, start_time_sec: 0.0, duration_sec: 3.5}",
         "{type: silence, start_time_sec: 0.0, duration_sec: 4.03}"),
        ("start_time_sec: 3.5, duration_sec: 4", later),
        ("duration_sec: 1.5", "duration_sec: 1.53"),
        ("    dialogue:\n      - character_id: mara\n        text: Not tonight.\n", ""),
    )  # fmt: skip
    assert talking(plan_of(tmp_path, text)) == ["shot_002"]


def test_who_is_heard_is_planned_by_the_shots(tmp_path: Path) -> None:
    both = "text: Not tonight.\n      - {character_id: tom, text: No.}"
    text = changed((TIMELINE, ""), ("text: Not tonight.\n", f"{both}\n"))
    assert talking(plan_of(tmp_path, text)) == ["shot_002"]
    silent = changed((CLOSEUP, "is_talking_closeup: false"))
    assert talking(plan_of(tmp_path, silent)) == []
