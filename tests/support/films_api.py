"""The server's application as its clients see it, over a studio's home, without a process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from sparkle_motion_dagster.server.app import server_app
from sparkle_motion_dagster.server.settings import ServerSettings
from studio import Studio

ADDRESS = "http://127.0.0.1:7077"
TOKEN = "a token that nobody guesses".replace(" ", "-")


@contextlib.contextmanager
def films_api(studio: Studio) -> Iterator[TestClient]:
    """Give a client that may write, in a process whose environment is the studio's."""
    settings = ServerSettings(studio.home, "127.0.0.1", 7077, TOKEN)
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SPARKLE_HOME", "SPARKLE_PLANS", "SPARKLE_GPU_LOCKS", "DAGSTER_HOME"):
            patch.setenv(name, studio.environment[name])
        with TestClient(server_app(settings), base_url=ADDRESS, headers=bearer) as client:
            yield client
