"""Films made by the production loop alone: what a render makes, without Dagster's record of it.

Most of what a render of a film of three seconds takes is Dagster's: some two hundred events, each
written to disk. Tests of what is made, and of what an edit makes again, need none of them;
`tests/test_bare_films.py` holds that what is made is the same, byte by byte.
"""

from __future__ import annotations

from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.film.feasibility import check_feasible
from sparkle_motion_dagster.film.intake import check_free, freeze_plan, thaw_plan
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.pipeline import run_stages
from sparkle_motion_dagster.film.stages import INPUTS
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.profiles import load_profile


def make_film(home: SparkleHome, path: Path, run_id: str, profile: str = "animatic") -> None:
    """Take the film of a plan file through all its stages, each published as the assets do.

    Raises:
        SparkleError: The plan is wrong, its run is another film's, or a stage fails.
    """
    shape = load_profile(profile)
    bench = Workbench(home)
    folder = bench.run_folder(run_id)
    gpu = GpuResource(**shape.gpu.model_dump())
    facilities = Facilities(gpu.for_stage(run_id, "film"))
    engines = engines_of(shape, facilities)
    made: dict[str, StageManifest] = {}

    with folder.held():
        check_free(run_id, profile, path, bench)
        plan = freeze_plan(run_id, profile, path, bench)
        folder.publish(plan, bench.store)
        made[plan.stage] = plan
        frozen = thaw_plan(plan, bench)
        check_feasible(frozen, shape.film, engines)

        def begin(name: str) -> MakingStage:
            return MakingStage(
                name=name,
                run_id=run_id,
                profile=profile,
                settings=shape.film,
                frozen=frozen,
                workbench=bench,
                inputs={needed: made[needed] for needed in INPUTS[name]},
                progress=Progress(folder, name),
                control=RunControl(folder),
                facilities=facilities,
                choices=folder.choices.read(),
            )

        for manifest in run_stages(begin, engines):
            folder.publish(manifest, bench.store)
            made[manifest.stage] = manifest
