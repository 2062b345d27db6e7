"""Events are heard as they come, none twice and none lost, until the listener is cancelled.

The server is a real one, on a port of its own; it breaks connections off, as servers do that end.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from film_server import free_port
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.notebook.client import Client
from sparkle_motion_dagster.notebook.problems import ServerUnreachableError
from waiting import until

PATIENCE_S = 60.0


@dataclass
class Told:
    """What the server was asked for."""

    resumed_after: list[str | None] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def server_of_three_events_a_connection() -> Iterator[tuple[str, Told]]:
    """Serve the events 1, 2, 3, ...: three on each of two connections, then silence."""
    told = Told()

    async def three(first: int) -> AsyncIterator[str]:
        yield ": hello\n\n"
        for number in range(first, first + 3):
            yield f"event: item\nid: {number}\ndata: {number}\n\n"

    async def forever() -> AsyncIterator[str]:
        import anyio

        yield ": nothing happens\n\n"
        try:
            await anyio.sleep_forever()
        finally:
            told.gone.set()

    async def events(request: Request) -> Response:
        after = request.headers.get("last-event-id")
        told.resumed_after.append(after)
        first = int(after or "0") + 1
        body = three(first) if first < 7 else forever()
        return StreamingResponse(body, media_type="text/event-stream")

    with _served(Starlette(routes=[Route("/events", events)])) as address:
        yield address, told


@contextlib.contextmanager
def server_that_refuses() -> Iterator[str]:
    """Serve nobody."""

    async def events(_: Request) -> Response:
        problem = {"title": "Unauthorized", "status": 401, "detail": "The token is wrong."}
        return JSONResponse(problem, 401, media_type="application/problem+json")

    with _served(Starlette(routes=[Route("/events", events)])) as address:
        yield address


@contextlib.contextmanager
def _served(app: Starlette) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until("the server listens", lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def test_each_event_is_heard_once_over_broken_connections() -> None:
    heard: queue.Queue[str] = queue.Queue()
    failures: list[BaseException] = []
    with server_of_three_events_a_connection() as (address, told):
        listening = Client(address).events(
            lambda event: heard.put(event.data), failures.append, failures.append
        )
        numbers = [heard.get(timeout=PATIENCE_S) for _ in range(6)]
        until("it connects again", lambda: len(told.resumed_after) == 3)
        listening.cancel()
        assert numbers == ["1", "2", "3", "4", "5", "6"]
        assert told.resumed_after == [None, "3", "6"]
        assert not listening.is_listening
        assert told.gone.wait(PATIENCE_S), "its connection is still open"
        assert heard.empty()
        assert not failures


def test_it_waits_for_a_server_that_is_gone_and_says_so_once() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    lost: queue.Queue[BaseException] = queue.Queue()
    failures: list[BaseException] = []
    listening = Client(address).events(lambda _: None, lost.put, failures.append)
    error = lost.get(timeout=PATIENCE_S)
    assert isinstance(error, ServerUnreachableError)
    assert address in str(error)
    assert listening.is_listening
    listening.cancel()
    assert not listening.is_listening
    assert lost.empty()
    assert not failures


def test_who_is_refused_is_told_why() -> None:
    failures: queue.Queue[BaseException] = queue.Queue()
    with server_that_refuses() as address:
        listening = Client(address).events(lambda _: None, failures.put, failures.put)
        error = failures.get(timeout=PATIENCE_S)
        assert isinstance(error, InputError)
        assert str(error) == "The token is wrong."
        until("it has ended", lambda: not listening.is_listening)
        listening.cancel()


def test_what_a_listener_raises_is_told() -> None:
    failures: queue.Queue[BaseException] = queue.Queue()

    def hear(_: object) -> None:
        raise ValueError("no such widget")

    with server_of_three_events_a_connection() as (address, _):
        Client(address).events(hear, failures.put, failures.put)
        assert str(failures.get(timeout=PATIENCE_S)) == "no such widget"


def test_cancelling_again_changes_nothing() -> None:
    with server_of_three_events_a_connection() as (address, _):
        listening = Client(address).events(lambda _: None, lambda _: None, lambda _: None)
        listening.cancel()
        listening.cancel()
        assert not listening.is_listening
