"""Films: which there are, how they stand, and what became of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field

from sparkle_motion_dagster.api.final import FinalFilm, NotFinishedError, final_film
from sparkle_motion_dagster.api.run_context import RunContext, run_context
from sparkle_motion_dagster.api.standing import FilmStanding, last_touched, standing
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import PLAN_DRAFT, STAGES
from sparkle_motion_dagster.operations.film_servers import given_address
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.server.asked import Film, Home, Settings, Waiting
from sparkle_motion_dagster.server.problems import ProblemError
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["films"])

_PAGE, _LONGEST_PAGE = 50, 500
_PLACE = r"^[0-9]{1,20}\.[a-z0-9._-]{1,64}$"

_FIRST = 2**62
"""When films changed that only wait in the queue: after all others. In ns since 1970."""


class Films(Record):
    """A page of films, the one that changed last first."""

    films: tuple[FilmStanding, ...]
    next_page_token: str | None = Field(
        default=None, description="what asks for the films after these; null: there are none"
    )
    obstacle: str | None = Field(
        default=None, description="why it cannot be told which films wait in the queue"
    )


@router.get("/runs")
def runs(
    home: Home,
    queue: Waiting,
    limit: Annotated[int, Query(ge=1, le=_LONGEST_PAGE, description="films of a page")] = _PAGE,
    page_token: Annotated[
        str | None, Query(pattern=_PLACE, description="the page's, as the one before it said")
    ] = None,
) -> Films:
    """List the films, the one that changed last first, and those that only wait before all.

    A film that changes while one turns the pages is found on the first one.
    """
    named = filter(str.isprintable, home.run_ids())  # others cannot be told, nor asked for
    touched = {run_id: last_touched(home, run_id) for run_id in named}
    waiting = {run_id: _FIRST - at for at, run_id in enumerate(queue.known)}
    found = sorted(((when, name) for name, when in (waiting | touched).items()), reverse=True)
    if page_token is not None:
        when, _, name = page_token.partition(".")
        found = [one for one in found if one < (int(when), name)]
    page = found[:limit]
    return Films(
        films=tuple(standing(home, run_id, queue) for _, run_id in page),
        next_page_token="{}.{}".format(*page[-1]) if len(found) > limit else None,
        obstacle=queue.obstacle,
    )


def _of_path(
    home: Home, queue: Waiting, run_id: Annotated[str, Path(description="the film's name")]
) -> FilmStanding:
    return _stands(home, queue, run_id)


def _of_query(
    home: Home, queue: Waiting, run_id: Annotated[str, Query(description="the film's name")]
) -> FilmStanding:
    return _stands(home, queue, run_id)


def _stands(home: SparkleHome, queue: Queue, run_id: str) -> FilmStanding:
    """Return how a film stands; it need not be there yet, if it waits in the queue."""
    if check_run_id(run_id) not in queue.known:
        home.existing_run(run_id)
    return standing(home, run_id, queue)


_Standing = Annotated[FilmStanding, Depends(_of_path)]


@router.get("/runs/{run_id}")
def run(film: _Standing) -> FilmStanding:
    """Say how a film stands: what is going on, stage by stage, what waits, and who decides."""
    return film


@router.get("/status")
def status(film: Annotated[FilmStanding, Depends(_of_query)]) -> FilmStanding:
    """Say how the film of a run_id stands."""
    return film


@router.get("/runs/{run_id}/context")
def context(film: Film) -> RunContext:
    """Say of what plan a film was made, under which profile, and by which engines."""
    return run_context(film)


@router.get("/runs/{run_id}/manifest/{stage}")
def manifest(
    film: Film, stage: Annotated[str, Path(description="one of a film's stages")]
) -> StageManifest:
    """Return the manifest of a stage, as it lies in the run folder."""
    _check_stage(stage)
    found = film.read(stage)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"The stage {stage} of {film.run_id} has not been made yet."
        )
    return found


@router.get("/runs/{run_id}/final")
def final(request: Request, home: Home, settings: Settings, film: _Standing) -> FinalFilm:
    """Return where the finished film is; where there is none, why not, and how to get one."""
    folder, server = RunFolder(home, film.run_id), _address_of(request)
    try:
        return final_film(folder, film, server, is_local=settings.is_local)
    except NotFinishedError as error:
        raise ProblemError(HTTPStatus.CONFLICT, str(error)) from error


def _address_of(request: Request) -> str:
    """Return the server's address as whoever asks has it: the guard has checked its name.

    By which scheme a proxy is asked, only $SPARKLE_SERVER tells.
    """
    asked = str(request.base_url).rstrip("/")
    given = given_address() or ""
    return given if given.partition("://")[2] == asked.partition("://")[2] else asked


def _check_stage(stage: str) -> None:
    known = (PLAN_DRAFT, *STAGES)
    if stage not in known:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"No film has a stage {stage}. Known: {', '.join(known)}."
        )
