"""Whoever listens to a film server's events, as a browser does, and a server that tells them."""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import uvicorn

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.server.app import films_api
from sparkle_motion_dagster.server.events.feed import Feed
from sparkle_motion_dagster.server.settings import LOOK_EVERY_S, TELL_EVERY_S, ServerSettings
from sparkle_motion_dagster.serving.film_server import FilmServer
from waiting import PATIENCE_S, until


@dataclass(frozen=True)
class Heard:
    """An event as it was heard."""

    id: str
    kind: str
    data: dict[str, Any]


class Ear:
    """A client of a stream of events, which hears all of it in a thread of its own."""

    def __init__(self, address: str, path: str, after: str | None = None) -> None:
        """Begin to listen.

        Args:
            address: The server's.
            path: Which events.
            after: The id of the last event that was heard before.
        """
        self.heard: list[Heard] = []
        self.last_id = after or ""
        self.has_ended = self.ended_whole = False
        self._streams = contextlib.ExitStack()
        headers = {} if after is None else {"Last-Event-ID": after}
        stream = _client().stream("GET", address + path, headers=headers)
        self.answer = self._streams.enter_context(stream)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def kinds(self) -> list[str]:
        """Return the kinds of all that was heard, in order."""
        return [one.kind for one in self.heard]

    def items(self) -> list[tuple[str, str]]:
        """Return the items of which was heard, each with its stage, in order."""
        return [(one.data["stage"], one.data["item"]) for one in self.heard if one.kind == "item"]

    def standing_of(self, run_id: str) -> dict[str, Any]:
        """Return how a film stands as it has heard last; nothing where it has not heard of it."""
        told = (one.data for one in reversed(self.heard) if one.kind == "standing")
        return next((one for one in told if one["run_id"] == run_id), {})

    def hears(self, what: str, condition: Callable[[Ear], object]) -> None:
        """Wait until a condition holds of what was heard."""
        until(what, lambda: bool(condition(self)))

    def hears_now(self, run_id: str, now: str) -> None:
        """Wait until it hears that a film stands so."""
        self.hears(f"{run_id} is {now}", lambda ear: ear.standing_of(run_id).get("now") == now)

    def close(self) -> None:
        """Listen no more, as a browser does whose page is closed."""
        with contextlib.suppress(OSError):  # the server was faster
            connection: socket.socket = self.answer.extensions["network_stream"].get_extra_info(
                "socket"
            )
            connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)
        self._streams.close()

    def _listen(self) -> None:
        kind, data = "", ""
        with contextlib.suppress(httpx2.TransportError):
            for line in self.answer.iter_lines():
                field, _, value = line.partition(": ")
                match field:
                    case "id":
                        self.last_id = value
                    case "event":
                        kind = value
                    case "data":
                        data = value
                    case "" if data:
                        self.heard.append(Heard(self.last_id, kind, json.loads(data)))
                        data = ""
            self.ended_whole = True
        self.has_ended = True


@functools.cache
def _client() -> httpx2.Client:
    """Return what asks servers for streams, as many at once as there are."""
    return httpx2.Client(timeout=PATIENCE_S, limits=httpx2.Limits(max_connections=None))


@dataclass
class EventServer:
    """A film server in this process, whose feed can be looked at."""

    address: str
    feed: Feed
    end: Callable[[], None]
    ears: contextlib.ExitStack

    def listen(self, path: str = "/events", after: str | None = None) -> Ear:
        """Return somebody who listens until the server ends."""
        ear = Ear(self.address, path, after)
        self.ears.callback(ear.close)
        return ear


@contextlib.contextmanager
def event_server(
    home: SparkleHome, *, look_every_s: float = LOOK_EVERY_S, tell_every_s: float = TELL_EVERY_S
) -> Iterator[EventServer]:
    """Serve a home's films until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    # What a client does not read piles up where it can be seen to, and not in the system.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32768)
    port = listening.getsockname()[1]
    token = "a token of some length"  # noqa: S105 - of a server that lives for a test
    settings = ServerSettings(
        *(home, "127.0.0.1", port, token), look_every_s=look_every_s, tell_every_s=tell_every_s
    )
    api = films_api(settings)
    server = FilmServer(uvicorn.Config(api, log_level="critical", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()

    def end() -> None:
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive()

    try:
        until("the server serves", lambda: server.started)
        with contextlib.ExitStack() as ears:
            yield EventServer(f"http://127.0.0.1:{port}", api.state.feed, end, ears)
    finally:
        end()
