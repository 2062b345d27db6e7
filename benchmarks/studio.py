"""A ``$SPARKLE_HOME`` to measure in, and what its runs say of themselves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.checkout import HERE, Checkout
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
        run_s: Of it, from the run's start to its end, as Dagster has it; the rest is start-up. Of a
            film that was up to date, for which no run is started, it is 0.
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
    """A fresh home in a folder.

    Args:
        folder: Where the home, plans and what they refer to are.
        checkout: Whose `sparkle` works in it.
    """

    def __init__(self, folder: Path, checkout: Checkout = HERE) -> None:
        folder.mkdir(parents=True)
        self.folder, self._checkout = folder, checkout
        self.home = SparkleHome(folder / "home")

    def copy(self, folder: Path) -> Studio:
        """Return a studio in another folder that has all that this one has."""
        copied = Studio(folder, self._checkout)
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return copied

    @property
    def environment(self) -> dict[str, str]:
        return self._checkout.environment | {"SPARKLE_HOME": str(self.home.root)}

    @property
    def film(self) -> Path:
        return self.home.runs / RUN / VIDEO_FINAL / f"{RUN}.mp4"

    def sparkle(self, *arguments: str) -> None:
        """Run a `sparkle` command that must succeed."""
        subprocess.run(
            [*self._checkout.sparkle, *arguments],
            env=self.environment,
            cwd=self._checkout.root,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def render(self, plan: dict[str, Any], *options: str, **variables: str) -> Render:
        """Render a plan with `sparkle render`.

        Args:
            plan: The plan; what it refers to lies in the studio's folder.
            options: Further arguments of the command.
            variables: Further variables of the command's environment.

        Raises:
            RuntimeError: The command failed, or what it rendered is not the run that is measured.
        """
        path, began = write(plan, self.folder / f"{RUN}.yaml"), datetime.now(UTC)
        cost = watch(
            [*self._checkout.sparkle, "render", str(path), *options],
            self.environment | variables,
            self._checkout.root,
        )
        if not self.film.is_file():
            raise RuntimeError(f"no film {self.film}, but {cost.output.strip()}")
        folder = RunFolder(self.home, RUN)
        found = {stage: folder.read(stage) for stage in STAGES}
        manifests = {
            stage: manifest
            for stage, manifest in found.items()
            if manifest and manifest.provenance.created_at >= began
        }
        return Render(cost, self._last_run_s() if manifests else 0.0, manifests)

    def _last_run_s(self) -> float:
        from dagster import DagsterInstance

        with DagsterInstance.from_config(str(self.home.dagster)) as instance:
            record = instance.get_run_records(limit=1)[0]
        if record.start_time is None or record.end_time is None:
            raise RuntimeError("the run has no start or no end")
        return record.end_time - record.start_time
