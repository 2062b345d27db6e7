"""What is planned of shots before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices import on_cpu
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.film.feasibility import planned_shots
from sparkle_motion_dagster.plan.film_format import film_format
from sparkle_motion_dagster.plan.loading import load_plan
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import EXAMPLES


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_can_be_rendered_as_a_cinematic_film(path: Path) -> None:
    plan = load_plan(path).plan
    settings = load_profile("cinematic").film
    shots = planned_shots(plan, film_format(plan, settings.frame_rate, settings.size))
    assert [shot.id for shot in shots] == [shot.id for shot in plan.shots]
    assert [shot.ends_on_keyframe for shot in shots].index(True) == len(shots) - 1
    assert sum(shot.frames for shot in shots) == round(plan.planned_seconds * 16)
    engine = WanEngine(WanSettings(), on_cpu())
    engine.rendering_with(plan.render_profile.video.model_id).check_shots(shots)
