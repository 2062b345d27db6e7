from __future__ import annotations

from pathlib import Path

from plan_texts import changed, write
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.seeds import derive_seed, keyframe_seed, line_seed, shot_seed


def plan_of(folder: Path, *changes: tuple[str, str]) -> MoviePlan:
    return load_plan(write(folder, changed(*changes))).plan


def test_derived_seeds_never_change() -> None:
    # Golden: another value would make every picture of every film anew.
    assert derive_seed(0, "shot_001") == 654_893_334
    assert derive_seed(0, "shot_001") != derive_seed(1, "shot_001") != derive_seed(1, "shot_002")


def test_items_use_their_own_seed_first(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ("id: shot_002", "id: shot_002\n    seed: 5"))
    assert shot_seed(plan, plan.shots[0]) == derive_seed(1234, "shot_001")
    assert shot_seed(plan, plan.shots[1]) == 5
    assert keyframe_seed(plan, plan.base_images[0]) == derive_seed(1234, "frame_000")
    assert keyframe_seed(plan, plan.base_images[1]) == 11


def test_a_plan_without_a_seed_counts_from_0(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ('  seed: "1234"\n', ""))
    assert shot_seed(plan, plan.shots[0]) == derive_seed(0, "shot_001")


def test_lines_are_seeded_by_who_says_what(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ("language: en-US", "language: en-US\n      seed: 0"))
    mara, tom = plan.characters
    assert line_seed(plan, mara, "Not tonight.") == 0
    assert line_seed(plan, tom, "Yes.") == line_seed(plan, tom, "Yes.")
    assert len({line_seed(plan, tom, text) for text in ("Yes.", "No.", "Why?")}) == 3
    assert all(0 <= derive_seed(7, str(number)) < 2**32 for number in range(1000))
