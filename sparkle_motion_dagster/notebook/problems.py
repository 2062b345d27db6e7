"""What a server refuses or cannot do, as errors of ours with the reason that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from sparkle_motion_dagster.errors import BusyError, InputError, NotFoundError, SparkleError

if TYPE_CHECKING:
    import httpx2


class FieldProblem(BaseModel):
    """One thing that is wrong with what was sent: which field, in which line of it, and why."""

    model_config = ConfigDict(frozen=True)

    field: str = ""
    line: int | None = None
    message: str

    def __str__(self) -> str:
        line = "" if self.line is None else f"line {self.line}"
        where = ", ".join(filter(None, (line, self.field)))
        return f"{where}: {self.message}" if where else self.message


class _Problem(BaseModel):
    """A problem as RFC 9457 has it, as far as people are told."""

    title: str = ""
    detail: str = ""
    problems: tuple[FieldProblem, ...] = ()


class ServerError(SparkleError):
    """The server failed, or is no server of films."""


class ServerUnreachableError(SparkleError):
    """Nobody answers at the server's address, or the answer broke off."""

    def __init__(self, address: str, error: Exception) -> None:
        super().__init__(
            f"No server of films answers at {address} ({type(error).__name__}: {error}). Start one "
            "with `sparkle serve`, or give the address of one that runs."
        )


class RefusedError(InputError):
    """The server refuses what was sent.

    Attributes:
        problems: Each thing that is wrong with it, where the server says so.
    """

    def __init__(self, message: str, problems: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class OverLimitsRefusedError(RefusedError):
    """The server refuses what would take more than its limits allow, unless that is wanted."""


class NotThereError(NotFoundError):
    """The server does not have what was asked for."""


class NotNowError(BusyError):
    """What was asked for is not possible as things stand, and may be later."""


def error_of(response: httpx2.Response) -> SparkleError:
    """Return what an answer that is no success says, as an error; its body has been read."""
    problem = _problem(response)
    if problem is None:
        return ServerError(
            f"{response.request.url.copy_with(query=None)} answers {response.status_code} "
            f"{response.reason_phrase} without a reason: is that a server of films?"
        )
    message = problem.detail or problem.title
    if message in ("", response.reason_phrase):
        asked = f"{response.request.method} {response.request.url.path}"
        message = f"The server answers {response.status_code} {message} to {asked}."
    match response.status_code:
        case 402:
            return OverLimitsRefusedError(message)
        case 404:
            return NotThereError(message)
        case 409 | 429:
            return NotNowError(message)
        case status if status < 500:
            told = (str(one) for one in problem.problems if one.message not in message)
            return RefusedError(" ".join((message, *told)), problem.problems)
        case _:
            return ServerError(message)


def _problem(response: httpx2.Response) -> _Problem | None:
    if "json" not in response.headers.get("content-type", ""):
        # What stands before the server answers in plain text.
        text = response.text.strip() if response.status_code == 403 else ""
        return _Problem(detail=text) if text else None
    try:
        return _Problem.model_validate_json(response.content)
    except ValidationError:
        return None
