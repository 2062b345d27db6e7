"""Problems as RFC 9457 has them: what is wrong, where, what to do, and for programs its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from sparkle_motion_dagster.artifacts.errors import RunBusyError, UnreadableRecordError
from sparkle_motion_dagster.errors import (
    BusyError,
    ConflictError,
    InputError,
    NotFoundError,
    SparkleError,
)
from sparkle_motion_dagster.forecast.price.guard import OverLimitsError, PricedRun
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.policy.errors import PromptRefusedError
from sparkle_motion_dagster.units import Record

if TYPE_CHECKING:
    from fastapi import FastAPI

MEDIA_TYPE = "application/problem+json"

_TYPE = "urn:sparkle-motion:problem:"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: what ends its ``type``, what it is called, and what it means."""

    name: str
    title: str
    meaning: str


KINDS: Mapping[int, Kind] = {
    400: Kind("bad-request", "Bad request", "Something is named that cannot be a name."),
    401: Kind("no-token", "Token missing", "The server's token is missing, or is another one."),
    402: Kind(
        "over-limits",
        "Over its limits",
        "It would take more than its limits allow, or may. Say over_limits: true to have it all "
        "the same.",
    ),
    403: Kind("other-site", "Not from here", "Another site's page asked, or under another name."),
    404: Kind("not-found", "Not found", "There is no such film, stage, artifact or page."),
    405: Kind("method", "Wrong method", "What is here cannot be asked by that method."),
    408: Kind("slow", "Too slow", "What was sent came too slowly; nothing of it is kept."),
    409: Kind("conflict", "Not as it stands", "As the film stands, this cannot be done."),
    410: Kind("gone", "Gone", "It was there, and is damaged or gone. Make or send it again."),
    412: Kind("changed", "Changed meanwhile", "What If-Match names is not there any more."),
    413: Kind("too-large", "Too large", "What was sent is larger than what is taken in."),
    415: Kind("media-type", "Wrong media type", "What was sent is of a kind not taken in here."),
    416: Kind("range", "No such part", "The file has no such part."),
    422: Kind(
        "invalid", "Invalid", "What was sent was read, and is wrong; each problem says where."
    ),
    429: Kind("busy", "Busy", "Somebody holds what this needs, or asked too often."),
    500: Kind("failed", "Server failed", "The server failed; its own output says where."),
    503: Kind("unavailable", "Unavailable", "What the server works with is not as it must be."),
}
"""The kinds of problems, by the status of the answer."""


class FieldProblem(Record):
    """One thing that is wrong with what was sent: which field, in which line, and why."""

    field: str
    line: int | None = Field(default=None, description="of the plan; it counts from 1")
    message: str


class Problem(Record):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="what kind of problem it is; it never changes")
    title: str
    status: int
    detail: str = Field(description="what is wrong, where, and what to do")
    problems: tuple[FieldProblem, ...] = Field(default=(), description="each thing that is wrong")
    priced: PricedRun | None = Field(
        default=None, description="what it would take, and which limits object to that (402)"
    )


class ProblemError(Exception):
    """A request cannot be answered; the answer is a problem."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


_RETRY_S = "5"
"""How long whoever finds something busy waits before trying again, in seconds."""


def answer(
    status: int,
    detail: str,
    problems: tuple[FieldProblem, ...] = (),
    headers: Mapping[str, str] | None = None,
    priced: PricedRun | None = None,
) -> JSONResponse:
    """Return a problem as an answer."""
    problem = Problem(
        type=problem_type(status),
        title=kind_of(status).title,
        status=status,
        detail=detail,
        problems=problems,
        priced=priced,
    )
    return JSONResponse(
        problem.model_dump(mode="json", exclude_defaults=True),
        status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def problem_type(status: int) -> str:
    """Return the ``type`` of the problems of a status."""
    return f"{_TYPE}{kind_of(status).name}"


def kind_of(status: int) -> Kind:
    """Return the kind of the problems of a status."""
    return KINDS.get(status, KINDS[500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400])


def answer_with_problems(app: FastAPI) -> None:
    """Have an application answer with problems, whatever goes wrong."""
    app.exception_handler(ProblemError)(_of_request)
    app.exception_handler(HTTPException)(_of_http)
    app.exception_handler(RequestValidationError)(_of_fields)
    app.exception_handler(SparkleError)(_of_films)
    app.exception_handler(Exception)(_of_ourselves)


def _of_request(_: Request, error: ProblemError) -> JSONResponse:
    return answer(error.status, error.detail, headers=error.headers)


def _of_http(request: Request, error: HTTPException) -> JSONResponse:
    detail = str(error.detail)
    if detail == HTTPStatus(error.status_code).phrase:
        # The framework's own words say no more than the title.
        detail = f"{request.method} {request.url.path}: {kind_of(error.status_code).meaning}"
    return answer(error.status_code, detail, headers=error.headers)


def _of_fields(request: Request, error: RequestValidationError) -> JSONResponse:
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = sent == "application/json" or sent.endswith("+json")
    if not is_json and any(fault["loc"] == ("body",) for fault in error.errors()):
        kind = f"of the kind {sent}" if sent else "of no kind"
        return answer(415, f"The body is {kind}: send application/json.")
    problems = tuple(
        FieldProblem(field=".".join(map(str, fault["loc"])), message=str(fault["msg"]))
        for fault in error.errors()
    )
    return answer(422, "The request is not as the description of this API has it.", problems)


def _of_films(_: Request, error: SparkleError) -> JSONResponse:
    wrong = error.problems if isinstance(error, PlanError | PromptRefusedError) else ()
    problems = tuple(
        FieldProblem(field=one.field, line=one.line, message=one.message) for one in wrong
    )
    status = status_of(error)
    wait = {"Retry-After": _RETRY_S} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    priced = error.priced if isinstance(error, OverLimitsError) else None
    return answer(status, str(error), problems, wait, priced)


def _of_ourselves(_: Request, __: Exception) -> JSONResponse:
    return answer(500, "The server failed at this. What it wrote to its output says where.")


def status_of(error: SparkleError) -> HTTPStatus:
    """Return the status that an error of ours is answered with, by its family."""
    match error:
        case NotFoundError():
            return HTTPStatus.NOT_FOUND
        case OverLimitsError():
            return HTTPStatus.PAYMENT_REQUIRED
        case PlanError() | PromptRefusedError():
            return HTTPStatus.UNPROCESSABLE_ENTITY
        case ConflictError() | RunBusyError() | UnreadableRecordError():
            return HTTPStatus.CONFLICT
        case BusyError():
            return HTTPStatus.TOO_MANY_REQUESTS
        case InputError():
            return HTTPStatus.BAD_REQUEST
        case _:
            return HTTPStatus.SERVICE_UNAVAILABLE
