"""Uploads: pictures, sounds, clips and looks that plans refer to."""

import base64
import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field

from sparkle_motion_dagster.artifacts.addresses import digest_address
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.operations.uploads import check_upload_name
from sparkle_motion_dagster.server.asked import Uploads
from sparkle_motion_dagster.server.problems import ProblemError
from sparkle_motion_dagster.server.receiving import Expected
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["uploads"])

_SHA256 = re.compile(r"\s*sha-256\s*=\s*:(?P<digest>[A-Za-z0-9+/]{43}=):.*", re.ASCII)
_TELLING = ("image/", "audio/", "video/")
"""What a Content-Type begins with that says anything: others are what programs send by habit."""

_BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself: neither a form nor JSON.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("application/octet-stream", "image/*", "audio/*", "video/*")
        },
    }
}


class Uploaded(Record):
    """A file that was uploaded."""

    uri: str = Field(description="its address, as plans name it: artifact://sha256/DIGEST")
    sha256: Sha256
    size_bytes: int
    media_type: str = Field(description="what it is, by its content")
    name: str
    download_url: str = Field(description="where this server sends it, without its host")


@router.post("/artifacts", status_code=HTTPStatus.CREATED, openapi_extra=_BODY)
async def upload(
    request: Request,
    response: Response,
    uploads: Uploads,
    name: Annotated[str, Query(description="what the file is called, such as photo.jpg")],
    sha256: Annotated[
        str | None,
        Query(pattern="^[0-9a-f]{64}$", description="its digest, in hexadecimal: it is checked"),
    ] = None,
    repr_digest: Annotated[
        str | None, Header(description="its digest, as RFC 9530 has it: sha-256=:BASE64:")
    ] = None,
    content_type: Annotated[str | None, Header(include_in_schema=False)] = None,
    content_length: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Uploaded:
    """Take in a picture, a sound, a clip or a look, for plans to name by the `uri` it gets."""
    expected = Expected(
        name=check_upload_name(name),
        digest=_digest_said(sha256, repr_digest),
        size_bytes=_size_said(content_length),
        media_type=_type_said(content_type),
    )
    kept = await uploads.receive(request, expected)
    url = f"/artifacts/sha256/{kept.sha256}"
    response.headers["Location"] = url
    return Uploaded(
        uri=digest_address(kept.sha256),
        download_url=url,
        **kept.model_dump(exclude={"schema_version", "uploaded_at"}),
    )


def _digest_said(sha256: str | None, repr_digest: str | None) -> str | None:
    if repr_digest is None:
        return sha256
    said = _SHA256.fullmatch(repr_digest)
    if said is None:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "The Repr-Digest holds no sha-256 as RFC 9530 has it: `sha-256=:BASE64:`.",
        )
    digest = base64.b64decode(said["digest"]).hex()
    if sha256 not in (None, digest):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, f"Two digests were given: {sha256} and {digest}."
        )
    return digest


def _size_said(content_length: str | None) -> int | None:
    if content_length is None or not content_length.isdecimal():
        return None
    return int(content_length)


def _type_said(content_type: str | None) -> str | None:
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "A form was sent. Send the file itself as the body: `curl --data-binary @FILE`.",
        )
    return kind if kind.startswith(_TELLING) else None
