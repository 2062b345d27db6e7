"""The server's application: what it answers, and what stands before that."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

import sparkle_motion_dagster.server.routes.actions as action_routes
import sparkle_motion_dagster.server.routes.artifacts as artifact_routes
import sparkle_motion_dagster.server.routes.comments as comment_routes
import sparkle_motion_dagster.server.routes.control as control_routes
import sparkle_motion_dagster.server.routes.drafts as draft_routes
import sparkle_motion_dagster.server.routes.events as event_routes
import sparkle_motion_dagster.server.routes.films as film_routes
import sparkle_motion_dagster.server.routes.health as health_routes
import sparkle_motion_dagster.server.routes.pages as page_routes
import sparkle_motion_dagster.server.routes.plans as plan_routes
import sparkle_motion_dagster.server.routes.previews as preview_routes
import sparkle_motion_dagster.server.routes.prices as price_routes
import sparkle_motion_dagster.server.routes.renders as render_routes
import sparkle_motion_dagster.server.routes.reviews as review_routes
import sparkle_motion_dagster.server.routes.schemas as schema_routes
import sparkle_motion_dagster.server.routes.sessions as session_routes
import sparkle_motion_dagster.server.routes.sheets as sheet_routes
import sparkle_motion_dagster.server.routes.similar as similar_routes
import sparkle_motion_dagster.server.routes.takes as take_routes
import sparkle_motion_dagster.server.routes.uploads as upload_routes
from sparkle_motion_dagster.api.readiness.machine import Readiness
from sparkle_motion_dagster.api.waiting import OpenQueue
from sparkle_motion_dagster.server.access import Access
from sparkle_motion_dagster.server.description import DescribedApi
from sparkle_motion_dagster.server.events.feed import Feed
from sparkle_motion_dagster.server.guard import Guard
from sparkle_motion_dagster.server.headers import SafeHeaders
from sparkle_motion_dagster.server.problems import answer, answer_with_problems
from sparkle_motion_dagster.server.receiving import Receiver
from sparkle_motion_dagster.server.sanity import Sanity
from sparkle_motion_dagster.server.settings import ServerSettings
from sparkle_motion_dagster.server.stored_files import StoredFiles
from sparkle_motion_dagster.similar.index import SimilarIndex

_ROUTERS = (
    health_routes.router,
    session_routes.router,
    schema_routes.router,
    film_routes.router,
    artifact_routes.router,
    similar_routes.router,
    control_routes.router,
    review_routes.router,
    take_routes.router,
    render_routes.router,
    price_routes.router,
    plan_routes.router,
    draft_routes.router,
    comment_routes.router,
    upload_routes.router,
    preview_routes.router,
    action_routes.router,
    sheet_routes.router,
    event_routes.router,
    page_routes.router,
)


def films_api(settings: ServerSettings) -> FastAPI:
    """Return what the server answers, with the description of it."""
    app = DescribedApi(
        reads_openly=settings.is_local,
        title="Sparkle Motion",
        description="Films, what they are made of, and how they come about.",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_life,
    )
    app.state.settings = settings
    app.state.queue = queue = OpenQueue(settings.home)
    app.state.feed = Feed(
        settings.home, queue, look_every_s=settings.look_every_s, tell_every_s=settings.tell_every_s
    )
    app.state.readiness = Readiness(settings.home)
    app.state.stored = StoredFiles(settings.home.store)
    app.state.similar = SimilarIndex(settings.home)
    app.state.receiver = Receiver(settings.home, settings.largest_upload)
    for router in _ROUTERS:
        app.include_router(router)
    answer_with_problems(app)
    return app


@contextlib.asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[dict[str, Feed]]:
    """Give the feed to whoever runs the application: streams are to end before the rest does."""
    with contextlib.closing(app.state.queue):
        yield {"feed": app.state.feed}


def server_app(settings: ServerSettings) -> ASGIApp:
    """Return the application as it is served, behind all that stands before it."""
    app = Access(films_api(settings), settings)
    guard = Guard(Sanity(app), settings.host, settings.allowed, refused=partial(answer, 403))
    return SafeHeaders(guard)
