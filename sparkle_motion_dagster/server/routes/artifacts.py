"""Artifacts: what films are made of, listed, and sent file by file."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime, Field
from starlette.concurrency import run_in_threadpool

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import CorruptFileError
from sparkle_motion_dagster.artifacts.index.looking import (
    ArtifactIndex,
    IndexedArtifact,
    Wanted,
)
from sparkle_motion_dagster.artifacts.models import Artifact, MediaFacts
from sparkle_motion_dagster.artifacts.run_folder import FILE_NAME
from sparkle_motion_dagster.artifacts.uploads import UploadLog
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.server.asked import Film, Home, Stored
from sparkle_motion_dagster.server.file_answers import Kept, SentFile, file_answer
from sparkle_motion_dagster.server.problems import ProblemError
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["artifacts"])

MEDIA_TYPE = r"[a-z]+(/[a-z0-9][a-z0-9.+-]*)?"

StageName = Annotated[str, Path(pattern=f"^{FILE_NAME}$", description="a stage of the film")]
ItemName = Annotated[
    str, Path(min_length=1, description="an item of the stage; it may hold slashes")
]
OutputName = Annotated[str, Path(min_length=1, description="an output of the item")]
Download = Annotated[
    str | None, Query(description="there at all: browsers save the file, and do not show it")
]
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The file."},
    206: {"content": {"application/octet-stream": {}}, "description": "The parts asked for."},
    304: {"description": "Who asks has it: see If-None-Match."},
}


class ListedArtifact(Record):
    """An artifact, as the manifest of its stage lists it."""

    uri: str = Field(description="its address, artifact+fs://RUN/STAGE/ITEM/NAME")
    run_id: str
    stage: str
    item: str
    name: str
    file: str = Field(description="its file name in the stage's folder")
    media_type: str
    size_bytes: int
    sha256: Sha256
    made_at: AwareDatetime = Field(description="when its stage was published")
    facts: MediaFacts
    download_url: str = Field(description="where this server sends it, without its host")

    @classmethod
    def of(cls, found: IndexedArtifact) -> "ListedArtifact":
        """Return an artifact as the index has it."""
        address = found.address
        return cls(
            uri=str(address),
            **address.model_dump(),
            **found.model_dump(exclude={"address", "facts"}),
            facts=found.facts,
            download_url=f"/artifacts/{address.path}",
        )


class ArtifactList(Record):
    """Some artifacts, sorted by film, stage, item and name."""

    artifacts: tuple[ListedArtifact, ...]
    next_page_token: str | None = Field(
        default=None, description="the page_token of the next page; none: there is none"
    )


def _asked_run(home: Home, run_id: str | None = None) -> str | None:
    return None if run_id is None else home.existing_run(check_run_id(run_id))


@router.get("/artifacts")
def artifacts(
    home: Home,
    run_id: Annotated[str | None, Depends(_asked_run)],
    stage: str | None = None,
    media_type: Annotated[
        str | None,
        Query(
            alias="type",
            pattern=f"^{MEDIA_TYPE}$",
            description="a media type, such as image/png, or its main part, such as image",
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    page_token: str | None = None,
) -> ArtifactList:
    """List artifacts, page by page: none is repeated or left out, whatever changes meanwhile."""
    page = ArtifactIndex(home).page(Wanted(run_id, stage, media_type), limit, page_token)
    return ArtifactList(
        artifacts=tuple(map(ListedArtifact.of, page.artifacts)), next_page_token=page.next_token
    )


@router.head("/artifacts/sha256/{digest}", include_in_schema=False)
@router.get("/artifacts/sha256/{digest}", response_class=Response, responses=FILE)
async def artifact_by_digest(
    request: Request,
    home: Home,
    stored: Stored,
    digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="sha256, in hexadecimal")],
    download: Download = None,
) -> Response:
    """Send what a film is made of, or what was uploaded, by its digest: it never changes."""
    upload = await run_in_threadpool(UploadLog(home.uploads).find, digest)
    named = None if upload else await run_in_threadpool(ArtifactIndex(home).naming, digest)
    if upload is not None:
        media_type, file_name = upload.media_type, upload.name
    elif named is not None:
        media_type, file_name = named.media_type, named.file
    else:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            f"No film is made of a file {digest}, and none was uploaded. GET /artifacts lists what "
            "there is.",
        )
    try:
        file = await stored.opened(digest)
    except CorruptFileError as error:
        if upload is None:
            raise
        raise ProblemError(
            HTTPStatus.GONE,
            f"{upload.name} was uploaded at {upload.uploaded_at:%Y-%m-%d %H:%M} UTC, and is "
            "damaged or missing in the store. Upload it again.",
        ) from error
    saved = download is not None
    sent = SentFile(digest, media_type, file_name, Kept.FOR_EVER, is_saved=saved)
    return file_answer(request, sent, file)


@router.head("/artifacts/{run_id}/{stage}/{item:path}/{name}", include_in_schema=False)
@router.get(
    "/artifacts/{run_id}/{stage}/{item:path}/{name}", response_class=Response, responses=FILE
)
async def artifact(
    request: Request,
    film: Film,
    stored: Stored,
    stage: StageName,
    item: ItemName,
    name: OutputName,
    download: Download = None,
) -> Response:
    """Send an artifact, or parts of it."""
    found = await run_in_threadpool(_named, film, stage, item, name)
    sent = SentFile(
        found.sha256, found.media_type, found.file, Kept.UNTIL_ASKED, is_saved=download is not None
    )
    return file_answer(request, sent, await stored.opened(found.sha256))


def _named(film: Film, stage: str, item: str, name: str) -> Artifact:
    manifest = film.read(stage)
    found = None if manifest is None else manifest.find(item, name)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            f"{film.run_id} has no {name!r} of {item!r} in {stage}. GET /artifacts?run_id="
            f"{film.run_id} lists what it has.",
        )
    return found
