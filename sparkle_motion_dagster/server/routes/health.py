"""Whether the server lives."""

from fastapi import APIRouter

from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["health"])


class Health(Record):
    """That the server answers."""

    status: str = "ok"


@router.get("/healthz")
def healthz() -> Health:
    """Say that the server lives."""
    return Health()
