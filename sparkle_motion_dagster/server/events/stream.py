"""A stream of events as the answer to a request."""

from __future__ import annotations

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sparkle_motion_dagster.server.events.feed import Feed
from sparkle_motion_dagster.server.events.listening import Listener

_RETRY_MS = 2000
"""After how long a browser connects again that was cut off."""


class EventStream(Response):
    """Sends server-sent events until the client goes or the feed ends its stream."""

    media_type = "text/event-stream"

    def __init__(self, feed: Feed, run_id: str | None, after: str | None) -> None:
        """Prepare it; see `Feed.listening`."""
        # No program between server and client is to keep events back.
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["Content-Length"]
        self._feed, self._run_id, self._after = feed, run_id, after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        async with (
            self._feed.listening(self._run_id, self._after) as listener,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(_end_with_client, receive, listener)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            sent: bytes | None = f"retry: {_RETRY_MS}\n\n".encode()
            while sent is not None:
                await send({"type": "http.response.body", "body": sent, "more_body": True})
                sent = await listener.heard()
            await send({"type": "http.response.body", "body": b""})
            tasks.cancel_scope.cancel()


async def _end_with_client(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()
