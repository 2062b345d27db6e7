"""How the tests' server of OpenAI's protocol refuses, whatever it is asked for."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

Body = Mapping[str, Any]


def error(status: int, message: str, code: str = "", **headers: str) -> Response:
    """Return an error as OpenAI's server words it."""
    told = {"error": {"message": message, "code": code, "type": "error"}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(told, status, named)


def busy(**headers: str) -> Response:
    """Return what a server says that is asked too often."""
    return error(429, "Rate limit reached.", "rate_limit_exceeded", **headers)


def _date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


async def for_ever(piece: bytes, every_s: float) -> AsyncIterator[bytes]:
    """Send the same again and again."""
    while True:
        yield piece
        await asyncio.sleep(every_s)


async def never(_: Body, __: Sequence[Body]) -> Response:
    """Send nothing at all."""
    await asyncio.Event().wait()
    raise AssertionError


def zipped(content: bytes) -> Response:
    """Send something compressed."""
    return Response(gzip.compress(content), headers={"content-encoding": "gzip"})


REFUSALS: Mapping[str, Callable[[str], Response]] = {
    "busy": lambda _: busy(),
    "busy_seconds": lambda _: busy(retry_after="7"),
    "busy_milliseconds": lambda _: busy(retry_after_ms="1500", retry_after="2"),
    "busy_date": lambda _: busy(retry_after=_date(30)),
    "busy_until_yesterday": lambda _: busy(retry_after=_date(-86_400)),
    "busy_nonsense": lambda _: busy(retry_after="soon"),
    "busy_nan": lambda _: busy(retry_after="nan"),
    "busy_ten_minutes": lambda _: busy(retry_after="600"),
    "busy_a_day": lambda _: busy(retry_after="86400"),
    "unauthorized": lambda key: error(401, f"Incorrect API key provided: {key}"),
    "forbidden": lambda key: error(403, f"The project of {key} has no access to this."),
    "quota": lambda _: error(429, "You exceeded your quota.", "insufficient_quota"),
    "billing": lambda _: error(403, "Your account is not active.", "billing_not_active"),
    "unpaid": lambda _: error(402, "Payment required."),
    "unknown": lambda _: JSONResponse({"detail": "Not Found"}, 404),
    "down": lambda key: error(500, f"The server had an error with {key}."),
    "gateway": lambda _: HTMLResponse("<html><h1>Bad Gateway</h1></html>", 502),
    "overloaded": lambda _: error(503, "Try later.", retry_after="4"),
    "down_at_length": lambda _: StreamingResponse(for_ever(b"x" * 65_536, 0), 500),
    "redirect": lambda key: Response("", 307, {"location": f"/elsewhere?{key}"}),
    "late_key_refused": lambda key: error(400, f"{'no ' * 98}{key}"),
    "quoted": lambda key: error(400, quote(key, safe="")),
    "nested": lambda key: JSONResponse({"detail": [{"input": {"asked_by": key}}]}, 422),
    "broken_json": lambda _: Response('{"error": ', 400, media_type="application/json"),
}
"""What is sent for a model of that name; the function is told the key that came."""
