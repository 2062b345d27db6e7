"""Having a plan written in this process, and showing it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from sparkle_motion_dagster.api.naming import film_and_profile, name_of_prompt
from sparkle_motion_dagster.api.reviewing import how_it_is_rendered
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import warn
from sparkle_motion_dagster.cli.options import said_settings
from sparkle_motion_dagster.errors import InputError, reasons
from sparkle_motion_dagster.film.intake import draft_file, find_plan
from sparkle_motion_dagster.film.stages import DRAFT, PLAN_DRAFT
from sparkle_motion_dagster.resources.profiles import load_profile
from sparkle_motion_dagster.runs.names import WRITE_PLAN
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment, WriterChoice
from sparkle_motion_dagster.shotlist.writing.prompt_files import name_of, read_prompt_file

if TYPE_CHECKING:
    from sparkle_motion_dagster.plan.models import MoviePlan


@dataclass(frozen=True)
class Options:
    """What the command line says of a plan to be written; None and nothing: it says nothing."""

    seconds: float | None
    style: str | None
    language: str | None
    seed: int | None
    writer: str | None
    settings: Sequence[str]
    approve: bool

    def over(self, asked: Assignment) -> Assignment:
        """Return an assignment as the command line changes it.

        Raises:
            InputError: An option is wrong.
        """
        said = {
            "seconds": self.seconds,
            "style": self.style,
            "language": self.language,
            "seed": self.seed,
            "writer": self._writer(asked.writer),
            "approve": self.approve or None,
        }
        given = {name: value for name, value in said.items() if value is not None}
        return _assignment(dict(asked) | given)

    def _writer(self, asked: WriterChoice) -> WriterChoice:
        given = said_settings(self.settings)
        if self.writer in (None, asked.engine):
            return asked.model_copy(update={"settings": {**asked.settings, **given}})
        return WriterChoice(engine=self.writer, settings=given)


def write_from_prompt(
    prompt: str, run_id: str | None, profile: str | None, options: Options
) -> None:
    """Have a plan about a prompt written in this process, and show it.

    Raises:
        InputError: The prompt, the profile or an option is wrong.
    """
    asked = options.over(_assignment({"prompt": prompt}))
    _write_here(asked, *_film(run_id, name_of_prompt(prompt), profile))


def write_from_plan(
    plan: Path, prompt: str, run_id: str | None, profile: str | None, options: Options
) -> None:
    """Have a plan changed in this process as a prompt says, and show what is otherwise.

    Raises:
        InputError: The plan, the prompt, the profile or an option is wrong.
    """
    from sparkle_motion_dagster.plan.reading.loading import load_plan

    load_plan(plan)
    asked = options.over(_assignment({"prompt": prompt}))
    _write_here(asked, *_film(run_id, plan.stem, profile), plan)


def write_from_prompt_file(
    file: Path, run_id: str | None, profile: str | None, options: Options
) -> None:
    """Have a plan written in this process as a prompt file says, and show it.

    Raises:
        InputError: The file, the profile or an option is wrong.
    """
    from sparkle_motion_dagster.resources.engines import check_prompt_file

    written = read_prompt_file(file)
    film, of = _film(run_id, name_of(file), profile)
    check_prompt_file(written, load_profile(of))
    _write_here(options.over(written), film, of)


def _film(run_id: str | None, name: str, profile: str | None) -> tuple[str, str]:
    return film_and_profile(SparkleHome.from_environment(), run_id, name, profile)


def _write_here(asked: Assignment, film: str, profile: str, before: Path | None = None) -> None:
    """Have a plan written, and show it; a failure ends the command."""
    from sparkle_motion_dagster.assets.plan_draft import writing_config
    from sparkle_motion_dagster.cli.running import make_here
    from sparkle_motion_dagster.runs.starting import PlannedRun

    home = SparkleHome.from_environment()
    run_config = writing_config(asked, load_profile(profile), before)
    ran = make_here(home, PlannedRun(film, WRITE_PLAN, run_config))
    _show(home, film)
    for warning in ran.warnings:
        warn(warning)
    _say_next(home, film, approved=asked.approve)


def _assignment(said: Mapping[str, object]) -> Assignment:
    """Return an assignment.

    Raises:
        InputError: Something of it is out of bounds.
    """
    try:
        return Assignment.model_validate(said)
    except ValidationError as error:
        raise InputError(f"That cannot be written about: {reasons(error, 'it')}.") from error


def _show(home: SparkleHome, film: str) -> None:
    """Print a draft as one reads it: who says what in which shot, or what is otherwise."""
    from sparkle_motion_dagster.plan.editing import plan_in

    folder = RunFolder(home, film)
    text = (folder.stage(PLAN_DRAFT) / f"{DRAFT}.yaml").read_text(encoding="utf-8")
    _, plan = plan_in(text)
    seconds = math.fsum(shot.duration_sec for shot in plan.shots)
    click.echo(f"{plan.title}: {len(plan.shots)} shots, {seconds:.0f} s")
    for line in _differences(folder) or _told(plan):
        click.echo(line)
    click.echo(str(draft_file(film)))


def _say_next(home: SparkleHome, film: str, *, approved: bool) -> None:
    plan = find_plan(film)
    if approved and plan is not None:
        click.echo(f"It is the film's plan: {plan}", err=True)
        click.echo(how_it_is_rendered(home, film, plan), err=True)
        return
    click.echo(
        f"Read it, and edit it as you like. `sparkle approve {film} {PLAN_DRAFT}` makes it the "
        "film's plan, to be rendered.",
        err=True,
    )


def _differences(folder: RunFolder) -> list[str]:
    """Return what is otherwise in a draft than in the plan that it changes, if it changes one."""
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
