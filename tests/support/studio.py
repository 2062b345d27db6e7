"""A studio for tests: films rendered for real into a home of their own, and measured."""

from __future__ import annotations

import contextlib
import copy
import functools
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from click.testing import CliRunner
from dagster import (
    AssetCheckEvaluation,
    AssetCheckResult,
    DagsterEventType,
    DagsterInstance,
)
from filelock import FileLock
from ruamel.yaml import YAML

import forked
from bare_films import make_film
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.film.stages import STAGES

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "examples" / "plans"
SMALL = "160x90"
PROGRAMS = Path(sys.executable).parent

Plan = dict[str, Any]

_EVER = datetime.min.replace(tzinfo=UTC)

PLAN_FORMAT_EXAMPLE = """
title: Harbour Light
characters:
  - {id: mara, name: Mara, description: "lighthouse keeper, fifties", voice_profile: {voice_id: emma, language: en-US}}
base_images:
  - {id: frame_000, prompt: "storm over a stone lighthouse, dusk, 35mm"}
  - {id: frame_001, prompt: "lamp room interior, brass lens, warm light", metadata: {seed: 11}}
  - {id: frame_002, prompt: "close-up of Mara's face lit by the lamp"}
shots:
  - {id: shot_001, duration_sec: 4.0, setting: cliff, visual_description: "camera climbs the tower",
     start_base_image_id: frame_000, end_base_image_id: frame_001, motion_prompt: "slow crane up"}
  - {id: shot_002, duration_sec: 5.0, visual_description: "Mara speaks to the storm", is_talking_closeup: true,
     start_base_image_id: frame_001, end_base_image_id: frame_002,
     dialogue: [{character_id: mara, text: "Not tonight."}]}
dialogue_timeline:
  - {type: silence, start_time_sec: 0.0, duration_sec: 5.0}
  - {type: dialogue, character_id: mara, text: "Not tonight.", start_time_sec: 5.0, duration_sec: 2.5}
  - {type: silence, start_time_sec: 7.5, duration_sec: 1.5}
render_profile: {video: {model_id: wan-2.1, max_fps: 24}, metadata: {resolution: 1280x720}}
metadata: {plan_id: harbour-light, seed: "1234"}
"""  # noqa: E501 - the plan of the format's own description, as it stands there


def plan_format_example() -> Plan:
    """Return the plan that the description of the plan format ends with."""
    return copy.deepcopy(_read(PLAN_FORMAT_EXAMPLE))


def short_film() -> Plan:
    """Return that plan with two short shots, very small: a film that has every stage."""
    plan = plan_format_example()
    for shot, seconds in zip(plan["shots"], (1.0, 2.0), strict=True):
        shot["duration_sec"] = seconds
    quiet, line, rest = plan["dialogue_timeline"]
    quiet["duration_sec"] = 1.0
    line |= {"start_time_sec": 1.0, "duration_sec": 1.5}
    rest |= {"start_time_sec": 2.5, "duration_sec": 0.5}
    plan["render_profile"]["video"]["max_fps"] = 12
    plan["render_profile"]["metadata"]["resolution"] = "128x72"
    return plan


def silent_shot() -> Plan:
    """Return the first shot of the short film by itself."""
    plan = short_film()
    plan["shots"], plan["base_images"] = plan["shots"][:1], plan["base_images"][:2]
    del plan["dialogue_timeline"]
    return plan


def example(name: str, resolution: str | None = SMALL) -> Plan:
    """Return an example plan, by default at a size and a rate that render in seconds."""
    plan = copy.deepcopy(_read((EXAMPLES / f"{name}.yaml").read_text()))
    if resolution:
        plan["render_profile"].setdefault("metadata", {})["resolution"] = resolution
        plan["render_profile"]["video"]["max_fps"] = 12
    return plan


@functools.cache
def _read(text: str) -> Plan:
    """Return a plan, read once: that takes longer than to copy it."""
    plan: Plan = YAML(typ="safe", pure=True).load(text)
    return plan


def five_shots() -> Plan:
    """Return a part of the longest example: four silent shots, and a talking close-up.

    Its line has no time of its own.
    """
    plan = example("twenty_shots")
    plan["shots"], plan["base_images"] = plan["shots"][1:6], plan["base_images"][1:7]
    return plan


def write_plan(plan: Plan, path: Path) -> Path:
    """Write a plan as YAML."""
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(plan, file)
    return path


@dataclass(frozen=True)
class Rendered:
    """What a render left: the manifests, and how many action records it added.

    What was `made` before it began, as `since` says, was not made by it.
    """

    manifests: Mapping[str, StageManifest]
    new_actions: int
    since: datetime = _EVER
    checks: Mapping[str, AssetCheckResult] = field(default_factory=dict)
    """What its checks found, by name, where the production loop alone has made it."""

    @property
    def made(self) -> dict[str, list[str]]:
        """Return the item ids that were made, of the stages that made any."""
        return {
            stage: sorted(manifest.provenance.made)
            for stage, manifest in self.manifests.items()
            if stage != "movie_plan" and manifest.provenance.made
            if manifest.provenance.created_at >= self.since
        }

    @property
    def content(self) -> dict[str, str]:
        """Return the content digest of every stage."""
        return {stage: manifest.content_digest for stage, manifest in self.manifests.items()}

    @property
    def warnings(self) -> dict[str, tuple[str, ...]]:
        """Return what the checks of every stage warn of."""
        return {stage: manifest.warnings for stage, manifest in self.manifests.items()}

    @property
    def digests(self) -> dict[str, str]:
        """Return the digest of every file, by stage and file name."""
        return {
            f"{stage}/{artifact.file}": artifact.sha256
            for stage, manifest in self.manifests.items()
            for artifact in manifest.artifacts
        }


class Studio:
    """A ``$SPARKLE_HOME`` of its own, and the commands that work on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = SparkleHome(root / "home")
        self.plans = root / "plans"
        self.plans.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the studio's commands."""
        return os.environ | {
            "SPARKLE_HOME": str(self.home.root),
            "SPARKLE_PLANS": str(self.plans),
            "SPARKLE_GPU_LOCKS": str(self.root / "gpu"),
            "DAGSTER_HOME": str(self.home.dagster),
            "PYTHONWARNINGS": "ignore",
            "COLUMNS": "200",
        }

    def command(
        self, *arguments: str | Path, timeout_s: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the virtual environment to its end."""
        program, *rest = map(str, arguments)
        return subprocess.run(
            [str(PROGRAMS / program), *rest],
            env=self.environment,
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def sparkle(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the `sparkle` command."""
        return forked.run(["sparkle", *map(str, arguments)], self.environment, self.root, 300)

    def sparkle_here(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the `sparkle` command in this process, which has imported torch once for all."""
        words = list(map(str, arguments))
        with self._environment_here():
            ended = CliRunner().invoke(main, words)
        if not isinstance(ended.exception, SystemExit | None):
            raise ended.exception
        return subprocess.CompletedProcess(words, ended.exit_code, ended.stdout, ended.stderr)

    @contextlib.contextmanager
    def _environment_here(self) -> Iterator[None]:
        """Have this process be as one of the studio's, and then as it was before, whatever it set.

        Dagster has a run end at SIGTERM as at Ctrl-C, and leaves it so.
        """
        variables, handler = dict(os.environ), signal.getsignal(signal.SIGTERM)
        with contextlib.chdir(self.root):
            _have_variables(self.environment)
            try:
                yield
            finally:
                _have_variables(variables)
                if threading.current_thread() is threading.main_thread():
                    signal.signal(signal.SIGTERM, handler)

    def dagster(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the `dagster` command."""
        return forked.run(["dagster", *map(str, arguments)], self.environment, self.root, 300)

    def python(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program of ours, by its file."""
        return forked.run(["python", *map(str, arguments)], self.environment, self.root, 300)

    def write(self, plan: Plan, name: str = "film") -> Path:
        """Write a plan into the plans folder."""
        return write_plan(plan, self.plans / f"{name}.yaml")

    def render(self, plan: Plan, name: str = "film", *options: str) -> Rendered:
        """Render a plan with `sparkle render`, which must succeed."""
        before, began = self.actions(), datetime.now(UTC)
        result = self.sparkle("render", self.write(plan, name), *options)
        assert result.returncode == 0, result.stderr
        return Rendered(self.manifests(name), self.actions() - before, began)

    def make(self, plan: Plan, name: str = "film") -> Rendered:
        """Make a plan's film by the production loop alone, in this process; see `bare_films`."""
        return self.make_file(self.write(plan, name), name)

    def make_file(self, path: Path, run_id: str, profile: str = "animatic") -> Rendered:
        """Make a plan file's film so."""
        before = self.actions()
        with self._environment_here():
            found = make_film(self.home, path, run_id, profile)
        made = self.actions() - before
        return Rendered(self.manifests(run_id), made, checks=_by_name(found))

    def actions(self) -> int:
        """Return how many action records there are."""
        return len(list(ActionLog(self.home.actions).paths()))

    def checks(self) -> dict[str, AssetCheckEvaluation]:
        """Return what the asset checks of the last run found, by name."""
        with DagsterInstance.from_config(str(self.home.dagster)) as instance:
            (run,) = instance.get_runs(limit=1)
            events = [
                entry.dagster_event
                for entry in instance.all_logs(run.run_id, DagsterEventType.ASSET_CHECK_EVALUATION)
            ]
        return _by_name(event.asset_check_evaluation_data for event in events if event is not None)

    def manifests(self, run_id: str = "film") -> dict[str, StageManifest]:
        """Return the manifests of all stages that a run has."""
        folder = RunFolder(self.home, run_id)
        found = {stage: folder.read(stage) for stage in STAGES}
        return {stage: manifest for stage, manifest in found.items() if manifest is not None}

    def rendered(self, run_id: str = "film") -> Rendered:
        """Return what a run has left so far."""
        return Rendered(self.manifests(run_id), 0)

    def film(self, run_id: str = "film") -> Path:
        """Return where a run's film lies."""
        return self.home.runs / run_id / "video_final" / f"{run_id}.mp4"

    def copy(self, root: Path) -> Studio:
        """Return a studio elsewhere that has all that this one has."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        return Studio(root)


_Checked = TypeVar("_Checked", AssetCheckEvaluation, AssetCheckResult)


def _by_name(found: Iterable[_Checked]) -> dict[str, _Checked]:
    """Return what checks found by their names.

    Of a check that several stages make, it is the first that something breaks, else the first.
    """
    told: dict[str, _Checked] = {}
    for one in sorted(found, key=lambda one: one.passed):
        told.setdefault(str(one.check_name), one)
    return told


def _have_variables(wanted: Mapping[str, str]) -> None:
    """Give this process these environment variables, and no others."""
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    os.environ |= wanted


class Gallery:
    """Films that whoever comes first makes, in studios that nobody changes: copy them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def short_film(self) -> Studio:
        """Return the studio with the short film, which `sparkle render` has rendered."""
        return self._with_film("short_film", lambda studio: studio.render(short_film()))

    def five_shots(self) -> Studio:
        """Return the studio with the film of five shots, which was made without Dagster."""
        return self._with_film("five_shots", lambda studio: studio.make(five_shots()))

    def example(self, name: str) -> Studio:
        """Return the studio with an example's film, small, and made without Dagster."""
        return self._with_film(name, lambda studio: studio.make(example(name)))

    def _with_film(self, name: str, make: Callable[[Studio], Rendered]) -> Studio:
        studio = Studio(self._root / name)
        with FileLock(self._root / f"{name}.lock"):
            if not studio.film().exists():
                make(studio)
        return studio
