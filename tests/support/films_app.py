"""The film server's application, asked in this process."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.server.app import server_app
from sparkle_motion_dagster.server.settings import ServerSettings

TOKEN = "a-token-of-more-than-sixteen-characters"  # noqa: S105 - of a server for tests


def films_app(home: SparkleHome, largest_upload: int = 2**20) -> TestClient:
    """Return a client of a home's server, which presents no token unless it is told to."""
    settings = ServerSettings(home, "127.0.0.1", 7077, TOKEN, largest_upload=largest_upload)
    return TestClient(server_app(settings), base_url="http://127.0.0.1:7077")


def stored_path(home: SparkleHome, digest: str) -> Path:
    """Return where a stored file lies."""
    return home.store / digest[:2] / digest
