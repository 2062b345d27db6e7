"""Files as answers: whole or in parts, unless whoever asks has them already (RFC 9110)."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sparkle_motion_dagster.server.problems import answer
from sparkle_motion_dagster.server.ranges import Span, spans_in

_BLOCK = 64 * 1024
"""Bytes that are read at once; as much lies in memory for each who reads slowly."""

_SAFE = (
    "sandbox allow-same-origin; default-src 'none'; img-src 'self' data:; media-src 'self'; "
    "style-src 'unsafe-inline'"
)
"""What a file may do that a browser shows by itself, whatever is in it: no script runs, and nothing
is sent. It stays one of this server's pages, without which no browser plays a film by itself."""


class Kept(StrEnum):
    """How long browsers keep an answer, as ``Cache-Control`` says it."""

    UNTIL_ASKED = "private, no-cache"
    FOR_EVER = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class SentFile:
    """A file as it is sent.

    Attributes:
        sha256: The digest of its bytes, which is its ETag as well.
        media_type: What it is.
        name: What it is called where it is saved.
        kept: How long browsers keep it.
        is_saved: Whether browsers save it, or show it.
    """

    sha256: str
    media_type: str
    name: str
    kept: Kept
    is_saved: bool = False

    @property
    def etag(self) -> str:
        """Its entity tag, a strong one."""
        return f'"{self.sha256}"'

    @property
    def headers(self) -> dict[str, str]:
        """What is said of it in each answer."""
        digest = base64.b64encode(bytes.fromhex(self.sha256)).decode()
        return {
            "ETag": self.etag,
            "Accept-Ranges": "bytes",
            "Cache-Control": self.kept.value,
            "Content-Disposition": self._disposition,
            "Content-Security-Policy": _SAFE,
            "Repr-Digest": f"sha-256=:{digest}:",
            "X-Content-Type-Options": "nosniff",
        }

    @property
    def _disposition(self) -> str:
        how = "attachment" if self.is_saved else "inline"
        if self.name.isascii() and self.name.isprintable() and not {'"', "\\"} & {*self.name}:
            return f'{how}; filename="{self.name}"'
        return f"{how}; filename*=UTF-8''{quote(self.name, safe='')}"


def file_answer(request: Request, sent: SentFile, file: BinaryIO) -> Response:
    """Return the answer to who asks for a file: it, parts of it, or that it has not changed.

    Args:
        request: What was asked.
        sent: What the file is.
        file: It, opened; it is closed once it is sent.
    """
    size, headers = os.fstat(file.fileno()).st_size, sent.headers
    if _is_known(request, sent):
        file.close()
        return Response(status_code=304, headers=headers)
    spans = _spans_asked(request, sent, size)
    if spans == ():
        file.close()
        said = {"Content-Range": f"bytes */{size}"}
        return answer(416, f"{sent.name} has {size} bytes, and none of those asked for.", (), said)
    parts = _parts(sent, spans, size, headers)
    headers["Content-Length"] = str(sum(part.size for part in parts))
    status = 200 if spans is None else 206
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers)
    return StreamingResponse(_blocks(file, parts), status, headers)


@dataclass(frozen=True)
class _Part:
    """A part of an answer's body: some text, then some bytes of the file."""

    text: bytes
    span: Span

    @property
    def size(self) -> int:
        return len(self.text) + self.span.size


def _is_known(request: Request, sent: SentFile) -> bool:
    """Tell whether who asks has the file: by ``If-None-Match``, which compares weakly."""
    known = request.headers.get("if-none-match", "")
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return "*" in tags or sent.etag in tags


def _spans_asked(request: Request, sent: SentFile, size: int) -> tuple[Span, ...] | None:
    """Return the parts that are asked for; None: the whole, also where an ``If-Range`` says so.

    Only GET asks for parts (RFC 9110, section 14.2).
    """
    asked = request.headers.get("range")
    only_if = request.headers.get("if-range")
    if request.method != "GET" or asked is None or only_if not in (None, sent.etag):
        return None
    return spans_in(asked, size)


def _parts(
    sent: SentFile, spans: tuple[Span, ...] | None, size: int, headers: dict[str, str]
) -> tuple[_Part, ...]:
    """Return the parts of a body, and say in its headers what it is."""
    media_type = _with_charset(sent.media_type)
    headers["Content-Type"] = media_type
    if spans is None:
        return (_Part(b"", Span(0, size)),)
    if len(spans) == 1:
        headers["Content-Range"] = spans[0].content_range(size)
        return (_Part(b"", spans[0]),)
    boundary = secrets.token_hex(16)
    headers["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
    each = {"Content-Type": media_type}
    return (
        *(
            _Part(_head(boundary, each | {"Content-Range": span.content_range(size)}), span)
            for span in spans
        ),
        _Part(f"\r\n--{boundary}--\r\n".encode(), Span(0, 0)),
    )


def _head(boundary: str, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"\r\n--{boundary}\r\n{lines}\r\n".encode()


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


async def _blocks(file: BinaryIO, parts: tuple[_Part, ...]) -> AsyncIterator[bytes]:
    with file:
        for part in parts:
            if part.text:
                yield part.text
            for begin, size in _steps(part.span):
                yield await run_in_threadpool(_read, file, begin, size)


def _steps(span: Span) -> Iterator[tuple[int, int]]:
    for begin in range(span.start, span.end, _BLOCK):
        yield begin, min(_BLOCK, span.end - begin)


def _read(file: BinaryIO, begin: int, size: int) -> bytes:
    """Return bytes of a file, all of them: a body that is shorter than it says is cut off.

    Raises:
        EOFError: The file has become shorter since it was opened.
    """
    data = os.pread(file.fileno(), size, begin)
    if len(data) < size:
        raise EOFError(f"{file.name} ends before byte {begin + size}")
    return data
