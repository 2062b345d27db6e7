"""The same film, however many of its items were in work at the same time."""

from __future__ import annotations

from pathlib import Path

from devices import on_cpu
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.film.pipeline import run_stages
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import Plan, five_shots, write_plan
from theatre import Theatre


def film() -> Plan:
    """Return three shots that dissolve into each other, with something written in each."""
    plan = five_shots()
    plan["shots"], plan["base_images"] = plan["shots"][2:], plan["base_images"][2:]
    plan["render_profile"]["burned_captions"] = "lines"
    for shot in plan["shots"]:
        shot["duration_sec"] = 1.0
    for shot in plan["shots"][:2]:
        shot["transition"] = "dissolve"
        shot["on_screen_text"] = [{"text": shot["id"], "place": "top"}]
    return plan


def made(home: Path, plan: Path, at_once: int) -> dict[str, StageManifest]:
    theatre = Theatre(Workbench(SparkleHome(home), at_once=at_once), plan)
    engines = engines_of(load_profile("animatic"), on_cpu())
    taken_in = theatre.intake()
    left = {taken_in.stage: taken_in}
    for manifest in run_stages(lambda name: theatre.stage(name, *left.values()), engines):
        theatre.bench.run_folder("film").publish(manifest, theatre.bench.store)
        left[manifest.stage] = manifest
    return left


def test_a_film_is_the_same_however_many_items_are_in_work(tmp_path: Path) -> None:
    plan = write_plan(film(), tmp_path / "film.yaml")
    alone, *others = (made(tmp_path / f"home_{n}", plan, n) for n in (1, 2, 4))
    for other in others:
        for stage, manifest in alone.items():
            assert other[stage].content_digest == manifest.content_digest, stage
    assert alone[VIDEO_FINAL].artifacts
