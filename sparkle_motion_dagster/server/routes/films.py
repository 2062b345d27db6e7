"""Films: which there are, and how they stand."""

from fastapi import APIRouter

from sparkle_motion_dagster.api.standing import FilmStanding, standing
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.server.asked import Film, Home
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["films"])


class Films(Record):
    """All films, the one that changed last first."""

    films: tuple[FilmStanding, ...]


@router.get("/runs")
def runs(home: Home) -> Films:
    """List the films, and how each stands."""
    queue = Queue.of(home)
    return Films(films=tuple(standing(home, run_id, queue) for run_id in home.run_ids()))


@router.get("/runs/{run_id}")
def run(home: Home, film: Film) -> FilmStanding:
    """Say how a film stands."""
    return standing(home, film.run_id, Queue.of(home))
