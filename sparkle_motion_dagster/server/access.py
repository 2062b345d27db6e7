"""Who may do what: anybody on this machine reads; whoever writes presents the token.

Where the server is reached from elsewhere, whoever reads presents it, too. A browser presents the
cookie that it got for the token.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkle_motion_dagster.server.attempts import Attempts
from sparkle_motion_dagster.server.problems import answer
from sparkle_motion_dagster.server.settings import ServerSettings
from sparkle_motion_dagster.server.tokens import is_same, is_session

_READING = frozenset({"GET", "HEAD"})
OPEN = frozenset({("GET", "/"), ("GET", "/healthz"), ("GET", "/session"), ("DELETE", "/session")})
"""What tells nothing of films, and what one needs to present a token."""

_OPEN_FOLDER = "/static/"
_PAGES = "/films/"


class Presented(Enum):
    """What came with a request to say who asks."""

    NOTHING = "nothing"
    RIGHT = "the token, or a session"
    WRONG = "another token"


@dataclass(frozen=True)
class Access:
    """An ASGI application that lets through whoever may.

    What is behind it finds in the request's state whether whoever asks may write: ``may_write``.
    """

    app: ASGIApp
    settings: ServerSettings
    _attempts: Attempts = field(default_factory=Attempts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: by the application, or by saying that a token is missing."""
        app = self.app
        if scope["type"] == "http":
            app = self._refusal(HTTPConnection(scope)) or app
        await app(scope, receive, send)

    def _refusal(self, request: HTTPConnection) -> ASGIApp | None:
        client = request.client.host if request.client else ""
        by_token = "authorization" in request.headers
        if by_token and (wait_s := self._attempts.wait_s(client)):
            return answer(
                429,
                "Wrong tokens were presented too often: no token is looked at for "
                f"{wait_s} seconds.",
                headers={"Retry-After": str(wait_s)},
            )
        presented = _presented(request, self.settings)
        if presented is Presented.WRONG:
            self._attempts.note(client)
            return _missing("The server's token is another one.")
        request.scope.setdefault("state", {})["may_write"] = presented is Presented.RIGHT
        if presented is Presented.RIGHT or self._is_open(request.scope):
            return None
        path = request.url.path
        if path.startswith(_PAGES) and "text/html" in request.headers.get("accept", ""):
            # A person: the front page asks for the token, and goes on from there.
            return RedirectResponse(f"/#next={quote(path, safe='')}", 303)
        return _missing("This needs the server's token.")

    def _is_open(self, scope: Scope) -> bool:
        path, method = scope["path"], scope["method"]
        reads = method in _READING
        if reads and (self.settings.is_local or path.startswith(_OPEN_FOLDER)):
            return True
        return ("GET" if reads else method, path) in OPEN


def cookie_of(settings: ServerSettings) -> str:
    """Return the name of the cookie of a session: browsers keep one for all ports of a host."""
    return f"sparkle_session_{settings.port}"


def _presented(request: HTTPConnection, settings: ServerSettings) -> Presented:
    """Return what a request presents; a token counts before a session, which may have ended."""
    given = request.headers.getlist("authorization")
    if given:
        scheme, _, token = given[0].partition(" ")
        is_right = scheme.lower() == "bearer" and is_same(token.strip(), settings.token)
        return Presented.RIGHT if is_right and len(given) == 1 else Presented.WRONG
    cookie = request.cookies.get(cookie_of(settings))
    if cookie is not None and is_session(cookie, settings.token):
        return Presented.RIGHT
    return Presented.NOTHING


def _missing(why: str) -> ASGIApp:
    return answer(
        401,
        f"{why} It lies in the file server.token of $SPARKLE_HOME, or is what $SPARKLE_TOKEN "
        "holds; send it as `Authorization: Bearer TOKEN`.",
        headers={"WWW-Authenticate": "Bearer"},
    )
