"""What answers need of a request: whose films they are, which one is meant, and what waits."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from sparkle_motion_dagster.api.waiting import OpenQueue, Queue
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.server.receiving import Receiver
from sparkle_motion_dagster.server.settings import ServerSettings
from sparkle_motion_dagster.server.stored_files import StoredFiles


def _settings(request: Request) -> ServerSettings:
    settings: ServerSettings = request.app.state.settings
    return settings


Settings = Annotated[ServerSettings, Depends(_settings)]


def _home(settings: Settings) -> SparkleHome:
    return settings.home


Home = Annotated[SparkleHome, Depends(_home)]


def _waiting(request: Request) -> Queue:
    queue: OpenQueue = request.app.state.queue
    return queue.now()


Waiting = Annotated[Queue, Depends(_waiting)]
"""The films that wait in the queue."""


RunId = Annotated[str, Path(description="the film's name")]
"""A film's name in a path, whether there is such a film or not."""


def _stored(request: Request) -> StoredFiles:
    stored: StoredFiles = request.app.state.stored
    return stored


Stored = Annotated[StoredFiles, Depends(_stored)]
"""The stored files, each checked once in this process."""


def _receiver(request: Request) -> Receiver:
    receiver: Receiver = request.app.state.receiver
    return receiver


Uploads = Annotated[Receiver, Depends(_receiver)]
"""What takes uploads in."""


def _film(home: Home, run_id: RunId) -> RunFolder:
    return RunFolder(home, home.existing_run(check_run_id(run_id)))


Film = Annotated[RunFolder, Depends(_film)]
"""The folder of the film that a path names.

Raises:
    NotFoundError: There is none.
    InputError: It can be none's name.
"""
