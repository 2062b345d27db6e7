"""Limits as plans and profiles say them: which ones hold, and what they leave as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_texts import PLAN, changed, problem_of, write
from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.plan.limits import Limits
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.resources.profiles import load_profile

EXAMPLE = Path(__file__).parents[2] / "examples" / "plans" / "harbour_light.yaml"
LIMITED = ("render_profile:\n", "render_profile:\n  limits: {gpu_minutes: 30, usd: 0.5}\n")


def settings(limits: Limits) -> FilmSettings:
    return load_profile("animatic").film.model_copy(update={"limits": limits})


def test_a_plan_without_limits_has_the_digest_it_had_before_there_were_any() -> None:
    digest = digest_json(load_plan(EXAMPLE).plan.model_dump(mode="json"))
    assert digest == "b4cadf1b66686a1ca2ecc896c1a2bd2f5d32a2fcffb41068f1e56162c4e3322d"


def test_the_lower_of_plan_and_profile_holds(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path, changed(LIMITED))).plan
    of_profile = settings(Limits(gpu_minutes=10, usd=2, disk_gb=5))
    assert of_profile.limits_of(plan) == Limits(gpu_minutes=10, usd=0.5, disk_gb=5)
    assert settings(Limits()).limits_of(plan) == Limits(gpu_minutes=30, usd=0.5)
    assert not settings(Limits()).limits_of(load_plan(write(tmp_path, PLAN)).plan)


@pytest.mark.parametrize("said", ["{gpu_minutes: -1}", "{usd: '2'}", "{usd: .inf}", "{euros: 3}"])
def test_wrong_limits_are_named_by_their_field(tmp_path: Path, said: str) -> None:
    problem = problem_of(tmp_path, changed((LIMITED[0], f"render_profile:\n  limits: {said}\n")))
    assert problem.field.startswith("render_profile.limits.")
    assert problem.line is not None
