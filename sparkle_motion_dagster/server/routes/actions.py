"""Actions: how single items were made, and their files, from the moment they exist."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.production.manifest import suffix_of
from sparkle_motion_dagster.server.asked import Home, Stored
from sparkle_motion_dagster.server.file_answers import Kept, SentFile, file_answer
from sparkle_motion_dagster.server.problems import ProblemError
from sparkle_motion_dagster.server.routes.artifacts import FILE, Download, OutputName

router = APIRouter(tags=["actions"])


def _action(
    home: Home, fingerprint: Annotated[Sha256, Path(description="an item's fingerprint")]
) -> ActionRecord:
    record = ActionLog(home.actions).find(fingerprint)
    if record is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"Nothing was made under {fingerprint}.")
    return record


_Action = Annotated[ActionRecord, Depends(_action)]

_ADDRESS = "/actions/{fingerprint}/{name}"


@router.get("/actions/{fingerprint}")
def action(record: _Action) -> ActionRecord:
    """Say how an item was made."""
    return record


@router.head(_ADDRESS, include_in_schema=False)
@router.get(_ADDRESS, response_class=Response, responses=FILE)
async def file_of_action(
    request: Request,
    record: _Action,
    stored: Stored,
    name: OutputName,
    download: Download = None,
) -> Response:
    """Send a file of an item, or a part of it: an output, or a preview."""
    found = {**record.previews, **record.outputs}.get(name)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"Nothing called {name} was made under {record.fingerprint}."
        )
    file_name = f"{record.fingerprint[:12]}.{name}{suffix_of(found.media_type)}"
    sent = SentFile(
        found.sha256, found.media_type, file_name, Kept.UNTIL_ASKED, is_saved=download is not None
    )
    return file_answer(request, sent, await stored.opened(found.sha256))
