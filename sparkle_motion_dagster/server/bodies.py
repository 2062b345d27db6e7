"""What requests bring with them, read within bounds."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

MOST_JSON = 256 * 1024
"""Bytes of what a request says in JSON: a prompt, a comment, a decision."""


class SmallBodies(APIRoute):
    """Routes that take a few words of JSON: of a larger body, no more than that is ever read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request, whose body is counted while it is read."""
        answer = super().get_route_handler()

        async def limited(request: Request) -> Response:
            bounded = _at_most(MOST_JSON, request.receive, "what is sent here")
            return await answer(Request(request.scope, bounded))

        return limited


async def body_of(request: Request, most_bytes: int, what: str) -> bytes:
    """Return the body of a request.

    Args:
        request: The request.
        most_bytes: How large it may be.
        what: What such a body is called, such as ``a plan file``.

    Raises:
        HTTPException: It is larger (413).
    """
    return await Request(request.scope, _at_most(most_bytes, request.receive, what)).body()


def _at_most(most_bytes: int, receive: Receive, what: str) -> Receive:
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most_bytes:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The request is larger than {most_bytes} bytes, the most that {what} may have.",
            )
        return message

    return bounded
