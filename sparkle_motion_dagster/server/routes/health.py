"""Whether the server lives, and whether films can be made."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from sparkle_motion_dagster.api.readiness.machine import Readiness, Ready
from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.server.asked import Waiting
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["health"])


class Health(Record):
    """That the server answers."""

    status: str = "ok"


@router.get("/healthz")
def healthz() -> Health:
    """Say that the server lives; it looks at nothing else."""
    return Health()


@router.get("/ready")
def ready(
    request: Request,
    queue: Waiting,
    profile: Annotated[str, Query(description="whose engines are looked at")] = DEFAULT_PROFILE,
) -> Ready:
    """Say what is there of what making films needs: the home, the queue, devices, each engine.

    No engine is tried: whether they work, `sparkle doctor` tells.
    """
    readiness: Readiness = request.app.state.readiness
    return readiness.now(queue, profile)
