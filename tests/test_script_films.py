"""Every script of tests/data/scripts becomes a film that passes its checks: `make test-scripts`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sparkle_motion_dagster.plan.reading.loading import load_plan
from studio import Studio

pytestmark = pytest.mark.scripts

SCRIPTS = sorted((Path(__file__).parent / "data" / "scripts").iterdir())
TOLD = {"prompt_read", "all_spoken"}
"""Checks that say what a film leaves out: words that nobody draws, signs that nobody speaks."""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_becomes_a_film_that_passes_its_checks(script: Path, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    plan = studio.plans / "film.yaml"
    wrote = studio.sparkle("write", "--from", shutil.copy(script, studio.plans), "--to", plan)
    assert wrote.returncode == 0, wrote.stderr
    plan.write_text(f"{plan.read_text().rstrip()}\n  resolution: 160x90\n")
    rendered = studio.sparkle("render", plan)
    assert rendered.returncode == 0, rendered.stderr
    assert {name for name, check in studio.checks().items() if not check.passed} <= TOLD
    made = studio.rendered().made
    assert set(made["shot_clips"]) >= {shot.id for shot in load_plan(plan).plan.shots}
