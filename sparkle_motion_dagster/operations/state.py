"""How a film stands: a small file in its run folder that says so, without asking Dagster."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.models import Record
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.plan.parts import ReviewedStage

_FILE = "state.json"


class State(StrEnum):
    """What became of the last run that worked on a film."""

    RENDERING = "rendering"
    RENDERED = "rendered"
    PARTLY = "made in part"
    PAUSED = "paused"
    STOPPED = "stopped"
    WAITING = "waiting for review"
    REJECTED = "rejected"
    FAILED = "failed"


class FilmState(Record):
    """A film's state, why it is so, and the Dagster run that left it so.

    ``waits_for`` is the stage that a person decides on, or has rejected.
    """

    state: State
    message: str = ""
    dagster_run: str | None
    waits_for: ReviewedStage | None = None
    since: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))


def write_state(folder: RunFolder, state: FilmState) -> None:
    """Say how a film stands."""
    write_atomically(folder.path / _FILE, state.model_dump_json(indent=1).encode())


def read_state(folder: RunFolder) -> FilmState | None:
    """Return how a film stands; None where no run has said anything readable.

    A film that says it is being rendered while nobody holds its folder was interrupted: its
    process died before it could say so.
    """
    try:
        return FilmState.model_validate_json((folder.path / _FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        # What stands here follows from the manifests, too; the next run writes it anew.
        return None
