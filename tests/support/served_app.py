"""The server's application, served for real in a thread of the test, and asked byte by byte.

What is asked reaches it as it stands here: no client tidies up a path, or leaves out a header.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.server.app import server_app
from sparkle_motion_dagster.server.settings import ServerSettings

TOKEN = "one-token-that-nobody-guesses"  # noqa: S105 - of servers that live for a test


@dataclass(frozen=True)
class Answer:
    """What it answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """What the body says, which must be JSON."""
        return json.loads(self.body)


class Client:
    """Asks whoever listens at a port of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def address(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | Iterable[bytes] | None = None,
        client: str = "127.0.0.1",
    ) -> Answer:
        """Ask it; a body that comes in pieces says nothing of its length.

        Args:
            method: The method.
            target: What follows it in the request, as it stands.
            headers: Any number, some of them more than once.
            body: What is sent.
            client: The address from which it is asked.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, source_address=(client, 0))
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        with contextlib.closing(connection):
            connection.putrequest(
                method, target, skip_host=any(name.lower() == "host" for name, _ in pairs)
            )
            for name, value in pairs:
                connection.putheader(name, value)
            if isinstance(body, bytes):
                connection.putheader("Content-Length", str(len(body)))
            elif body is not None:
                connection.putheader("Transfer-Encoding", "chunked")
            chunked = not isinstance(body, bytes | None)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # It may answer before it has read all, and hang up.
                connection.endheaders(body, encode_chunked=chunked)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def get(self, target: str, **headers: str) -> Answer:
        """Ask it by GET; underscores in the names of headers stand for hyphens."""
        return self.ask("GET", target, _named(headers))


class ServedApp(Client):
    """An application that is served at 127.0.0.1."""

    def __init__(self, app: ASGIApp, log_level: str = "critical") -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        super().__init__(self._socket.getsockname()[1])
        config = uvicorn.Config(
            app,
            log_level=log_level,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=5,  # seconds; streams of events have no end of their own
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()

    def end(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def _named(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def bearer(token: str = TOKEN) -> dict[str, str]:
    """Return the header that presents a token."""
    return {"Authorization": f"Bearer {token}"}


@contextlib.contextmanager
def served(app: ASGIApp, log_level: str = "critical") -> Iterator[ServedApp]:
    """Serve an application until the block ends."""
    server = ServedApp(app, log_level)
    try:
        yield server
    finally:
        server.end()


def settings_of(
    home: Path, host: str = "127.0.0.1", allowed: tuple[str, ...] = ()
) -> ServerSettings:
    """Return settings of a server of a home."""
    return ServerSettings(SparkleHome(home), host, 7077, TOKEN, allowed)


@contextlib.contextmanager
def serving_home(
    home: Path, host: str = "127.0.0.1", allowed: tuple[str, ...] = (), log_level: str = "critical"
) -> Iterator[ServedApp]:
    """Serve the films of a home as if to whoever reaches a host."""
    with served(server_app(settings_of(home, host, allowed)), log_level) as server:
        yield server
