"""The film server, started as a user starts it."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import forked
from sparkle_motion_dagster.server.tokens import server_token
from studio import Studio
from waiting import PATIENCE_S, until


@dataclass(frozen=True)
class FilmServer:
    """A film server that answers: where, by which process, and the token of who may write."""

    address: str
    token: str
    process: forked.Service

    @property
    def bearer(self) -> dict[str, str]:
        """The header that presents the token."""
        return {"Authorization": f"Bearer {self.token}"}

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Any:
        """Return what it answers to a GET, which must be JSON."""
        with urllib.request.urlopen(  # noqa: S310 - our own server on 127.0.0.1
            urllib.request.Request(self.address + path, headers=dict(headers or {})),  # noqa: S310
            timeout=60,
        ) as answer:
            return json.load(answer)

    def end(self) -> None:
        """End it as a service is ended, unless it was killed before."""
        self.process.end(signal.SIGTERM, PATIENCE_S)


@contextlib.contextmanager
def film_server(studio: Studio, *options: str, port: int | None = None) -> Iterator[FilmServer]:
    """Run a film server that renders nothing until the block ends.

    Args:
        studio: Whose films it serves.
        options: Of `sparkle serve`, besides.
        port: Where it listens; None: where nobody does.
    """
    with _running(studio, "--no-daemon", *options, port=port) as server:
        yield server


@contextlib.contextmanager
def rendering_film_server(studio: Studio, *options: str) -> Iterator[FilmServer]:
    """Run `sparkle serve`, with the daemon that renders, until the block ends."""
    with _running(studio, *options) as server:
        yield server


def start_film_server(studio: Studio, *options: str, port: int | None = None) -> FilmServer:
    """Start `sparkle serve`, and wait until it answers; its process leads a session of its own."""
    port = port or free_port()
    command = ["sparkle", "serve", "--port", str(port), *options]
    process = forked.Service(command, studio.environment, studio.root, studio.root / "serve.log")
    server = FilmServer(f"http://127.0.0.1:{port}", server_token(studio.home), process)
    try:
        until("the film server answers", lambda: is_answering(server))
    except BaseException:
        server.end()
        raise
    return server


def is_answering(server: FilmServer) -> bool:
    """Tell whether a server answers; its process must not have ended."""
    assert server.process.poll() is None, f"it ended with {server.process.poll()}"
    try:
        return bool(server.ask("/healthz"))
    except OSError:
        return False  # nobody listens yet


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _running(studio: Studio, *options: str, port: int | None = None) -> Iterator[FilmServer]:
    server = start_film_server(studio, *options, port=port)
    try:
        yield server
    finally:
        server.end()
