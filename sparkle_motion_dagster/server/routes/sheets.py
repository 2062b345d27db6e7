"""Sheets: pictures that show at a glance what a stage made, for Dagster's web UI."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse

from sparkle_motion_dagster.artifacts.sheets import SHEET_NAME, find_sheet
from sparkle_motion_dagster.server.asked import Film
from sparkle_motion_dagster.server.problems import ProblemError

router = APIRouter(tags=["artifacts"])

_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""A sheet is called after its content."""


@router.api_route("/sheets/{run_id}/{name}", methods=["GET", "HEAD"], response_class=FileResponse)
def sheet(film: Film, name: Annotated[str, Path(pattern=f"^{SHEET_NAME}$")]) -> FileResponse:
    """Send a sheet of a film: a contact sheet, a filmstrip, a wave."""
    path = find_sheet(film, name)
    if path is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"{film.run_id} has no sheet {name}. Render the film again."
        )
    return FileResponse(path, headers=_FOR_EVER)
