"""Having a plan written in this process, and showing it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.stages import DRAFT, PLAN_DRAFT
from sparkle_motion_dagster.operations.drafts import approve_draft, draft_file
from sparkle_motion_dagster.plan.run_ids import check_run_id, run_id_of
from sparkle_motion_dagster.resources.profiles import EngineChoice, Profile, load_profile
from sparkle_motion_dagster.runs.names import WRITE_PLAN

if TYPE_CHECKING:
    from sparkle_motion_dagster.plan.models import MoviePlan

_WORDS_OF_A_NAME = 5


@dataclass(frozen=True)
class Order:
    """A plan that somebody wants written, as the command line says it."""

    prompt: str
    plan: Path | None
    run_id: str | None
    profile: str
    seconds: float | None
    style: str | None
    language: str | None
    seed: int
    writer: str | None
    settings: Sequence[str]

    @property
    def film(self) -> str:
        """What the film is called.

        Raises:
            InputError: It cannot be called so.
        """
        if self.run_id is not None:
            return check_run_id(self.run_id)
        if self.plan is not None:
            return run_id_of(self.plan.stem)
        return run_id_of(" ".join(self.prompt.split()[:_WORDS_OF_A_NAME]))


def write_draft_here(order: Order, *, approved: bool) -> None:
    """Have a plan written in this process, and show it; a failure ends the command.

    Raises:
        InputError: The prompt, the profile or a setting is wrong.
    """
    from sparkle_motion_dagster.assets.plan_draft import DraftConfig
    from sparkle_motion_dagster.cli.running import make_here
    from sparkle_motion_dagster.plan.reading.loading import load_plan
    from sparkle_motion_dagster.runs.starting import PlannedRun

    home = SparkleHome.from_environment()
    profile = load_profile(order.profile)
    config = DraftConfig(
        prompt=order.prompt,
        plan=None if order.plan is None else str(order.plan.resolve()),
        seconds=order.seconds,
        style=order.style,
        language=order.language,
        seed=order.seed,
    )
    config.brief(order.prompt, None if order.plan is None else load_plan(order.plan).plan)
    run_config = config.run_config(profile, _writer(order, profile))
    ran = make_here(home, PlannedRun(order.film, WRITE_PLAN, run_config))
    _show(home, order.film)
    for warning in ran.warnings:
        click.secho(f"  Warning: {warning}", err=True, fg="yellow")
    if approved:
        laid = approve_draft(RunFolder(home, order.film), "unseen: sparkle write --approve")
        click.echo(f"{laid.path}\nThe inbox renders it (`sparkle ui`), or `sparkle render` does.")


def _writer(order: Order, profile: Profile) -> EngineChoice | None:
    """Return who writes, where that is not as the profile says."""
    given = dict(_setting(text) for text in order.settings)
    chosen = profile.engine("writer")
    if order.writer is None or order.writer == chosen.engine:
        settings = {**chosen.settings, **given}
        return chosen.model_copy(update={"settings": settings}) if given else None
    return EngineChoice(engine=order.writer, settings=given)


def _setting(text: str) -> tuple[str, Any]:
    """Return a setting as the command line says it: its value is YAML.

    Raises:
        InputError: It is none.
    """
    name, equals, value = text.partition("=")
    try:
        return name.strip(), YAML(typ="safe", pure=True).load(value) if equals else _none(text)
    except YAMLError as error:
        raise InputError(f"The setting {name} has a value that cannot be read: {error}") from error


def _none(text: str) -> Mapping[str, Any]:
    raise InputError(f"--setting {text}: write NAME=VALUE.")


def _show(home: SparkleHome, run_id: str) -> None:
    """Print a draft as one reads it: who says what in which shot, or what is otherwise."""
    from sparkle_motion_dagster.plan.editing import plan_in

    path = draft_file(run_id)
    _, plan = plan_in(path.read_text(encoding="utf-8"))
    seconds = math.fsum(shot.duration_sec for shot in plan.shots)
    click.echo(f"{plan.title}: {len(plan.shots)} shots, {seconds:.0f} s")
    for line in _differences(home, run_id) or _told(plan):
        click.echo(line)
    click.echo(str(path))
    click.echo(
        f"Edit it as you like. `sparkle approve {run_id} plan_draft` has it rendered, "
        f"`sparkle render {path} --run-id {run_id}` renders it here.",
        err=True,
    )


def _differences(home: SparkleHome, run_id: str) -> list[str]:
    """Return what is otherwise in a draft than in the plan that it changes, if it changes one."""
    folder = RunFolder(home, run_id)
    manifest = folder.read(PLAN_DRAFT)
    told = None if manifest is None else manifest.find(DRAFT, "differences")
    if told is None:
        return []
    return (folder.stage(PLAN_DRAFT) / told.file).read_text(encoding="utf-8").splitlines()


def _told(plan: MoviePlan) -> list[str]:
    names = {one.id: one.name for one in plan.characters}
    lines = []
    for number, shot in enumerate(plan.shots, 1):
        lines.append(f"{number:4} {shot.duration_sec:5.1f} s  {shot.visual_description}")
        lines += [f"{'':12}{names[one.character_id]}: {one.text}" for one in shot.dialogue]
    return lines
