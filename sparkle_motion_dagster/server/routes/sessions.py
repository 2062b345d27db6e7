"""Sessions: a browser presents the token once, and has a cookie from then on."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from sparkle_motion_dagster.server.access import cookie_of
from sparkle_motion_dagster.server.asked import Settings
from sparkle_motion_dagster.server.tokens import SESSION_S, new_session
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["sessions"])


class Session(Record):
    """What whoever asks may do."""

    may_write: bool


@router.get("/session")
def session(request: Request) -> Session:
    """Say whether the token, or a cookie for it, came with the request."""
    return Session(may_write=request.state.may_write)


@router.post("/session", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
def begin(request: Request, settings: Settings) -> Response:
    """Give a browser that presents the token a cookie that does instead, for 30 days."""
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    response.set_cookie(
        cookie_of(settings),
        new_session(settings.token),
        max_age=SESSION_S,
        path="/",
        httponly=True,
        samesite="strict",
        secure=_is_secure(request),
    )
    return response


@router.delete("/session", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
def end(request: Request, settings: Settings) -> Response:
    """Have a browser forget its cookie."""
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    response.delete_cookie(
        cookie_of(settings),
        path="/",
        httponly=True,
        samesite="strict",
        secure=_is_secure(request),
    )
    return response


def _is_secure(request: Request) -> bool:
    """Tell whether the browser sees the server by https, be it by a proxy before it.

    What a proxy says of that is not listened to; the page's own origin is what the guard checked.
    """
    return request.url.scheme == "https" or request.headers.get("origin", "").startswith("https:")
