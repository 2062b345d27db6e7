"""A film through the production loop alone: the stages one after the other, no Dagster."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Any

from benchmarks.films import write
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.film.feasibility import check_feasible
from sparkle_motion_dagster.film.intake import freeze_plan, thaw_plan
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.pipeline import run_stages
from sparkle_motion_dagster.film.stages import INPUTS, MOVIE_PLAN, VIDEO_FINAL
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.device import device_of
from sparkle_motion_dagster.resources.engines import engines_of, speakers_chosen
from sparkle_motion_dagster.resources.profiles import EngineChoice, load_profile

_RUN = "film"
_PROFILE = "animatic"


def render_without_dagster(plan: dict[str, Any], folder: Path) -> float:
    """Render a plan into a fresh home, and return how many seconds that took."""
    folder.mkdir(parents=True)
    film = PlainFilm(folder / "home")
    path = write(plan, folder / f"{_RUN}.yaml")
    started = time.perf_counter()
    film.make(path)
    return time.perf_counter() - started


def facilities() -> Facilities:
    """Return what engines may use of this machine under the animatic profile."""
    return Facilities(device_of(load_profile(_PROFILE).gpu, _RUN, "benchmark"))


class PlainFilm:
    """A film on its way through the stages, each published as the assets publish it.

    Args:
        home: The ``$SPARKLE_HOME`` that it is made in.
        speech: The engine that speaks; None: as the animatic profile says.
    """

    def __init__(self, home: Path, speech: str | None = None) -> None:
        profile = load_profile(_PROFILE)
        self.settings = profile.film
        self.bench = Workbench(SparkleHome(home))
        self.facilities = facilities()
        self._manifests: dict[str, StageManifest] = {}
        engines = engines_of(profile, self.facilities)
        if speech is not None:
            speakers = speakers_chosen(EngineChoice(engine=speech), self.facilities)
            engines = dataclasses.replace(engines, speech=speakers)
        self._engines = engines

    def make(self, path: Path, last: str = VIDEO_FINAL) -> None:
        """Make the film of a plan, up to a last stage."""
        self._publish(freeze_plan(_RUN, _PROFILE, path, self.bench))
        frozen = thaw_plan(self._manifests[MOVIE_PLAN], self.bench)
        check_feasible(frozen, self.settings, self._engines)
        for manifest in run_stages(self.stage, self._engines):
            self._publish(manifest)
            if manifest.stage == last:
                return

    def stage(self, name: str) -> MakingStage:
        """Return a stage, with those of its inputs that have been made."""
        folder = self.bench.run_folder(_RUN)
        inputs = self._manifests
        return MakingStage(
            name=name,
            run_id=_RUN,
            profile=_PROFILE,
            settings=self.settings,
            frozen=thaw_plan(inputs[MOVIE_PLAN], self.bench),
            workbench=self.bench,
            inputs={needed: inputs[needed] for needed in INPUTS[name] if needed in inputs},
            progress=Progress(folder, name),
            control=RunControl(folder),
            facilities=self.facilities,
        )

    def _publish(self, manifest: StageManifest) -> None:
        self._manifests[manifest.stage] = manifest
        self.bench.run_folder(_RUN).publish(manifest, self.bench.store)
