"""Sheets: pictures that show at a glance what a stage made, for Dagster's web UI."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse

from sparkle_motion_dagster.artifacts.sheets import SHEET_NAME, find_sheet
from sparkle_motion_dagster.server.asked import Film
from sparkle_motion_dagster.server.problems import ProblemError

router = APIRouter(tags=["previews"])

_ADDRESS = "/sheets/{run_id}/{name}"

_HEADERS = {
    # It is called after its content.
    "Cache-Control": "private, max-age=31536000, immutable",
    # The web UI may be open as localhost, which is another site than 127.0.0.1. Whoever knows the
    # digest that a sheet is called after, has seen it.
    "Cross-Origin-Resource-Policy": "cross-origin",
}

_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in ("image/jpeg", "image/png")
        },
    }
}


@router.head(_ADDRESS, include_in_schema=False)
@router.get(_ADDRESS, response_class=FileResponse, responses=_PICTURE)
def sheet(film: Film, name: Annotated[str, Path(pattern=f"^{SHEET_NAME}$")]) -> FileResponse:
    """Send a sheet of a film: a contact sheet, a filmstrip, a wave."""
    path = find_sheet(film, name)
    if path is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"{film.run_id} has no sheet {name}. Render the film again."
        )
    return FileResponse(path, headers=_HEADERS)
