"""Actions: how single items were made, and their files, from the moment they exist."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import FileResponse

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.artifacts.run_folder import FILE_NAME
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.server.asked import Home
from sparkle_motion_dagster.server.problems import ProblemError

router = APIRouter(tags=["actions"])


def _action(
    home: Home, fingerprint: Annotated[Sha256, Path(description="an item's fingerprint")]
) -> ActionRecord:
    record = ActionLog(home.actions).find(fingerprint)
    if record is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"Nothing was made under {fingerprint}.")
    return record


_Action = Annotated[ActionRecord, Depends(_action)]
_Name = Annotated[str, Path(pattern=f"^{FILE_NAME}$", description="of an output or a preview")]


@router.get("/actions/{fingerprint}")
def action(record: _Action) -> ActionRecord:
    """Say how an item was made."""
    return record


@router.get("/actions/{fingerprint}/{name}", response_class=FileResponse)
@router.head("/actions/{fingerprint}/{name}", response_class=FileResponse)
def file_of_action(home: Home, record: _Action, name: _Name) -> Response:
    """Send a file of an item, or a part of it: an output, or a preview."""
    found = {**record.previews, **record.outputs}.get(name)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            f"{record.fingerprint} has no {name}: it has "
            f"{', '.join([*record.outputs, *record.previews])}.",
        )
    return FileResponse(
        Store(home.store).file(found.sha256).path,
        media_type=found.media_type,
        headers={"ETag": f'"{found.sha256}"'},
    )
