"""Who may do what: anybody on this machine reads; whoever writes presents the token.

Where the server is reached from elsewhere, whoever reads presents it, too. A browser presents the
cookie that it got for the token.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkle_motion_dagster.server.problems import answer
from sparkle_motion_dagster.server.settings import ServerSettings
from sparkle_motion_dagster.server.tokens import is_same, session_of

COOKIE = "sparkle_session"
"""The name of the cookie."""

_READING = frozenset({"GET", "HEAD"})
_OPEN = ("/healthz", "/session", "/static/", "/login")
"""What tells nothing of films, and what one needs to present a token."""


@dataclass(frozen=True)
class Access:
    """An ASGI application that lets through whoever may."""

    app: ASGIApp
    settings: ServerSettings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: by the application, or by saying that a token is missing."""
        app = self.app
        if scope["type"] == "http" and not self._may(scope):
            app = answer(
                401,
                "The server's token is missing or wrong. It lies in the file server.token of "
                "$SPARKLE_HOME, or is what $SPARKLE_TOKEN holds; send it as `Authorization: "
                "Bearer TOKEN`.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        await app(scope, receive, send)

    def _may(self, scope: Scope) -> bool:
        path, reads = scope["path"], scope["method"] in _READING
        if path.startswith(_OPEN) or (reads and self.settings.is_local):
            return True
        request = HTTPConnection(scope)
        scheme, _, presented = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return is_same(presented.strip(), self.settings.token)
        cookie = request.cookies.get(COOKIE)
        return cookie is not None and is_same(cookie, session_of(self.settings.token))
