"""The pages that browsers show, and what they are made of."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from sparkle_motion_dagster.pages.film_page import film_page
from sparkle_motion_dagster.pages.film_view import FilmView, film_view
from sparkle_motion_dagster.pages.places import STATIC
from sparkle_motion_dagster.server.asked import Film, Home

router = APIRouter(tags=["pages"])
router.mount("/static", StaticFiles(directory=STATIC), name="static")


@router.get("/films/{run_id}", response_class=HTMLResponse)
def film(film: Film) -> HTMLResponse:
    """Show a film's page."""
    return HTMLResponse(film_page(film.run_id))


@router.get("/runs/{run_id}/view")
def view(home: Home, film: Film) -> FilmView:
    """Return what a film's page shows."""
    return film_view(home, film)
