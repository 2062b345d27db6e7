"""Problems as RFC 9457 has them: what is wrong, where, what to do, and for programs its kind."""

from __future__ import annotations

from collections.abc import Mapping
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
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.policy.errors import PromptRefusedError
from sparkle_motion_dagster.units import Record

if TYPE_CHECKING:
    from fastapi import FastAPI

MEDIA_TYPE = "application/problem+json"


class FieldProblem(Record):
    """One thing that is wrong with what was sent: which field, in which line, and why."""

    field: str
    line: int | None = Field(default=None, description="of the plan; it counts from 1")
    message: str


class Problem(Record):
    """What went wrong (RFC 9457)."""

    type: str = Field(default="about:blank", description="what kind of problem it is")
    title: str
    status: int
    detail: str = Field(description="what is wrong, where, and what to do")
    problems: tuple[FieldProblem, ...] = Field(default=(), description="each thing that is wrong")


class ProblemError(Exception):
    """A request cannot be answered; the answer is a problem."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


def answer(
    status: int,
    detail: str,
    problems: tuple[FieldProblem, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return a problem as an answer."""
    problem = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, problems=problems
    )
    return JSONResponse(
        problem.model_dump(mode="json", exclude_defaults=True) | {"type": problem.type},
        status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def answer_with_problems(app: FastAPI) -> None:
    """Have an application answer with problems, whatever goes wrong."""
    app.exception_handler(ProblemError)(_of_request)
    app.exception_handler(HTTPException)(_of_http)
    app.exception_handler(RequestValidationError)(_of_fields)
    app.exception_handler(SparkleError)(_of_films)


def _of_request(_: Request, error: ProblemError) -> JSONResponse:
    return answer(error.status, error.detail, headers=error.headers)


def _of_http(_: Request, error: HTTPException) -> JSONResponse:
    return answer(error.status_code, str(error.detail), headers=error.headers)


def _of_fields(_: Request, error: RequestValidationError) -> JSONResponse:
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
    return answer(_status_of(error), str(error), problems)


def _status_of(error: SparkleError) -> int:
    match error:
        case NotFoundError():
            return HTTPStatus.NOT_FOUND
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
