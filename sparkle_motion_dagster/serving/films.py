"""The server of films, as a process."""

from sparkle_motion_dagster.server.app import server_app
from sparkle_motion_dagster.server.settings import ServerSettings

_LAST_WORDS_S = 5
"""How long requests that go on may take when the server is told to end, in seconds."""


def serve_films(settings: ServerSettings) -> None:
    """Serve films until this process is told to end."""
    import uvicorn

    uvicorn.run(
        server_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=_LAST_WORDS_S,
    )
