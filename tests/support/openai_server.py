"""A server that speaks OpenAI's protocol, in a process of its own.

What it does with a question, the model says that it is asked for; "right" does it as it should.
What it speaks is in `openai_server_speech`, what it writes in `openai_server_chat`, and how it
refuses in `openai_server_refusals`. Each test has a room of its own there, whose address remembers
what came.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

KEY_VARIABLE = "THE_KEY_OF_THE_TESTS"
KEY = "sk-proj-Zx81/not+for=print"
"""A key, as no other file holds it, and the environment variable that tests put it into."""


@dataclass(frozen=True)
class Room:
    """A part of the server that one test has."""

    base_url: str

    def asked(self) -> list[dict[str, Any]]:
        """Return what the room was asked, each with its headers that say by whom."""
        with urllib.request.urlopen(f"{self.base_url}/asked") as answer:  # noqa: S310 - our own
            asked: list[dict[str, Any]] = json.load(answer)
        return asked


@dataclass
class OpenaiServer:
    """A running server."""

    address: str
    _numbers: Iterator[int] = field(default_factory=count)

    def room(self) -> Room:
        """Return a room that nobody has asked anything yet."""
        return Room(f"{self.address}/room{next(self._numbers)}/v1")


@contextmanager
def running() -> Iterator[OpenaiServer]:
    """Have a server run while the block does; it ends with this process, too."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield OpenaiServer(process.stdout.readline().strip())
        finally:
            process.stdin.close()


def _application() -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    from openai_server_chat import written
    from openai_server_refusals import REFUSALS, Body, error
    from openai_server_speech import spoken

    rooms: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def answering(
        answer: Callable[[Body, str, Sequence[Body]], Awaitable[Response]],
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return what takes a question in, and has it answered."""

        async def take(request: Request) -> Response:
            body, room = await request.json(), rooms[request.path_params["room"]]
            key = request.headers.get("authorization", "")
            whose = {name: of for name, of in request.headers.items() if name.startswith("openai-")}
            before = [*room]
            room.append({**body, **whose, "authorization": key})
            return await answer(body, key.removeprefix("Bearer "), before)

        return take

    async def model(request: Request) -> Response:
        name = request.path_params["model"]
        if name in ("unauthorized", "down"):
            return REFUSALS[name]("a key")
        known = name == "right"
        return JSONResponse({"id": name, "object": "model"}) if known else error(404, "Unknown.")

    async def asked(request: Request) -> Response:
        return JSONResponse(rooms[request.path_params["room"]])

    async def elsewhere(request: Request) -> Response:
        rooms["elsewhere"].append({"authorization": request.headers.get("authorization")})
        return Response()

    return Starlette(
        routes=[
            Route("/{room}/v1/audio/speech", answering(spoken), methods=["POST"]),
            Route("/{room}/v1/chat/completions", answering(written), methods=["POST"]),
            Route("/{room}/v1/models/{model}", model),
            Route("/{room}/v1/asked", asked),
            Route("/elsewhere", elsewhere, methods=["GET", "POST"]),
        ]
    )


def _main() -> None:
    import os
    import socket
    import threading

    import uvicorn

    def end_with_the_parent() -> None:
        sys.stdin.read()
        os._exit(0)

    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(_application(), log_level="critical", lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    _main()
