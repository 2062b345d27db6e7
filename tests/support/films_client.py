"""The film server's application as its clients see it, asked in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from served_app import bearer, settings_of
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.server.app import server_app
from studio import Studio


def films_client(home: SparkleHome, largest_upload: int = 2**20) -> TestClient:
    """Return a client of a home's server, which presents no token unless it is told to."""
    settings = replace(settings_of(home.root), largest_upload=largest_upload)
    return TestClient(server_app(settings), base_url="http://127.0.0.1:7077")


@contextlib.contextmanager
def studio_client(studio: Studio) -> Iterator[TestClient]:
    """Give a client that may write, in a process whose environment is the studio's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SPARKLE_HOME", "SPARKLE_PLANS", "SPARKLE_GPU_LOCKS", "DAGSTER_HOME"):
            patch.setenv(name, studio.environment[name])
        with films_client(studio.home) as client:
            client.headers.update(bearer())
            yield client
