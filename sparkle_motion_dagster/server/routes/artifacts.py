"""Artifacts: what films are made of, file by file."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse

from sparkle_motion_dagster.artifacts.run_folder import FILE_NAME
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.server.asked import Film, Home
from sparkle_motion_dagster.server.problems import ProblemError

router = APIRouter(tags=["artifacts"])

_Name = Annotated[str, Path(pattern=f"^{FILE_NAME}$")]


@router.get("/artifacts/{run_id}/{stage}/{item}/{name}", response_class=FileResponse)
@router.head("/artifacts/{run_id}/{stage}/{item}/{name}", response_class=FileResponse)
def artifact(home: Home, film: Film, stage: _Name, item: _Name, name: _Name) -> Response:
    """Send an artifact, or a part of it."""
    manifest = film.readable(stage)
    found = None if manifest is None else manifest.find(item, name)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"{film.run_id} has no {name} of {item} in {stage}."
        )
    file = Store(home.store).file(found.sha256)
    return FileResponse(
        file.path, media_type=found.media_type, headers={"ETag": f'"{found.sha256}"'}
    )
