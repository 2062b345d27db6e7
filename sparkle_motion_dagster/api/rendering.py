"""What ``import sparkle_motion_dagster as sparkle`` offers: rendering from Python.

Errors are `SparkleError`, by family. A process renders one film at a time; where a loop is
running (a notebook, an async program) a render takes the thread that it was called in.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import MediaFacts, StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import BusyError as BusyError
from sparkle_motion_dagster.errors import InputError as InputError
from sparkle_motion_dagster.errors import SparkleError as SparkleError
from sparkle_motion_dagster.film.checks.verdict import warnings_of
from sparkle_motion_dagster.film.intake import check_free, foreseen_plan
from sparkle_motion_dagster.film.stages import FILM, MOVIE_PLAN, PLAN_DRAFT, STAGES, VIDEO_FINAL
from sparkle_motion_dagster.forecast.explanation import Explanation as Explanation
from sparkle_motion_dagster.operations.drafts import plan_to_render
from sparkle_motion_dagster.plan.models import MoviePlan as MoviePlan
from sparkle_motion_dagster.plan.reading import loading
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.profiles import (
    chosen_run_id,
    load_profile,
    own_profile,
)
from sparkle_motion_dagster.runs.failures import RunFailedError as RunFailedError
from sparkle_motion_dagster.runs.failures import failures_of
from sparkle_motion_dagster.runs.names import FINALIZE_MOVIE, RENDER_MOVIE, STAGES_OF_JOB
from sparkle_motion_dagster.runs.starting import EndedRun, PlannedRun, execute_here

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from sparkle_motion_dagster.forecast.forecast import Foresight

_log = logging.getLogger(__name__)


class NoFilmError(SparkleError):
    """A film has not been made, or not to its end."""


@dataclass(frozen=True)
class Film:
    """A finished film.

    Attributes:
        run_id: Its name, and its folder's in ``$SPARKLE_HOME/runs``.
        profile: Under which profile it was rendered.
        path: The MP4.
        poster: A frame of it as JPEG, without the caption strip.
        captions: Its captions, by format (``srt``, ``vtt``); none where nobody speaks.
        facts: What was measured in the MP4: seconds, frames, width and height.
        manifests: What each of its stages made, by the stage's name.
    """

    run_id: str
    profile: str
    path: Path
    poster: Path
    captions: Mapping[str, Path]
    facts: MediaFacts
    manifests: Mapping[str, StageManifest]


def load_plan(path: str | Path) -> MoviePlan:
    """Return the plan in a file, checked against every rule.

    Raises:
        PlanError: The file cannot be read, or is no valid plan; each fault is named with its line.
    """
    return loading.load_plan(Path(path)).plan


def render(
    plan: str | Path | MoviePlan,
    *,
    profile: str = DEFAULT_PROFILE,
    run_id: str | None = None,
    replace: bool = False,
    budget: Mapping[str, float] | None = None,
    over_limits: bool = False,
    home: str | Path | None = None,
) -> Film:
    """Render the film of a plan; what is finished is taken from the store.

    Of a film that is up to date, all files are verified, and no run is started.

    Args:
        plan: The plan file (``.yaml``, ``.yml`` or ``.json``), or a plan that a program has made:
            that one needs a run_id, and can name no files of its own.
        profile: Which engines render it.
        run_id: What the film is called. Default: as its plan file.
        replace: Whether the run_id is taken over from another profile or plan.
        budget: What it may take, in place of its limits: gpu_minutes, usd, disk_gb.
        over_limits: Whether it may exceed its limits.
        home: Where everything lies. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        InputError: The plan, the profile or the run_id is wrong.
        OverLimitsError: It exceeds its limits, or may, and must not.
        BusyError: Another process renders this film or has the device, or this one renders already.
        RunFailedError: Something could not be made.
        NoFilmError: It stopped on its way: it waits for a person's review, or was paused.
        SparkleError: The home cannot be used.
    """
    from sparkle_motion_dagster.resources.limits import within_limits
    from sparkle_motion_dagster.resources.up_to_date import up_to_date

    place = home_at(home)
    file = _written(plan, run_id, place) if isinstance(plan, MoviePlan) else Path(plan)
    run = planned_run(place, file, profile, run_id, replace=replace)
    run = within_limits(run, place, budget=budget, over_limits=over_limits)
    if (finished := up_to_date(run, place)) is not None:
        for warning in finished.warnings:
            _log.warning(warning)
        return find_film(run.film, home=place.root)
    _run_to_its_end(place, run)
    return find_film(run.film, home=place.root)


def _run_to_its_end(place: SparkleHome, run: PlannedRun) -> None:
    """Run a film's job in this process, so that the film is there; see `render`."""
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.recovery import recover

    state = RunFolder(place, run.film).state
    with open_instance(place) as instance:
        for found in recover(instance, place):
            _log.warning(found)
        try:
            ran = run_film(instance, place, run)
        except RunFailedError as error:
            if error.exit_code == BusyError.exit_code:
                raise BusyError(str(error)) from error
            if state.read().standing(State.PAUSED, State.STOPPED):
                raise NoFilmError(str(error)) from error
            raise
    for warning in ran.warnings:
        _log.warning(warning)
    if VIDEO_FINAL not in ran.made:
        status = state.read().status
        raise NoFilmError(f"{run.film} is not finished. {status.message if status else ''}")


def find_film(run_id: str, *, home: str | Path | None = None) -> Film:
    """Return a film that was rendered before.

    Args:
        run_id: What it is called.
        home: Where everything lies. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        InputError: There is no such film.
        NoFilmError: It has not been made to its end.
        UnreadableRecordError: A manifest of it is damaged.
    """
    place = home_at(home)
    folder = RunFolder(place, place.existing_run(run_id))
    found = {stage: folder.read(stage) for stage in folder.stages()}
    manifests = {stage: manifest for stage, manifest in found.items() if manifest is not None}
    if (film := manifests.get(VIDEO_FINAL)) is None:
        raise NoFilmError(f"{run_id} has no film yet: `sparkle status {run_id}` says how it is.")
    files = {
        artifact.name: folder.stage(film.stage) / artifact.file
        for artifact in film.artifacts
        if artifact.id == FILM
    }
    return Film(
        run_id=run_id,
        profile=film.profile,
        path=files.pop("film"),
        poster=files.pop("poster"),
        captions=files,
        facts=film.artifact(FILM, "film").facts,
        manifests=manifests,
    )


def explain(
    run_id: str | None = None,
    *,
    plan: str | Path | None = None,
    profile: str | None = None,
    job: str = RENDER_MOVIE,
    home: str | Path | None = None,
) -> Explanation:
    """Say what the next render of a film makes again, and which field changed.

    Nothing is rendered, written or loaded for it.

    Args:
        run_id: What the film is called. Default: as its plan file.
        plan: The plan file to render. Default: the one in ``$SPARKLE_PLANS``, else an approved
            draft, else the frozen one.
        profile: Which engines would render it. Default: the film's own profile.
        job: What would be made of it. Default: all.
        home: Where everything lies. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        InputError: There is no such film, or its plan or profile is wrong.
        UnusableHomeError: A folder of the home is not there.
    """
    whole = foreseen(run_id, plan, profile, job, home_at(home)).explanation
    return whole.of_stages(STAGES_OF_JOB[job])


def foreseen(
    run_id: str | None, plan: str | Path | None, profile: str | None, job: str, home: SparkleHome
) -> Foresight:
    """Return all that is known of a film's next render; see `explain`."""
    from sparkle_motion_dagster.artifacts.parts import check_there
    from sparkle_motion_dagster.resources.foresight import foreseen_under

    check_there(home)
    file = None if plan is None else Path(plan)
    run_id = chosen_run_id(run_id, file, profile or DEFAULT_PROFILE)
    if file is None and job != FINALIZE_MOVIE:  # which takes the plan of the clips
        file = plan_to_render(RunFolder(home, run_id))
    if file is None:
        home.existing_run(run_id)
    chosen = load_profile(profile or own_profile(run_id, home))
    return foreseen_under(chosen, run_id, file, home)


def home_at(path: str | Path | None) -> SparkleHome:
    """Return the home in a folder; None: the one that the environment names."""
    if path is None:
        return SparkleHome.from_environment()
    return SparkleHome(Path(path).expanduser().resolve())


def planned_run(
    home: SparkleHome,
    plan: Path | None,
    profile: str,
    run_id: str | None,
    *,
    job: str = RENDER_MOVIE,
    replace: bool = False,
) -> PlannedRun:
    """Return the run that a plan file and a profile ask for.

    What is wrong with them is found before anything runs.

    Args:
        home: Where everything lies.
        plan: The plan file; None: the plan as it was frozen.
        profile: Which engines render it.
        run_id: What the film is called; None: as its plan file.
        job: What is to be made of it.
        replace: Whether the run_id is taken over from another profile or plan.

    Raises:
        InputError: The plan, the profile or the run_id is wrong.
    """
    from sparkle_motion_dagster.policy.audit import AuditLog
    from sparkle_motion_dagster.resources.engines import check_opened, check_plan

    loaded = None if plan is None else loading.load_plan(plan, home=home)
    chosen = load_profile(profile)
    film, workbench = chosen_run_id(run_id, plan, profile), Workbench(home)
    if not replace:
        check_free(film, profile, plan, workbench)
    if loaded is None:
        check_opened(foreseen_plan(film, None, workbench), chosen)
    else:
        check_plan(loaded, chosen, AuditLog(home, "render", film))
    run_config = chosen.run_config()
    if job != FINALIZE_MOVIE:  # which takes the plan that the clips were made from
        intake: dict[str, object] = {"replace": replace}
        if plan is not None:
            intake["plan_path"] = str(plan.resolve())
        run_config["ops"] = {MOVIE_PLAN: {"config": intake}}
    return PlannedRun(film, job, run_config)


@dataclass(frozen=True)
class FilmRun:
    """What a run of a film's job came to: the stages that it made, and promises that were broken.

    A broken promise that stops the film is none of these ``warnings``: the run failed then.
    """

    made: frozenset[str]
    warnings: tuple[str, ...]


def run_film(instance: DagsterInstance, home: SparkleHome, run: PlannedRun) -> FilmRun:
    """Run a film's job in this process to its end.

    Raises:
        BusyError: This process renders a film already.
        RunFailedError: A stage failed, or the run was interrupted.
    """
    from sparkle_motion_dagster.definitions import film_job
    from sparkle_motion_dagster.runs.films import register_film

    register_film(instance, run.film)
    return film_run(home, run.film, execute_here(instance, home, run, film_job))


def film_run(home: SparkleHome, film: str, ended: EndedRun) -> FilmRun:
    """Return what a film's run came to, which this process has executed.

    Raises:
        RunFailedError: A stage failed, or the run was interrupted.
    """
    if not ended.success:
        raise RunFailedError(failures_of(ended.events))
    made = frozenset(ended.made)
    folder = RunFolder(home, film)
    manifests = [folder.read(stage) for stage in (PLAN_DRAFT, *STAGES) if stage in made]
    return FilmRun(made, tuple(warnings_of(manifests)))


def _written(plan: MoviePlan, run_id: str | None, home: SparkleHome) -> Path:
    """Return the file of a plan that a program has made: later runs of its film find it there."""
    if run_id is None:
        raise InputError("A plan that comes from no file needs a name for its film: give a run_id.")
    path = home.root / "plans" / f"{check_run_id(run_id)}.json"
    write_atomically(path, plan.model_dump_json().encode())
    return path
