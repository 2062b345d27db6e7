"""A ``$SPARKLE_HOME`` to measure in, and what its runs say of themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.films import write
from benchmarks.watch import Cost, watch
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, STAGES, VIDEO_FINAL

SPARKLE = Path(sys.executable).with_name("sparkle")
RUN = "film"


@dataclass(frozen=True)
class Render:
    """One `sparkle render`.

    Attributes:
        cost: Of the whole command.
        run_s: Of it, from the run's start to its end, as Dagster has it; the rest is start-up.
        manifests: What the run left behind.
    """

    cost: Cost
    run_s: float
    manifests: Mapping[str, StageManifest]

    @property
    def start_up_s(self) -> float:
        """What is not the run: Python, imports, the instance."""
        return self.cost.seconds - self.run_s

    @property
    def made(self) -> int:
        """How many items engines made."""
        return sum(
            len(manifest.provenance.made)
            for stage, manifest in self.manifests.items()
            if stage != MOVIE_PLAN
        )

    def stage_seconds(self) -> dict[str, float]:
        """Return how long each stage's engines worked."""
        return {
            stage: round(manifest.provenance.seconds, 2)
            for stage, manifest in self.manifests.items()
        }


class Studio:
    """A fresh home in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self.home = SparkleHome(folder / "home")

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"SPARKLE_HOME": str(self.home.root), "PYTHONWARNINGS": "ignore"}

    @property
    def film(self) -> Path:
        return self.home.runs / RUN / VIDEO_FINAL / f"{RUN}.mp4"

    def sparkle(self, *arguments: str) -> None:
        """Run a `sparkle` command that must succeed."""
        subprocess.run(
            [str(SPARKLE), *arguments], env=self.environment, check=True, stdout=subprocess.DEVNULL
        )

    def render(self, plan: dict[str, Any]) -> Render:
        path = write(plan, self._folder / f"{RUN}.yaml")
        cost = watch([str(SPARKLE), "render", str(path)], self.environment)
        folder = RunFolder(self.home, RUN)
        found = {stage: folder.read(stage) for stage in STAGES}
        manifests = {stage: manifest for stage, manifest in found.items() if manifest}
        return Render(cost, self._last_run_s(), manifests)

    def _last_run_s(self) -> float:
        from dagster import DagsterInstance

        with DagsterInstance.from_config(str(self.home.dagster)) as instance:
            record = instance.get_run_records(limit=1)[0]
        if record.start_time is None or record.end_time is None:
            raise RuntimeError("the run has no start or no end")
        return record.end_time - record.start_time
