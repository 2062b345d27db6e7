"""The web server of films: uvicorn's, which ends streams of events when it is told to end."""

from __future__ import annotations

import socket

import uvicorn

from sparkle_motion_dagster.server.events.feed import Feed


class FilmServer(uvicorn.Server):
    """Serves an application that gives its feed of events to the server's life as ``feed``."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams of events, which have no end of their own, and then all else."""
        feed: Feed = self.lifespan.state["feed"]
        feed.end()
        await super().shutdown(sockets)
