"""What stands before the web server lets its own page and local scripts through, and no other site.

Requests are real ones, to a real server; what lies behind the guard says that it was reached.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from sparkle_motion_dagster.server.guard import Guard
from sparkle_motion_dagster.serving.questions import QuestionsByGet

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]


async def answer(_: Request) -> PlainTextResponse:
    """Say that the request came through."""
    return PlainTextResponse("reached")


async def talk(websocket: WebSocket) -> None:
    """Say that the connection came through."""
    await websocket.accept()
    await websocket.send_text("reached")
    await websocket.close()


class Server:
    """A guarded server that listens on an address, and is really at 127.0.0.1."""

    def __init__(self, listens_on: str) -> None:
        routes = [Route("/graphql", answer, methods=METHODS), WebSocketRoute("/graphql", talk)]
        app = QuestionsByGet(Starlette(routes=routes))
        guard = Guard(app, listens_on, ["Films.example"])
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        config = uvicorn.Config(guard, log_level="critical", lifespan="off")
        self.server = uvicorn.Server(config)

    @property
    def own(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, query: str = "", **headers: str) -> tuple[int, str]:
        """Ask it, and return the status and the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        with contextlib.closing(connection):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, f"/graphql{query}", headers=named)
            response = connection.getresponse()
            return response.status, response.read().decode()


@contextlib.contextmanager
def serving(listens_on: str) -> Iterator[Server]:
    server = Server(listens_on)
    thread = threading.Thread(target=server.server.run, args=([server.socket],))
    thread.start()
    try:
        yield server
    finally:
        server.server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("render-box") as server:
        yield server


@pytest.fixture(scope="module")
def open_server() -> Iterator[Server]:
    """One that listens on all addresses of its machine."""
    with serving("0.0.0.0") as server:  # noqa: S104 - it is only told so
        yield server


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:3000", "127.0.0.1:81", "[::1]:3000", "render-box", "films.example"],
)
def test_its_own_names(server: Server, host: str) -> None:
    assert server.ask("GET", host=host) == (200, "reached")
    assert server.ask("POST", host=host) == (200, "reached")


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "127.0.0.1.nip.io:3000", "localhost.evil.example", "evil.localhost"),
        *("", "192.168.1.7:3000", "localhost@evil.example", "evil.example/localhost", "[::2]"),
        *("localhost:80:80", "localhost evil.example", "xn--lcalhost-n1a"),
    ],
)
def test_other_names_are_refused(server: Server, host: str) -> None:
    for method in ("GET", "POST"):
        status, said = server.ask(method, host=host)
        assert status == 403
        assert "This web server is not known as" in said
        assert "start it with `--allow-host NAME`" in said


def test_where_it_listens_on_all_addresses_it_is_reached_under_any_but_not_any_name(
    open_server: Server,
) -> None:
    assert open_server.ask("GET", host="192.168.1.7:3000") == (200, "reached")
    assert open_server.ask("GET", host="[fe80::1]") == (200, "reached")
    assert open_server.ask("GET", host="evil.example")[0] == 403


OTHER_SITES = [
    *("http://evil.example", "https://localhost.evil.example", "null", "http://127.0.0.1:1"),
    *("file://", "http://", "moz-extension://5c1", "http://evil.example#127.0.0.1"),
]


@pytest.mark.parametrize("origin", OTHER_SITES)
def test_pages_of_other_sites_can_change_nothing(server: Server, origin: str) -> None:
    status, said = server.ask("POST", origin=origin)
    assert status == 403
    assert "asked for by a page of another site: open the web UI itself" in said
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://127.0.0.1:{server.port}/graphql", origin=Origin(origin)),
    ):
        pass
    assert refused.value.response.status_code == 403
    assert refused.value.response.body is not None
    assert b"page of another site" in refused.value.response.body
    # What it would be told, its browser keeps from it.
    assert server.ask("GET", origin=origin) == (200, "reached")


def test_its_own_page_and_that_of_the_proxy_can(server: Server) -> None:
    for origin in (server.own, server.own.upper(), "https://films.example"):
        assert server.ask("POST", origin=origin) == (200, "reached")
        with connect(f"ws://127.0.0.1:{server.port}/graphql", origin=Origin(origin)) as websocket:
            assert websocket.recv() == "reached"
    assert server.ask("POST", host="localhost", origin="http://localhost:80") == (200, "reached")
    with connect(f"ws://127.0.0.1:{server.port}/graphql") as websocket:
        assert websocket.recv() == "reached"


@pytest.mark.parametrize(
    "query",
    [
        "mutation { terminateRun }",
        "mutation M($run: String!) { terminateRun(runId: $run) }",
        "query A { version } mutation B { terminateRun }",
        "fragment F on Run { id } # a comment\n mutation{terminateRun}",
        "subscription { logs }",
    ],
)
def test_nothing_is_changed_by_a_link(server: Server, query: str) -> None:
    for address in (f"?query={quote(query)}", f"?query=%7Bversion%7D&query={quote(query)}"):
        status, said = server.ask("GET", address)
        assert status == 403
        assert "send GraphQL mutations by POST" in said
    assert server.ask("POST", f"?query={quote(query)}") == (200, "reached")


@pytest.mark.parametrize("query", ["{ version }", "query Q { mutation }", "no GraphQL {", ""])
def test_a_link_may_ask(server: Server, query: str) -> None:
    assert server.ask("GET", f"?query={quote(query)}&operationName=Q") == (200, "reached")


def test_no_other_sites_page_can_frame_it(server: Server) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request("GET", "/graphql")
        assert connection.getresponse().headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_of_no_use(server: Server, method: str) -> None:
    status, said = server.ask(method)
    assert (status, said) == (
        403,
        f"This web server has no use for {method}: ask by GET, HEAD or POST.\n",
    )
