"""The same film through the production loop alone: the stages one after the other, no Dagster."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.films import write
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.film.feasibility import check_feasible
from sparkle_motion_dagster.film.intake import freeze_plan, thaw_plan
from sparkle_motion_dagster.film.pipeline import run_stages
from sparkle_motion_dagster.film.stage import MakingStage
from sparkle_motion_dagster.film.stages import INPUTS, MOVIE_PLAN
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.profiles import load_profile

_RUN = "film"
_PROFILE = "animatic"


def render_without_dagster(plan: dict[str, Any], folder: Path) -> float:
    """Render a plan into a fresh home, and return how many seconds that took."""
    folder.mkdir(parents=True)
    film = _PlainFilm(SparkleHome(folder / "home"))
    path = write(plan, folder / f"{_RUN}.yaml")
    started = time.perf_counter()
    film.render(path)
    return time.perf_counter() - started


class _PlainFilm:
    """A film on its way through the stages, each published as the assets publish it."""

    def __init__(self, home: SparkleHome) -> None:
        profile = load_profile(_PROFILE)
        self._settings = profile.film
        self._bench = Workbench(home)
        self._manifests: dict[str, StageManifest] = {}
        gpu = GpuResource(**profile.gpu.model_dump())
        self._facilities = Facilities(gpu.for_stage(_RUN, "benchmark"))
        self._engines = engines_of(profile, self._facilities)

    def render(self, path: Path) -> None:
        self._publish(freeze_plan(_RUN, _PROFILE, path, self._bench))
        frozen, engines = thaw_plan(self._manifests[MOVIE_PLAN], self._bench), self._engines
        check_feasible(frozen, self._settings, engines)
        for manifest in run_stages(self._begin, self._engines):
            self._publish(manifest)

    def _begin(self, name: str) -> MakingStage:
        folder = self._bench.run_folder(_RUN)
        return MakingStage(
            name=name,
            run_id=_RUN,
            profile=_PROFILE,
            settings=self._settings,
            frozen=thaw_plan(self._manifests[MOVIE_PLAN], self._bench),
            workbench=self._bench,
            inputs={needed: self._manifests[needed] for needed in INPUTS[name]},
            progress=Progress(folder, name),
            control=RunControl(folder),
            facilities=self._facilities,
        )

    def _publish(self, manifest: StageManifest) -> None:
        self._manifests[manifest.stage] = manifest
        self._bench.run_folder(_RUN).publish(manifest, self._bench.store)
