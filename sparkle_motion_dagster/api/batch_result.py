"""What became of the films of a batch: how each stands, what was made for it, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.api.rendering import Film, film_run, find_film
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import FilmState, State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import BusyError, SparkleError
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, VIDEO_FINAL
from sparkle_motion_dagster.runs.failures import worst_of
from sparkle_motion_dagster.runs.interleaving import Outcome
from sparkle_motion_dagster.runs.starting import EndedRun
from sparkle_motion_dagster.units import Record

BUSY = "busy"
"""How a film stands that another process holds."""

NOT_BEGUN = "not begun"
"""How a film stands that an interrupted batch did not come to."""


class FilmOfBatch(Record):
    """What became of one film of a batch.

    Attributes:
        film: Its run_id.
        plan: The plan file that it was rendered from.
        state: How the film stands: a state of its own, or "busy" or "not begun".
        exit_code: With which a command for this film alone would have ended.
        message: Why it is not finished; empty where it is.
        made: How many items an engine made in this batch, in the stages that came to their end.
        taken: How many were taken from the store in those.
        seconds: How long the making took in those.
        duration_s: How long the finished film is, in seconds; None: it was not finished here.
        path: Where the finished film is, else its folder.
        warnings: Promises that were broken without stopping the film.
        mended: What its run has mended of its folder and of the store, a line each.
    """

    film: str
    plan: Path
    state: str
    exit_code: int
    message: str
    made: int
    taken: int
    seconds: float
    duration_s: float | None
    path: Path
    warnings: tuple[str, ...]
    mended: tuple[str, ...]


class BatchResult(Record):
    """What became of all films of a batch, in order."""

    films: tuple[FilmOfBatch, ...]

    @property
    def exit_code(self) -> int:
        """That of the worst film: see `worst_of`."""
        return worst_of(film.exit_code for film in self.films)


def film_of_batch(home: SparkleHome, film: str, plan: Path, ended: Outcome | None) -> FilmOfBatch:
    """Return what became of a film.

    Args:
        home: Where it lies.
        film: Its run_id.
        plan: Its plan file.
        ended: Its run; why there is none; None: it was not begun.
    """
    folder = RunFolder(home, film)
    came_to = _came_to(home, folder, ended)
    manifests = list(_manifests(folder, ended)) if isinstance(ended, EndedRun) else []
    return FilmOfBatch(
        film=film,
        plan=plan,
        state=came_to.state,
        exit_code=came_to.exit_code,
        message=came_to.message,
        made=sum(len(manifest.provenance.made) for manifest in manifests),
        taken=sum(len(manifest.provenance.taken) for manifest in manifests),
        seconds=sum(manifest.provenance.seconds for manifest in manifests),
        duration_s=came_to.finished.facts.duration_s if came_to.finished else None,
        path=came_to.finished.path if came_to.finished else folder.path,
        warnings=came_to.warnings,
        mended=() if came_to.state in (BUSY, NOT_BEGUN) else _state(folder).mended,
    )


@dataclass(frozen=True)
class _CameTo:
    state: str
    exit_code: int = 0
    message: str = ""
    warnings: tuple[str, ...] = ()
    finished: Film | None = None


def _came_to(home: SparkleHome, folder: RunFolder, ended: Outcome | None) -> _CameTo:
    if ended is None:
        return _CameTo(NOT_BEGUN, SparkleError.exit_code, "The batch ended before its turn.")
    try:
        if isinstance(ended, SparkleError):
            raise ended
        ran = film_run(home, folder.run_id, ended)
        finished = find_film(folder.run_id, home=home.root) if VIDEO_FINAL in ran.made else None
    except SparkleError as error:
        stands = BUSY if _was_held(ended, error) else _stands(folder, State.FAILED)
        return _CameTo(stands, error.exit_code, str(error))
    status = _state(folder).status
    waits = status.message if status is not None and status.state is State.WAITING else ""
    return _CameTo(_stands(folder, State.PARTLY), 0, waits, ran.warnings, finished)


def _was_held(ended: Outcome, error: SparkleError) -> bool:
    """Tell whether another process had the film: then its run came to nothing at all."""
    came_to_nothing = not isinstance(ended, EndedRun) or not ended.made
    return came_to_nothing and error.exit_code == BusyError.exit_code


def _stands(folder: RunFolder, otherwise: State) -> State:
    status = _state(folder).status
    return otherwise if status is None else status.state


def _state(folder: RunFolder) -> FilmState:
    """Return a film's state; where somebody has damaged it, one that says nothing."""
    try:
        return folder.state.read()
    except UnreadableRecordError:
        return FilmState()


def _manifests(folder: RunFolder, ended: EndedRun) -> Iterator[StageManifest]:
    """Yield what the stages that a run has made left behind; a plan is only frozen."""
    for stage in ended.made:
        manifest = None if stage == MOVIE_PLAN else folder.readable(stage)
        if manifest is not None:
            yield manifest
