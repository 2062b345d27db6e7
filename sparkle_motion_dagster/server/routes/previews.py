"""Previews: small pictures of what films are made of, as they were made beside it."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.models import OutputFile
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.production.manifest import suffix_of
from sparkle_motion_dagster.server.asked import Film, Home, Stored
from sparkle_motion_dagster.server.file_answers import Kept, SentFile, file_answer
from sparkle_motion_dagster.server.problems import ProblemError
from sparkle_motion_dagster.server.routes.artifacts import (
    FILE,
    Download,
    ItemName,
    OutputName,
    StageName,
)

router = APIRouter(tags=["previews"])

_ADDRESS = "/previews/{run_id}/{stage}/{item:path}/{name}"


@router.head(_ADDRESS, include_in_schema=False)
@router.get(_ADDRESS, response_class=Response, responses=FILE)
async def preview(
    request: Request,
    home: Home,
    film: Film,
    stored: Stored,
    stage: StageName,
    item: ItemName,
    name: OutputName,
    download: Download = None,
) -> Response:
    """Send a preview of an item: thumbnail, strip, or whatever its engine has made."""
    found = await run_in_threadpool(_preview_of, film, ActionLog(home.actions), stage, item, name)
    file_name = f"{item.rpartition('/')[2]}.{name}{suffix_of(found.media_type)}"
    sent = SentFile(
        found.sha256, found.media_type, file_name, Kept.UNTIL_ASKED, is_saved=download is not None
    )
    return file_answer(request, sent, await stored.opened(found.sha256))


def _preview_of(
    film: RunFolder, actions: ActionLog, stage: str, item: str, name: str
) -> OutputFile:
    manifest = film.read(stage)
    fingerprints = {
        artifact.fingerprint
        for artifact in (() if manifest is None else manifest.artifacts)
        if artifact.id == item
    }
    for record in map(actions.find, sorted(fingerprints)):
        if record is not None and name in record.previews:
            return record.previews[name]
    raise ProblemError(
        HTTPStatus.NOT_FOUND, f"{film.run_id} has no preview {name!r} of {item!r} in {stage}."
    )
