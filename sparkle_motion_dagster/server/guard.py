"""What stands before a web server: pages of other sites can neither read nor change anything.

A browser reaches it for any page that it shows: under a name that the page's owner has lead to this
machine (DNS rebinding), or by a form or link to it (cross-site request forgery). Both show in what
browsers say of a request. And a page may lay ours under its own buttons (clickjacking), unless that
tells the browser not to. The web UI asks for no password: whoever gets so far may do all there.
"""

import ipaddress
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READING = frozenset({"GET", "HEAD"})
_OF_OURS = frozenset({"same-origin", "none"})
"""What browsers say in Sec-Fetch-Site of what our own page, or the person itself, asked for."""

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_AUTHORITY = re.compile(r"(?:\[(?P<ip>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::[0-9]{1,5})?", re.I)
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#@]+)", re.I)
_DEFAULT_PORT = {"http": ":80", "https": ":443"}


def in_plain_text(refusal: str) -> ASGIApp:
    """Return a refusal as a text, whoever may have written the names that are quoted in it."""
    return PlainTextResponse(f"{refusal}\n", 403, headers={"X-Content-Type-Options": "nosniff"})


@dataclass(frozen=True)
class Guard:
    """An ASGI application that lets through what no other site's page can have asked for.

    Attributes:
        app: The application behind it.
        listens_on: The address that the web server was told to listen on.
        allowed: Names under which people reach it besides, such as a proxy's.
        refused: Returns the answer that says why something was not let through.
    """

    app: ASGIApp
    listens_on: str
    allowed: Collection[str] = ()
    refused: Callable[[str], ASGIApp] = in_plain_text

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: by the application, or by a sentence that says what to do."""
        app = self.app
        if scope["type"] in {"http", "websocket"} and (refusal := self._refusal(scope)) is not None:
            app = self.refused(refusal)

        async def send_unframed(message: Message) -> None:
            """Send it such that no page of another site can show it under its own buttons."""
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Frame-Options"] = "SAMEORIGIN"
            await send(message)

        await app(scope, receive, send_unframed)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            host = _name_in(hosts[0]) if len(hosts) == 1 else None
            return (
                f"This web server is not known as {host or 'what was asked for'}: open it under "
                "the address that it listens on, or start it with `--allow-host NAME` (or "
                "$SPARKLE_ALLOW_HOSTS) for each further name that it has."
            )
        changes = scope["type"] == "websocket" or scope["method"] not in _READING
        is_ours = all(self._is_from_here(origin, hosts[0]) for origin in origins)
        if not origins:
            is_ours = _OF_OURS.issuperset(headers.getlist("sec-fetch-site"))
        if changes and not is_ours:
            return (
                "This was asked for by a page of another site: open the web UI itself. Behind a "
                "proxy, start it with `--allow-host NAME` (or $SPARKLE_ALLOW_HOSTS), where NAME is "
                "the proxy's as it stands in the browser's address."
            )
        return None

    def _is_ours(self, authority: str) -> bool:
        name = _name_in(authority)
        if name is None:
            return False
        if name in _LOCAL or name == self.listens_on.lower() or self._is_allowed(name):
            return True
        # Where it listens on all addresses, it is reached under any: no name leads astray.
        return self.listens_on in {"0.0.0.0", "::"} and _is_address(name)  # noqa: S104

    def _is_allowed(self, name: str) -> bool:
        return name in {one.lower() for one in self.allowed}

    def _is_from_here(self, origin: str, host: str) -> bool:
        """Tell whether a page is of this very server, or of the proxy before it."""
        found = _ORIGIN.fullmatch(origin)
        if found is None:
            return False
        port = _DEFAULT_PORT[found["scheme"].lower()]
        same = found["authority"].lower().removesuffix(port) == host.lower().removesuffix(port)
        name = _name_in(found["authority"])
        return same or (name is not None and self._is_allowed(name))


def _name_in(authority: str) -> str | None:
    """Return the host of what may be followed by a port, in lower case; None: it is none."""
    found = _AUTHORITY.fullmatch(authority)
    return None if found is None else (found["ip"] or found["name"]).lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
