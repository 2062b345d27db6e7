"""What every answer tells browsers: to take it for what it is, and to whom it may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    # What is sent as a picture is no script, whatever its bytes look like.
    "X-Content-Type-Options": "nosniff",
    # Where a page leads to is told nothing of the film that it shows.
    "Referrer-Policy": "no-referrer",
}
_UNLESS_SAID = {
    # Pages of other sites do not embed it; the web UI, another port of this host, does.
    "Cross-Origin-Resource-Policy": "same-site",
    # Kept, but asked after each time; what never changes says so itself.
    "Cache-Control": "private, no-cache",
}


@dataclass(frozen=True)
class SafeHeaders:
    """An ASGI application whose answers have the headers that keep browsers from mistakes."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the application."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_ALWAYS)
                for name, value in _UNLESS_SAID.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_safely)
