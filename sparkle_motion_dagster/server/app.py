"""The server's application: what it answers, and what stands before that."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.types import ASGIApp

import sparkle_motion_dagster.server.routes.actions as action_routes
import sparkle_motion_dagster.server.routes.artifacts as artifact_routes
import sparkle_motion_dagster.server.routes.events as event_routes
import sparkle_motion_dagster.server.routes.films as film_routes
import sparkle_motion_dagster.server.routes.health as health_routes
import sparkle_motion_dagster.server.routes.pages as page_routes
from sparkle_motion_dagster.server.access import Access
from sparkle_motion_dagster.server.guard import Guard
from sparkle_motion_dagster.server.problems import Problem, answer_with_problems
from sparkle_motion_dagster.server.settings import ServerSettings

_ROUTERS = (
    health_routes.router,
    film_routes.router,
    artifact_routes.router,
    action_routes.router,
    event_routes.router,
    page_routes.router,
)


def films_api(settings: ServerSettings) -> FastAPI:
    """Return what the server answers, with the description of it."""
    app = FastAPI(
        title="Sparkle Motion",
        description="Films, what they are made of, and how they come about.",
        version="1",
        responses={"default": {"model": Problem, "description": "What went wrong (RFC 9457)."}},
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    for router in _ROUTERS:
        app.include_router(router)
    answer_with_problems(app)
    return app


def server_app(settings: ServerSettings) -> ASGIApp:
    """Return the application as it is served: behind the guard, and behind the token."""
    return Guard(Access(films_api(settings), settings), settings.host, settings.allowed)
