"""Batches: many films, rendered by one process, so that each model is loaded once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from sparkle_motion_dagster.api.rendering import film_run, find_film, home_at, planned_run
from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import BusyError, InputError, SparkleError
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.resources.profiles import DEFAULT_PROFILE
from sparkle_motion_dagster.runs.failures import RunFailedError
from sparkle_motion_dagster.runs.interleaving import Watcher, execute_together
from sparkle_motion_dagster.runs.names import RENDER_MOVIE
from sparkle_motion_dagster.runs.starting import EndedRun, PlannedRun
from sparkle_motion_dagster.units import Record

if TYPE_CHECKING:
    from dagster import DagsterInstance

BUSY = "busy"
"""How a film stands that another process holds."""

NOT_BEGUN = "not begun"
"""How a film stands that an interrupted batch did not come to."""

_WORST_FIRST = (SparkleError.exit_code, InputError.exit_code, BusyError.exit_code)
"""The exit codes of failures. One of a batch that says "try again" means that this is all it needs.
"""


class BatchInputError(InputError):
    """Plans of a batch are wrong: all that is wrong with all of them is said."""


@dataclass(frozen=True)
class Batch:
    """Films that are rendered together: what is to be run for each, in order, and its plan file."""

    home: SparkleHome
    runs: tuple[PlannedRun, ...]
    plans: Mapping[str, Path]


class FilmOfBatch(Record):
    """What became of one film of a batch.

    Attributes:
        film: Its run_id.
        plan: The plan file that it was rendered from.
        state: How the film stands: a state of its own, or "busy" or "not begun".
        exit_code: With which the film alone would have ended a command.
        message: Why it is not finished; empty where it is.
        made: How many items an engine made in this batch.
        taken: How many were taken from the store.
        seconds: How long the making took.
        duration_s: How long the finished film is, in seconds; None: it was not finished here.
        path: Where the finished film is, else its folder.
        warnings: Promises that were broken without stopping the film.
    """

    film: str
    plan: Path
    state: str
    exit_code: int = 0
    message: str = ""
    made: int = 0
    taken: int = 0
    seconds: float = 0.0
    duration_s: float | None = Field(default=None)
    path: Path
    warnings: tuple[str, ...] = ()


class BatchResult(Record):
    """What became of all films of a batch, in order."""

    films: tuple[FilmOfBatch, ...]

    @property
    def exit_code(self) -> int:
        """That of the worst film.

        1 where anything failed or was stopped; else 2 where any input was wrong; else 75 where a
        film was held by another process; else 0.
        """
        codes = {film.exit_code for film in self.films} - {0}
        return min(codes, key=_badness, default=0)


def planned_batch(
    plans: Sequence[str | Path],
    *,
    profile: str = DEFAULT_PROFILE,
    job: str = RENDER_MOVIE,
    replace: bool = False,
    home: str | Path | None = None,
) -> Batch:
    """Return the films that plan files ask for, each named as its file.

    What is wrong with any of them is found before anything runs.

    Args:
        plans: The plan files, in the order in which their films take turns.
        profile: Which engines render them.
        job: What is to be made of them.
        replace: Whether their names are taken over from other profiles or plans.
        home: Where everything lies. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        BatchInputError: A plan or the profile is wrong, or two plans ask for the same film.
    """
    place = home_at(home)
    files = [Path(plan) for plan in plans]
    runs, faults = list[PlannedRun](), list[str]()
    for file in files:
        try:
            runs.append(planned_run(place, file, profile, None, job=job, replace=replace))
        except InputError as error:
            faults.append(f"{file}: {error}")
    named = [run.film for run in runs]
    if not faults:
        faults += _same_names(files, named)
    if faults:
        raise BatchInputError(
            f"Nothing is rendered: {len(faults)} of {len(files)} plans cannot be.\n"
            + "\n".join(faults)
        )
    return Batch(place, tuple(runs), dict(zip(named, files, strict=True)))


def render_batch(instance: DagsterInstance, batch: Batch, watch: Watcher) -> BatchResult:
    """Render the films of a batch in this process, each stage of all before the next stage.

    What becomes of one film stops no other one; see `execute_together`.

    Args:
        instance: Which keeps the runs.
        batch: The films.
        watch: Hears whose turn it is.

    Raises:
        BusyError: This process renders already.
    """
    from sparkle_motion_dagster.definitions import film_job
    from sparkle_motion_dagster.runs.films import register_film

    for film in batch.plans:
        register_film(instance, film)
    ended = execute_together(instance, batch.home, batch.runs, film_job, watch)
    return BatchResult(films=tuple(_film(batch, film, ended[film]) for film in batch.plans))


def _badness(exit_code: int) -> int:
    return _WORST_FIRST.index(exit_code) if exit_code in _WORST_FIRST else 0


def _same_names(files: Sequence[Path], films: Sequence[str]) -> Iterator[str]:
    """Yield, for each film that several plans ask for, which those are."""
    asking = defaultdict(list)
    for file, film in zip(files, films, strict=True):
        asking[film].append(str(file))
    for film, plans in asking.items():
        if len(plans) > 1:
            yield (
                f"{' and '.join(plans)} are all to be rendered as {film}. Rename a file, or render "
                "them one by one, each with a `--run-id` of its own."
            )


def _film(batch: Batch, film: str, ended: EndedRun | SparkleError | None) -> FilmOfBatch:
    """Return what became of a film."""
    folder = RunFolder(batch.home, film)
    blank = FilmOfBatch(film=film, plan=batch.plans[film], state=NOT_BEGUN, path=folder.path)
    if ended is None:
        return blank.model_copy(
            update={"exit_code": 1, "message": "The batch was interrupted before its turn."}
        )
    try:
        if isinstance(ended, SparkleError):
            raise ended
        ran = film_run(batch.home, film, ended)
    except SparkleError as error:
        state = _state_after(error, folder)
        told = {"state": state, "exit_code": error.exit_code, "message": str(error)}
        return blank.model_copy(update=told | _work(folder, ended))
    status = folder.state.read().status
    waits = status is not None and status.state is State.WAITING
    told = {
        "state": State.PARTLY if status is None else status.state,
        "message": status.message if status is not None and waits else "",
        "warnings": ran.warnings,
    }
    if VIDEO_FINAL in ran.made:
        finished = find_film(film, home=batch.home.root)
        told |= {"path": finished.path, "duration_s": finished.facts.duration_s}
    return blank.model_copy(update=told | _work(folder, ended))


def _state_after(error: SparkleError, folder: RunFolder) -> str:
    if error.exit_code == BusyError.exit_code:
        return BUSY
    status = folder.state.read().status
    if isinstance(error, RunFailedError) and status is not None:
        return status.state
    return State.FAILED


def _work(folder: RunFolder, ended: EndedRun | SparkleError) -> dict[str, object]:
    """Return what a film's run has made and taken, in the stages that it came through."""
    made = list(_manifests(folder, ended)) if isinstance(ended, EndedRun) else []
    return {
        "made": sum(len(manifest.provenance.made) for manifest in made),
        "taken": sum(len(manifest.provenance.taken) for manifest in made),
        "seconds": sum(manifest.provenance.seconds for manifest in made),
    }


def _manifests(folder: RunFolder, ended: EndedRun) -> Iterator[StageManifest]:
    for event in ended.events:
        manifest = folder.readable(str(event.step_key)) if event.is_step_materialization else None
        if manifest is not None:
            yield manifest
