"""The web server of films: uvicorn's, which ends streams of events when it is told to end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import uvicorn

from sparkle_motion_dagster.server.events.feed import Feed


class FilmServer(uvicorn.Server):
    """Serves an application that gives its feed of events to the server's life as ``feed``."""

    def __init__(self, config: uvicorn.Config, then: Callable[[], object] | None = None) -> None:
        """Prepare it; `then` is called in a thread of its own, once it serves."""
        super().__init__(config)
        self._then = then

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        if self.started and self._then is not None:
            threading.Thread(target=self._then, daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams of events, which have no end of their own, and then all else."""
        feed: Feed = self.lifespan.state["feed"]
        feed.end()
        await super().shutdown(sockets)
