"""What no honest request has: names that lead out of a folder, and bodies without end."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sparkle_motion_dagster.plan.reading.document import MAX_BYTES
from sparkle_motion_dagster.server.problems import answer

LONGEST_BODY = MAX_BYTES
"""Bytes of what is sent in one piece: the longest plan; uploads are streamed."""

_STREAMED = "/artifacts"
"""What is sent there is measured by whoever stores it."""

_DECODINGS = 3
"""How often a path is decoded: whoever decodes it once too often must find nothing in it, too."""


@dataclass(frozen=True)
class Sanity:
    """An ASGI application that answers what no honest request has, before anybody looks at it."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: by the application, or by saying what is wrong with it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = _wrong_path(scope) or _too_long(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self.app(scope, _measured(scope, receive), send)


def _wrong_path(scope: Scope) -> ASGIApp | None:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    for _ in range(_DECODINGS):
        if _leads_astray(path):
            return answer(
                400,
                "The path has a segment '.' or '..', a backslash, a control character, or "
                "characters that are no UTF-8: no film and no artifact is called so.",
            )
        path = unquote_to_bytes(path)
    return None


def _leads_astray(path: bytes) -> bool:
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return True
    if "\\" in text or any(not one.isprintable() for one in text):
        return True
    return not {".", ".."}.isdisjoint(text.split("/"))


def _too_long(scope: Scope) -> ASGIApp | None:
    said = Headers(scope=scope).get("content-length", "0")
    is_long = said.isdecimal() and int(said) > LONGEST_BODY
    return answer(413, _LONG) if is_long and not _is_streamed(scope) else None


def _measured(scope: Scope, receive: Receive) -> Receive:
    """Return what reads a body, and stops where that is longer than its sender said, or may be."""
    if _is_streamed(scope):
        return receive
    left = LONGEST_BODY

    async def receive_measured() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, _LONG)
        return message

    return receive_measured


def _is_streamed(scope: Scope) -> bool:
    return bool(scope["path"] == _STREAMED)


_LONG = f"The body is longer than {LONGEST_BODY // 2**20} MiB."
