"""The JSON Schemas of what the server sends and takes, and of what lies in a home."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from sparkle_motion_dagster.api.final import FinalFilm
from sparkle_motion_dagster.api.readiness.machine import Ready
from sparkle_motion_dagster.api.run_context import RunContext
from sparkle_motion_dagster.api.standing import FilmStanding
from sparkle_motion_dagster.artifacts.film_state import FilmState
from sparkle_motion_dagster.artifacts.models import ActionRecord, StageManifest
from sparkle_motion_dagster.pages.film_view import FilmView
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.schema import plan_schema
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.server.problems import Problem, ProblemError
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["schemas"])

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SENT: Mapping[str, type[BaseModel]] = {
    model.__name__: model
    for model in (
        StageManifest,
        ActionRecord,
        RunContext,
        FilmState,
        FilmStanding,
        FilmView,
        FinalFilm,
        MeasuredTimeline,
        Ready,
        Problem,
    )
}
"""What is described as it is written; plans are described as they are read."""


class Schemas(Record):
    """The names of all schemas."""

    schemas: tuple[str, ...]


@router.get("/schemas")
def schemas() -> Schemas:
    """List the names of the JSON Schemas."""
    return Schemas(schemas=(MoviePlan.__name__, *_SENT))


@router.get("/schemas/{name}")
def schema(
    name: Annotated[str, Path(description="such as MoviePlan or StageManifest")],
) -> dict[str, Any]:
    """Return a JSON Schema (draft 2020-12)."""
    if name == MoviePlan.__name__:
        return plan_schema()
    if name not in _SENT:
        known = ", ".join((MoviePlan.__name__, *_SENT))
        raise ProblemError(HTTPStatus.NOT_FOUND, f"There is no schema {name}. Known: {known}.")
    return {"$schema": _DIALECT, **_SENT[name].model_json_schema(mode="serialization")}
