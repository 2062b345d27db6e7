"""The pages that browsers show, and what they are made of.

Pages and scripts tell nothing of films. What pages show, scripts ask for.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from sparkle_motion_dagster.api.control import film_folder
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.pages.film_page import film_page
from sparkle_motion_dagster.pages.film_view import FilmView, film_view
from sparkle_motion_dagster.pages.front_page import front_page
from sparkle_motion_dagster.pages.missing_page import missing_page
from sparkle_motion_dagster.pages.places import STATIC
from sparkle_motion_dagster.pages.shell import ServedPage
from sparkle_motion_dagster.server.asked import Film, Home, RunId

_FRESH = {"Cache-Control": "no-cache"}
"""Whoever keeps a page asks whether it is still that one: another version may have come."""


class _Static(StaticFiles):
    """Scripts and styles, each with an ETag; browsers ask whether theirs is the last one."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_FRESH)
        return response


router = APIRouter(tags=["pages"])
router.mount("/static", _Static(directory=STATIC), name="static")


@router.get("/", response_class=HTMLResponse)
def front(request: Request) -> Response:
    """Show all films, and how new ones begin."""
    return _sent(front_page(), request)


@router.get("/films/{run_id}", response_class=HTMLResponse)
def film(home: Home, run_id: RunId, request: Request) -> Response:
    """Show a film's page; it need not be there yet, if it waits in the queue."""
    try:
        film_folder(home, run_id)
    except InputError as error:
        if "text/html" not in request.headers.get("Accept", ""):
            raise
        return _sent(missing_page(str(error)), request, HTTPStatus.NOT_FOUND)
    return _sent(film_page(run_id), request)


@router.get("/runs/{run_id}/view")
def view(home: Home, film: Film) -> FilmView:
    """Return what a film's page shows."""
    return film_view(home, film)


def _sent(page: ServedPage, request: Request, status: HTTPStatus = HTTPStatus.OK) -> Response:
    tag = f'"{hashlib.sha256(page.html.encode()).hexdigest()}"'
    headers = _FRESH | {"ETag": tag, "Content-Security-Policy": page.policy}
    if status is HTTPStatus.OK and tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return HTMLResponse(page.html, status, headers=headers)
