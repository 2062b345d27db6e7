"""The server of films, as a process."""

from sparkle_motion_dagster.operations.film_servers import announce
from sparkle_motion_dagster.server.app import server_app
from sparkle_motion_dagster.server.settings import ServerSettings

_LAST_WORDS_S = 5
"""How long requests that go on may take when the server is told to end, in seconds."""


def serve_films(settings: ServerSettings, listens_on: str, address: str) -> None:
    """Serve films until this process is told to end.

    Args:
        settings: Whose films, and to whom.
        listens_on: Its host and port, as they stand in addresses.
        address: Where browsers reach it, for the links in the web UI.

    Raises:
        AddressTakenError: Another server of the home listens there.
    """
    import uvicorn

    from sparkle_motion_dagster.serving.film_server import FilmServer

    announce(settings.home, listens_on, address)
    config = uvicorn.Config(
        server_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        # Anybody can write into a request what a proxy would.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_WORDS_S,
    )
    FilmServer(config).run()
