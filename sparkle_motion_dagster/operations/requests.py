"""Films that a person wants to go on: what the daemon's sensor is asked for, one file a film."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import Record


class GoOnRequest(Record):
    """A film, the Dagster run that it goes on from, and when that was asked for."""

    run_id: str
    dagster_run: str
    asked_at: AwareDatetime

    @property
    def run_key(self) -> str:
        """What tells one request from every other."""
        return f"{self.run_id}:{self.dagster_run}:{self.asked_at.isoformat()}"


def request_to_go_on(home: SparkleHome, run_id: str, dagster_run: str) -> None:
    """Ask the daemon to go on with a film."""
    request = GoOnRequest(run_id=run_id, dagster_run=dagster_run, asked_at=datetime.now(UTC))
    write_atomically(_path(home, run_id), request.model_dump_json().encode())


def requests_to_go_on(home: SparkleHome) -> Iterator[GoOnRequest]:
    """Yield what the daemon is asked for, by run_id."""
    for path in sorted(home.requests.glob("*.json")):
        try:
            yield GoOnRequest.model_validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):
            # Withdrawn at this moment, or not from us.
            continue


def withdraw_request(home: SparkleHome, run_id: str) -> bool:
    """Forget what the daemon was asked for: a run has begun, or is not wanted any more.

    Returns:
        Whether it was asked for anything.
    """
    try:
        _path(home, run_id).unlink()
    except FileNotFoundError:
        return False
    return True


def settle(home: SparkleHome, request: GoOnRequest) -> None:
    """Forget a request that was met; one that was made since stays."""
    if request in requests_to_go_on(home):
        withdraw_request(home, request.run_id)


def _path(home: SparkleHome, run_id: str) -> Path:
    return home.requests / f"{run_id}.json"
